/**
 * Settings checked against a schema: the only importer of convict. A schema is a table of settings, each with its
 * default, its format and its meaning; convict keeps the defaults, lays one layer over another and checks the whole.
 *
 * convict's own reading of text is kept out of the way: it takes `10abc` for the number 10 and `no` for true, lets
 * unknown keys pass, walks into objects where a scalar was declared, and hands out a clone with each `get`. So every
 * raw value is read by our own strict format first, and what comes out is plain data, frozen once.
 */
import convict from 'convict';
import { nearest } from '../nearest.js';
import type { Format } from './formats.js';
import type { Mistakes } from './mistakes.js';

/** One setting, as documented and as read. */
export interface Setting<T> {
  readonly doc: string;
  readonly default: T;
  readonly format: Format<T>;
  readonly unit?: string;
  /** What Kafka's own Java producer calls it. */
  readonly kafka?: string;
}

export type Schema<T> = { readonly [K in keyof T]-?: Setting<T[K]> };

/** Values from one place. A later layer wins over an earlier one, key by key. */
export interface Layer {
  /** What is written before a mistake, for a key: `config/profiles/fast.json: lingerMs`, `--rate`, `EVENTMILL_RATE`. */
  readonly label: (key: string) => string;
  readonly values: Readonly<{ [key: string]: unknown }>;
}

/** What reading against a schema gave. */
export interface Read<T> {
  /** Every setting, completed with defaults and deeply frozen. */
  readonly values: Readonly<T>;
  /** Settings that could not be read and have a default or a lower layer's value instead, so that other checks can go on. */
  readonly unread: ReadonlySet<string>;
}

/** Reads layers against a schema; what is wrong with them goes into `mistakes`. */
export function readSettings<T extends object>(
  schema: Schema<T>,
  layers: readonly Layer[],
  mistakes: Mistakes,
): Read<T> {
  const settings = convict(definition(schema), { args: [], env: {} });
  const unread = new Set<string>();
  for (const layer of layers) settings.load(readLayer(schema, layer, mistakes, unread));
  settings.validate({ allowed: 'strict' });
  return { values: deepFreeze(unwrapped<T>(settings.getProperties())), unread };
}

/** The values of one layer that are right. */
function readLayer<T extends object>(
  schema: Schema<T>,
  layer: Layer,
  mistakes: Mistakes,
  unread: Set<string>,
): Wrapped {
  const read: { [key: string]: readonly [unknown] } = {};
  for (const [key, raw] of Object.entries(layer.values)) {
    if (raw === undefined) continue;
    if (!Object.hasOwn(schema, key)) {
      mistakes.addLine(`${layer.label(key)}: ${unknownKey(key, Object.keys(schema))}`);
      continue;
    }
    const parsed = schema[key as keyof T].format.parse(raw);
    if ('value' in parsed) {
      read[key] = [parsed.value];
      continue;
    }
    unread.add(key);
    for (const line of parsed.problem.split('\n')) mistakes.addLine(`${layer.label(key)}: ${line}`);
  }
  return read;
}

/** `not a setting; nearest: lingerMs`, or all that there are when none is near. */
export function unknownKey(key: string, known: readonly string[], kind = 'setting'): string {
  const found = nearest(key, known);
  const article = /^[aeiou]/.test(kind) ? 'an' : 'a';
  return `not ${article} ${kind}; ${found === undefined ? `expected one of ${known.join(', ')}` : `nearest: ${found}`}`;
}

/** Each value as convict holds it: in a list of one, which it neither coerces nor walks into. */
type Wrapped = Readonly<{ [key: string]: readonly [unknown] }>;

function definition<T extends object>(schema: Schema<T>): convict.Schema<Wrapped> {
  const entries = Object.entries<Setting<unknown>>(schema).map(([key, setting]) => [
    key,
    { doc: setting.doc, default: [setting.default], format: '*' },
  ]);
  return Object.fromEntries(entries) as convict.Schema<Wrapped>;
}

function unwrapped<T>(wrapped: Wrapped): T {
  return Object.fromEntries(Object.entries(wrapped).map(([key, [value]]) => [key, value])) as T;
}

/** Freezes plain data all the way down and returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
