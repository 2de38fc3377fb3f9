/** A run's settings by their two other names: flags and EVENTMILL_ variables. */
import { nearest } from '../nearest.js';
import type { Mistakes } from './mistakes.js';
import type { Layer } from './schema.js';

const PREFIX = 'EVENTMILL_';
/** Read elsewhere: by the tests, and for debugging. */
const RESERVED = /^EVENTMILL_(?:TEST_\w+|LOG)$/;
/** On unless turned off: their flags say no. */
const TURNED_OFF = new Set(['createTopics', 'color']);

/** `metricsPort` → `--metrics-port`, `createTopics` → `--no-create-topics`. */
export function flagName(key: string): string {
  const words = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${TURNED_OFF.has(key) ? 'no-' : ''}${words}`;
}

/** `metricsPort` → `EVENTMILL_METRICS_PORT`. */
export function variableName(key: string): string {
  return PREFIX + key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** What the environment says for the settings of these names; an unknown variable of ours is a mistake. */
export function environmentLayer(
  known: readonly string[],
  env: Readonly<{ [name: string]: string | undefined }>,
  mistakes: Mistakes,
): Layer {
  const keys = new Map(known.map((key) => [variableName(key), key]));
  const values: { [key: string]: unknown } = {};
  for (const [name, value] of Object.entries(env)) {
    // An empty variable is how compose files and shells say "not set".
    if (!name.startsWith(PREFIX) || value === undefined || value === '' || RESERVED.test(name)) continue;
    const key = keys.get(name);
    if (key !== undefined) values[key] = value;
    else mistakes.addLine(`${name}: ${unknownVariable(name, [...keys.keys()])}`);
  }
  return { label: variableName, values };
}

/** Compared without the prefix, which would make every name look near. */
function unknownVariable(name: string, known: readonly string[]): string {
  const bare = known.map((one) => one.slice(PREFIX.length));
  const found = nearest(name.slice(PREFIX.length), bare);
  const hint = found === undefined ? `expected one of ${known.join(', ')}` : `nearest: ${PREFIX}${found}`;
  return `not a variable of eventmill; ${hint}`;
}
