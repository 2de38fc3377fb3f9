/** The short form of `npm run soak`: every kind of fault once in a while, and all that was made is there, once, in order. */
import { expect, test } from 'vitest';
import { broken, type SoakTerms, soak } from '../chaos/endurance.js';

test('twenty seconds in which something fails all the time lose, double and reorder nothing', async () => {
  const terms: SoakTerms = {
    profile: 'durable',
    rate: 10_000,
    durationMs: 20_000,
    faultEveryMs: 900,
    sampleEveryMs: 1000,
    seed: 1,
    verify: true,
    tell: () => {},
  };
  const finding = await soak(terms);
  expect(broken(finding, terms)).toEqual([]);
  const { faults, samples, summary } = finding;
  expect(summary.verify).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
  expect(summary.acked).toBe(summary.due);
  // Fifteen kinds there are; a busy machine may get no further, and the last may come too late to strike.
  const struck = [...faults].filter(([, strikes]) => strikes.struck > 0);
  expect(faults.size - struck.length).toBeLessThanOrEqual(1);
  expect(struck.length).toBeGreaterThanOrEqual(10);
  expect(samples.length).toBeGreaterThan(15);
  // What it takes is bounded; that it does not grow is for the long form to tell.
  expect(Math.max(...samples.map(({ rss }) => rss))).toBeLessThan(600e6);
});
