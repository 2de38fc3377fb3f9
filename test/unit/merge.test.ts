import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/histogram.js';
import { mergeLive, mergeProfiles } from '../../src/merge.js';
import { owns, shardWithin, shareOf } from '../../src/shard.js';
import { summaryOf } from '../../src/summary.js';
import type { ProfileSnapshot, Summary } from '../../src/types.js';
import { wholeOf } from '../../src/whole.js';
import '../support/properties.js';
import { profileSnapshot, snapshot } from '../support/snapshots.js';

const shard = fc
  .integer({ min: 1, max: 50 })
  .chain((of) => fc.record({ index: fc.nat(of - 1), of: fc.constant(of) }));

describe('shards', () => {
  it('of one whole share every event and every number out among them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(1e9),
        fc.integer({ min: -1, max: 1e9 }),
        (of, n, hash) => {
          const all = Array.from({ length: of }, (_, index) => ({ index, of }));
          expect(all.filter((one) => owns(one, hash, n))).toHaveLength(1);
          expect(all.reduce((sum, one) => sum + shareOf(n, one), 0)).toBe(n);
        },
      ),
    );
  });

  it('are shared out among workers without a rest', () => {
    fc.assert(
      fc.property(shard, fc.integer({ min: 1, max: 16 }), fc.nat(1e9), (one, workers, hash) => {
        const parts = Array.from({ length: workers }, (_, i) => shardWithin(one, i, workers));
        expect(parts.filter((part) => owns(part, hash, 0))).toHaveLength(owns(one, hash, 0) ? 1 : 0);
      }),
    );
  });
});

const encoded = (values: readonly number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};

function part(values: readonly number[], more: Partial<ProfileSnapshot> = {}): ProfileSnapshot {
  const { profile } = profileSnapshot({ acked: values.length });
  const text = encoded(values).encode();
  const stages = Object.keys(profile.histograms).map((stage) => [stage, text] as const);
  return { ...profile, histograms: Object.fromEntries(stages) as ProfileSnapshot['histograms'], ...more };
}

describe('merged figures', () => {
  it('have the percentiles of all records together, not a mean of percentiles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { maxLength: 40 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (parts) => {
          const merged = mergeProfiles(parts.map((values) => part(values)));
          const { mean: _, ...expected } = encoded(parts.flat()).stats();
          expect(merged.latencyMs.total).toMatchObject(expected);
          expect(merged.acked).toBe(parts.flat().length);
        },
      ),
    );
  });

  it('span from the first record of any part to the last acknowledgement of any', () => {
    const merged = mergeProfiles([
      part([1, 2], { firstMadeAt: 5000, seconds: 2 }),
      part([1, 2, 3, 4], { firstMadeAt: 6000, seconds: 3 }),
      part([], { seconds: 0 }),
    ]);
    expect(merged).toMatchObject({ seconds: 4, firstMadeAt: 5000, recordsPerSecond: 1.5 });
  });

  it('name offsets from the lowest to the highest, and none that one part does not know', () => {
    const topic = (offsets: { [p: string]: readonly [number, number] }) => {
      const [name, one] = Object.entries(part([1]).topics)[0]!;
      return { topics: { [name]: { ...one, offsets } } };
    };
    const merged = mergeProfiles([
      part([1], topic({ 0: [5, 9], 1: [0, 4], 2: [1, 2] })),
      part([1], topic({ 0: [2, 7], 1: [3, -1] })),
    ]);
    expect(Object.values(merged.topics)[0]!.offsets).toEqual({ 0: [2, 9], 1: [0, -1], 2: [1, 2] });
  });

  it('have the sum of all digests, if every part has one, and of all that went wrong on purpose', () => {
    const digest = (all: string) => ({ digest: { all, topics: { t: all } } });
    const merged = mergeProfiles([
      part([1], { ...digest('00000001ffffffff'), disorder: { late: 2 } }),
      part([1], { ...digest('0000000200000003'), disorder: { late: 1, missing: 4 } }),
    ]);
    const sum = '0000000300000002';
    expect(merged.digest).toEqual({ all: sum, topics: { t: sum } });
    expect(merged.disorder).toEqual({ late: 3, missing: 4 });
    expect(mergeProfiles([part([1], digest('0000000200000003')), part([1])])).not.toHaveProperty('digest');
  });

  it('are live once the last of them is, and as far out of the past as the slowest before', () => {
    const past = (events: number, more: object) => ({ backfill: { s: { start: 5, events, ...more } } });
    const live = [part([1], past(9, { liveFrom: 70 })), part([1], past(10, { liveFrom: 80 }))];
    expect(mergeProfiles(live).backfill).toEqual({ s: { start: 5, events: 10, liveFrom: 80 } });
    const slow = [...live, part([1], past(7, { reached: 50 }))];
    expect(mergeProfiles(slow).backfill).toEqual({ s: { start: 5, events: 7, reached: 50 } });
  });

  it('of live views add what is under way and the buckets of histograms', () => {
    const parts = [profileSnapshot({ pending: 3 }), profileSnapshot({ pending: 4, slow: 3 })].map((live) => ({
      ...live,
      profile: part([1]),
    }));
    const merged = mergeLive(parts);
    expect(merged.pending).toBe(7);
    const { bounds, counts, count } = merged.latency.total;
    expect([...bounds].sort((a, b) => a - b)).toEqual(bounds);
    expect(new Set(bounds).size).toBe(bounds.length);
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(count);
  });
});

describe('the whole', () => {
  const shardOf = (index: number, of: number, more: Partial<Summary> = {}) => {
    const summary = { ...summaryOf(snapshot([{}])), shard: { index, of }, ...more };
    const profiles = summary.profiles.map((profile) => part([1], { settings: profile.settings }));
    return { file: `${index}.json`, summary: { ...summary, profiles } };
  };
  const add = (one: { read: number }) => one as never;

  it('is not put together of shards that are missing, doubled or of different runs, and all is told at once', () => {
    const parts = [shardOf(0, 3), shardOf(0, 3), shardOf(1, 3, { seed: 99 }), shardOf(1, 2)];
    expect(() => wholeOf(parts, add)).toThrow(
      /0\.json: expected each shard once[\s\S]*1\.json: expected a shard of 3[\s\S]*missing 2\/3[\s\S]*1\.json: seed: expected/,
    );
  });

  it('has no shard of its own, and as many producers as its parts', () => {
    const whole = wholeOf([shardOf(0, 2), shardOf(1, 2)], add);
    expect(whole).not.toHaveProperty('shard');
    expect(whole).toMatchObject({ workers: 2, profiles: [{ acked: 2 }] });
  });

  it('refuses a histogram that is none, in words', () => {
    const broken = { ...shardOf(0, 1) };
    const profiles = [{ ...broken.summary.profiles[0]!, histograms: { total: 'x' } as never }];
    const parts = [{ ...broken, summary: { ...broken.summary, profiles } }];
    expect(() => wholeOf(parts, add)).toThrow(
      /profile async: expected figures with histograms, .* as run --summary wrote them/,
    );
  });
});
