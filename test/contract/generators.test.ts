/** What every file in generators/ keeps to. */
import { describe, expect, it } from 'vitest';
import { checkGenerator } from '../../src/generator.js';
import { listParts, loadPart } from '../../src/parts.js';
import type { Field, Fields, GeneratorPart, ModelTime, Option } from '../../src/types.js';
import { byKey, FAST, LIVE, NATURAL, openNamed, openPart, SIMULATED, START, take } from '../support/feeds.js';

const TIMES: readonly (readonly [string, ModelTime])[] = [
  ['live time, asked for', LIVE],
  ['live time at speed 60', FAST],
  ['live time at its own pace', NATURAL],
  ['simulated time', SIMULATED],
];

/** One that replays a file has neither a model nor a seed; generators-replay.test.ts says what it keeps to. */
const MODELS = listParts('generators').filter((name) => name !== 'replay');

describe.each(MODELS)('generator %s', (name) => {
  const part = () => loadPart<GeneratorPart>('generators', name);

  it('has the shape of a generator, and a sentence on what it makes', async () => {
    const loaded = await part();
    checkGenerator(loaded, name);
    expect(loaded.doc).toMatch(/^[A-Z].*\.$/s);
  });

  it('documents its options, with defaults that they allow', async () => {
    for (const [option, described] of Object.entries((await part()).options ?? {})) {
      expect(option).toMatch(/^[a-z][A-Za-z]*$/);
      expect(described.doc).toMatch(/\.$/);
      expect(allows(described), `${option}: ${JSON.stringify(described)}`).toBe(true);
    }
  });

  it('has a key among its fields that can be written as text', async () => {
    const { key } = await part();
    const { fields } = await openNamed(name);
    if (typeof key === 'string') expect(['string', 'code', 'int']).toContain(fields?.[key]?.type);
  });

  it('declares fields whose tables have no word twice and nothing that JSON would escape', async () => {
    const { fields } = await openNamed(name);
    for (const words of tables(fields ?? {})) {
      for (const word of words) expect(JSON.stringify(word)).toBe(`"${word}"`);
    }
  });

  it.each(TIMES)('makes a thousand events that fit their declared fields in %s', async (_, time) => {
    const feed = await openNamed(name, { time });
    const events = take(feed, 1000);
    for (const event of events) expect(Number.isInteger(event['timestamp'])).toBe(true);
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it.each(TIMES)('gives the record the timestamp that the value says, in %s', async (_, time) => {
    const feed = await openNamed(name, { time });
    for (let index = 0; index < 1000; index++) {
      const dueAt = 1.75e12 + index + 0.75;
      const expected = time.kind === 'simulated' ? Math.floor(feed.nextAt!()) : Math.floor(dueAt);
      const made = feed.next(dueAt);
      expect(made.timestamp).toBe(expected);
      expect((made.value as { timestamp: number }).timestamp).toBe(expected);
    }
  });

  it.each([
    ['at its own pace', NATURAL],
    ['in simulated time', SIMULATED],
  ])('knows when the next event comes, in order, %s', async (_, time) => {
    const feed = await openNamed(name, { time });
    let last = START;
    for (let index = 0; index < 2000; index++) {
      const at = feed.nextAt!();
      expect(at).toBeGreaterThanOrEqual(last);
      expect(feed.nextAt!()).toBe(at);
      last = at;
      feed.next(1.75e12);
    }
  });

  it('says how many events a second of its time holds', async () => {
    const feed = await openNamed(name, { time: NATURAL });
    const begin = feed.nextAt!();
    let count = 0;
    // A week evens out what differs by weekday and hour.
    for (; count < 400_000 && feed.nextAt!() < begin + 7 * 86_400_000; count++) feed.next(1.75e12);
    const seconds = (feed.nextAt!() - begin) / 1000;
    expect(count / seconds / feed.perSecond!).toBeGreaterThan(0.75);
    expect(count / seconds / feed.perSecond!).toBeLessThan(1.33);
  });

  it('makes the same for the same seed, and something else for another', async () => {
    const first = take(await openNamed(name, { seed: 11 }), 500);
    expect(take(await openNamed(name, { seed: 11 }), 500)).toEqual(first);
    expect(take(await openNamed(name, { seed: 12 }), 500)).not.toEqual(first);
  });

  it('makes the same bytes in simulated time whenever and however fast it is asked', async () => {
    const calm = take(await openNamed(name, { time: SIMULATED }), 2000, 10, 0);
    expect(take(await openNamed(name, { time: SIMULATED }), 2000, 1e6, 1.9e12)).toEqual(calm);
  });

  it('makes the same events of each key whatever the rate, the speed and the kind of time', async () => {
    const key = (await part()).key ?? '';
    const reference = byKey(take(await openNamed(name, { time: SIMULATED }), 6000), key);
    for (const [time, perSecond] of [
      [LIVE, 10],
      [LIVE, 100_000],
      [FAST, 500],
      [NATURAL, 50],
    ] as const) {
      const groups = byKey(take(await openNamed(name, { time }), 6000, perSecond), key);
      let shared = 0;
      for (const [text, events] of groups) {
        const others = reference.get(text) ?? [];
        const count = Math.min(events.length, others.length);
        shared += count;
        expect(events.slice(0, count).map(withoutTime)).toEqual(others.slice(0, count).map(withoutTime));
      }
      expect(shared).toBeGreaterThan(500);
    }
  });

  it('counts up by one per key from 1', async () => {
    const events = take(await openNamed(name, { time: FAST }), 5000, 200);
    for (const group of byKey(events, (await part()).key ?? '').values()) {
      expect(group.map(({ sequence }) => sequence)).toEqual(group.map((_, index) => index + 1));
    }
  });

  it.each(TIMES)('goes on with no key whose last event it has told, in %s', async (_, time) => {
    const feed = await openNamed(name, { time });
    const key = (await part()).key ?? '';
    const ended = new Set<unknown>();
    for (let index = 0; index < 50_000; index++) {
      const { value, last } = feed.next(1.75e12 + index * 20);
      const entity = (value as Readonly<Record<string, unknown>>)[key];
      expect(ended.has(entity)).toBe(false);
      if (last === true) ended.add(entity);
    }
  });

  it('calls the last event of all that ends by that', async () => {
    const feed = await openNamed(name, { time: SIMULATED });
    const key = (await part()).key ?? '';
    const latest = new Map<unknown, { readonly index: number; readonly ended: boolean }>();
    for (let index = 0; index < 300_000; index++) {
      const { value, last } = feed.next(0);
      const entity = (value as Readonly<Record<string, unknown>>)[key];
      latest.set(entity, { index, ended: last === true });
    }
    // A few of a web shop's orders lie for weeks before they are sent back.
    const quiet = [...latest.values()].filter(({ index }) => index < 50_000);
    expect(quiet.filter(({ ended }) => !ended).length).toBeLessThanOrEqual(0.005 * quiet.length);
  });

  it('holds no more memory after half a million events than after a tenth of that', {
    timeout: 60_000,
  }, async () => {
    const feed = openPart(await part(), name, { time: FAST });
    const held = (count: number, from: number): number => {
      for (let index = 0; index < count; index++) feed.next(from + index);
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    };
    const early = held(50_000, 1.75e12);
    const late = held(500_000, 1.75e12 + 50_000);
    // Without --expose-gc this sees garbage too, which the young generation bounds.
    expect(late - early).toBeLessThan(64e6);
  });

  it('uses the same object for each event, so that nothing is allocated', async () => {
    const feed = await openNamed(name, { time: FAST });
    const values = new Set(
      Array.from({ length: 1000 }, (_, index) => feed.next(1.75e12 + index * 100).value),
    );
    expect(values.size).toBeLessThanOrEqual(2);
  });
});

/** Live time may change these two alone. */
function withoutTime({ timestamp: _, promisedAt: __, ...rest }: { [name: string]: unknown }): unknown {
  return rest;
}

function allows({ type, default: value, min = -Infinity, max = Infinity, values }: Option): boolean {
  if (values !== undefined) return values.includes(value as string);
  // Null: something else decides, as the doc says.
  if (value === null) return true;
  if (typeof value === 'number')
    return value >= min && value <= max && (type !== 'integer' || Number.isInteger(value));
  return ['string', 'boolean', 'duration', 'rate', 'list', 'integer-or-list'].includes(type);
}

function* tables(fields: Fields): Generator<readonly string[]> {
  for (const field of Object.values(fields)) yield* tablesOf(field);
}

function* tablesOf(field: Field): Generator<readonly string[]> {
  if (field.type === 'code') yield field.values;
  if (field.type === 'object') yield* tables(field.fields);
  if (field.type === 'list') yield* tablesOf(field.of);
}
