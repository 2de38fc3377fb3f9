/** Arrivals by chance: as many as asked on the mean, independent of one another, the same ones for the same seed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dial } from '../../src/dial.js';
import { RatePace } from '../../src/pace.js';
import { loadPart } from '../../src/parts.js';
import { createRandom } from '../../src/random.js';
import { scaledRate } from '../../src/rate.js';
import type { OptionValues, RatePart } from '../../src/types.js';
import '../support/properties.js';

const START = 1_700_000_000_000;

async function rateOf(kind: string, given: OptionValues) {
  const part = await loadPart<RatePart>('rates', kind);
  const defaults = Object.fromEntries(
    Object.entries(part.options ?? {}).map(([name, option]) => [name, option.default]),
  );
  return part.create({ ...defaults, ...given });
}

function dueTimes(pace: RatePace, count: number): number[] {
  return Array.from({ length: count }, () => {
    const at = pace.nextDueAt();
    pace.advance();
    return at - START;
  });
}

describe('arrivals by chance', () => {
  test('are Poisson: counts of a second vary as much as they amount to, and gaps are exponential', async () => {
    const rate = await rateOf('poisson', { rate: 20 });
    const times = dueTimes(new RatePace(rate, START, undefined, createRandom(3)), 40_000);
    const seconds = Math.floor(times.at(-1)! / 1000);
    const counts = new Float64Array(seconds);
    for (const time of times) if (time < seconds * 1000) counts[Math.floor(time / 1000)]!++;
    const mean = counts.reduce((sum, count) => sum + count, 0) / seconds;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (seconds - 1);
    expect(Math.abs(mean - 20)).toBeLessThan(0.4);
    // An even pace has a dispersion of 0; of 2,000 seconds by chance it is 1 ± 0.03.
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.12);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(Math.abs(gaps.filter((gap) => gap > 50).length / gaps.length - Math.exp(-1))).toBeLessThan(0.01);
  });

  test('come where the rate is high', async () => {
    const rate = await rateOf('burst', {
      rate: 10,
      burst: 1000,
      every: 1000,
      lasts: 100,
      arrivals: 'poisson',
    });
    const times = dueTimes(new RatePace(rate, START, undefined, createRandom(1)), 5000);
    const within = times.filter((time) => time % 1000 >= 900).length / times.length;
    expect(Math.abs(within - 100 / 109)).toBeLessThan(0.02);
  });

  test('are as many by a time as were due before it, under any dial', async () => {
    const rate = scaledRate(await rateOf('diurnal', { mean: 300, day: 24_000, arrivals: 'poisson' }), 2);
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.constantFrom(0.5, 1, 3)), { maxLength: 3 }),
        (seed, turns) => {
          const dial = new Dial();
          const pace = new RatePace(rate, START, dial, createRandom(seed));
          let at = START;
          const made: number[] = [];
          for (const [later, factor] of [...turns, [3000, 1] as const]) {
            at += later;
            for (let due = pace.nextDueAt(); due <= at; due = pace.nextDueAt()) {
              made.push(due);
              pace.advance();
            }
            expect(pace.dueBy(at)).toBe(made.length);
            expect(pace.surelyDueBy(at)).toBeLessThanOrEqual(made.length);
            dial.turn(factor, at);
            pace.turned(at);
          }
          expect(made).toEqual(made.toSorted((a, b) => a - b));
          const half = START + (at - START) / 2;
          expect(pace.dueBy(half)).toBe(made.filter((due) => due <= half).length);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('are the same for the same seed, and others for another', async () => {
    const rate = await rateOf('poisson', { rate: 100 });
    const of = (seed: number) => dueTimes(new RatePace(rate, START, undefined, createRandom(seed)), 200);
    expect(of(1)).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });
});
