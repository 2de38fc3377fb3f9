/** Feeds of the project's own generators, opened as a run opens them, and their events as plain objects. */

import { loadPart } from '../../src/parts.js';
import { createRandom } from '../../src/random.js';
import type { Feed, GeneratorPart, ModelTime, OptionValues } from '../../src/types.js';
import { type Plain, render } from './render.js';

export const START = Date.UTC(2025, 2, 3, 14, 0);

export const LIVE: ModelTime = { kind: 'live', pace: 'asked', start: START, speed: 1 };
export const FAST: ModelTime = { kind: 'live', pace: 'asked', start: START, speed: 60 };
export const NATURAL: ModelTime = { kind: 'live', pace: 'own', start: START, speed: 1 };
export const SIMULATED: ModelTime = { kind: 'simulated', pace: 'own', start: START, speed: 1 };

export interface Opening {
  readonly seed?: number;
  readonly time?: ModelTime;
  readonly options?: OptionValues;
}

export async function openNamed(
  name: string,
  { seed = 1, time = LIVE, options = {} }: Opening = {},
): Promise<Feed> {
  const part = await loadPart<GeneratorPart>('generators', name);
  return openPart(part, name, { seed, time, options });
}

export function openPart(
  part: GeneratorPart,
  name: string,
  { seed = 1, time = LIVE, options = {} }: Opening,
): Feed {
  const defaults = Object.entries(part.options ?? {}).map(
    ([option, { default: value }]) => [option, value] as const,
  );
  const random = createRandom(seed).fork(name);
  return part.create({ options: { ...Object.fromEntries(defaults), ...options }, random, time });
}

/** The next events as plain objects. The first is due at `from`; the others follow at `perSecond`. */
export function take(feed: Feed, count: number, perSecond = 1000, from = 1.75e12): Plain[] {
  return Array.from({ length: count }, (_, index) => {
    const { value } = feed.next(from + (index * 1000) / perSecond);
    return render(feed.fields!, value);
  });
}

/** Events by the text of a field, each in its order. */
export function byKey(events: readonly Plain[], key: string): Map<string, Plain[]> {
  const groups = new Map<string, Plain[]>();
  for (const event of events) {
    const text = String(event[key]);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [event]);
    else group.push(event);
  }
  return groups;
}
