/** The digest of what was made: blind to the order and to who made it, and to nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDigests } from '../../src/digest-sum.js';
import { run } from '../../src/run.js';
import json from '../../src/serializers/json.js';
import type { WorkloadSource } from '../../src/types.js';
import { Digest } from '../../src/verify/digest.js';
import { profile, source, workload } from '../support/workloads.js';
import '../support/properties.js';

interface Event {
  readonly key: string | null;
  readonly value: { readonly [name: string]: unknown } | null;
  readonly timestamp: number;
}

function digestOf(events: readonly Event[], simulated = true, topic = 't'): string {
  const digest = new Digest();
  const source = digest.of(topic, json.compile(undefined), simulated);
  const buffer = Buffer.alloc(8192);
  for (const { key, value, timestamp } of events) {
    if (value !== null) source.serializer.write(value, buffer, 17);
    const bytes = key === null ? null : Buffer.from(key);
    source.add({
      serializer: source.serializer,
      value,
      key: bytes,
      keyStart: 0,
      keyLength: bytes?.length ?? 0,
      timestamp,
      headers: null,
    });
  }
  return digest.snapshot().all;
}

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    key: fc.option(fc.string({ maxLength: 8 })),
    value: fc.option(
      fc.record({ sequence: fc.nat(), price: fc.nat(), timestamp: fc.integer({ min: 1e12, max: 2e12 }) }),
    ),
    timestamp: fc.integer({ min: 1e12, max: 2e12 }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('a digest', () => {
  test('is the same in any order, and the sum of its parts', () => {
    fc.assert(
      fc.property(events, fc.nat(), (made, cut) => {
        const whole = digestOf(made);
        expect(digestOf(made.toReversed())).toBe(whole);
        const at = cut % (made.length + 1);
        expect(addDigests(digestOf(made.slice(0, at)), digestOf(made.slice(at)))).toBe(whole);
      }),
    );
  });

  test('is another where an event is missing, double, or of another key, value, time or topic', () => {
    fc.assert(
      fc.property(events, fc.nat(), (made, which) => {
        const whole = digestOf(made);
        const at = which % made.length;
        const one = made[at]!;
        const changed: Partial<Event>[] = [
          { key: `${one.key}x` },
          { value: { ...one.value, sequence: -1 } },
          { timestamp: one.timestamp + 1 },
        ];
        for (const change of changed) expect(digestOf(made.with(at, { ...one, ...change }))).not.toBe(whole);
        expect(digestOf(made.toSpliced(at, 1))).not.toBe(whole);
        expect(digestOf([...made, one])).not.toBe(whole);
        expect(digestOf(made, true, 'u')).not.toBe(whole);
      }),
    );
  });

  test('leaves out what follows the wall clock in live time', () => {
    const at = (timestamp: number): Event => ({
      key: 'k',
      timestamp,
      value: { a: 1, timestamp, promisedAt: timestamp + 5, b: 2 },
    });
    expect(digestOf([at(1.7e12)], false)).toBe(digestOf([at(1.8e12 + 1)], false));
    expect(digestOf([at(1.7e12)])).not.toBe(digestOf([at(1.8e12 + 1)]));
  });
});

describe('a run', () => {
  const digestOfRun = async (
    sources: WorkloadSource[],
    seed: number,
    settings = {},
    expectDigest?: string,
  ) => {
    const { snapshot, exitCode, reasons } = await run({
      workload: workload({ count: 3000 }, sources, seed),
      profiles: [profile('it', { driver: 'null', ...settings })],
      digest: true,
      ...(expectDigest === undefined ? {} : { expectDigest }),
    });
    return { digest: snapshot.profiles[0]!.profile.digest!, exitCode, reasons };
  };
  const sources = [
    source('stock', { disorder: { malformed: 0.1, tombstone: 0.1 } }),
    source('pizza', { key: 'storeId' }),
  ];

  test('has the same digest with small batches and with large ones, and another with another seed', async () => {
    const { digest } = await digestOfRun(sources, 1);
    expect((await digestOfRun(sources, 1, { batchBytes: 600 })).digest).toEqual(digest);
    expect((await digestOfRun(sources, 2)).digest.all).not.toBe(digest.all);
    const [a, b] = Object.values(digest.topics);
    expect(addDigests(a!, b!)).toBe(digest.all);
  });

  test('with another digest than expected ends with exit 1 and says so', async () => {
    const { digest, exitCode } = await digestOfRun([source('stock')], 1);
    expect(exitCode).toBe(0);
    expect((await digestOfRun([source('stock')], 1, {}, digest.all)).exitCode).toBe(0);
    const other = await digestOfRun([source('stock')], 2, {}, digest.all);
    expect(other.exitCode).toBe(1);
    expect(other.reasons).toEqual([expect.stringContaining(`expected the digest ${digest.all}, got`)]);
  });
});
