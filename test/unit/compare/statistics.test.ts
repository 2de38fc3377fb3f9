/** Against published tables, and against what the intervals promise: how often they are wrong, and what they find. */
import { describe, expect, it, test } from 'vitest';
import { confidenceFor, medianOf, middle, ratioOf, studentT } from '../../../src/compare/statistics.js';
import { createRandom } from '../../../src/random.js';
import type { Random } from '../../../src/types.js';

describe("Student's t", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, two-sided.
  it.for([
    [0.95, 1, 12.706],
    [0.95, 2, 4.303],
    [0.95, 4, 2.776],
    [0.95, 9, 2.262],
    [0.98, 3, 4.541],
    [0.99, 2, 9.925],
    [0.99, 5, 4.032],
    [0.99, 30, 2.75],
    [0.998, 100, 3.174],
  ] as const)('holds %d with %d degrees of freedom within %d', ([confidence, degrees, t]) => {
    expect(studentT(confidence, degrees)).toBeCloseTo(t, 3);
  });
});

describe('ratios', () => {
  it('have a geometric mean, and an interval from the spread of their logarithms', () => {
    const { value, low, high } = ratioOf([0.5, 2, 4], 0.95);
    expect(value).toBeCloseTo(4 ** (1 / 3), 12);
    // Logarithms to base 2 are −1, 1 and 2: mean 2/3, standard deviation 1.5275.
    const half = (4.302653 * 1.527525) / Math.sqrt(3);
    expect(Math.log2(high)).toBeCloseTo(2 / 3 + half, 4);
    expect(Math.log2(low)).toBeCloseTo(2 / 3 - half, 4);
  });

  it('mirror when candidate and baseline change places', () => {
    const one = ratioOf([1.1, 1.2, 1.4], 0.98);
    const other = ratioOf([1 / 1.1, 1 / 1.2, 1 / 1.4], 0.98);
    expect(other.low * one.high).toBeCloseTo(1, 12);
    expect(other.value * one.value).toBeCloseTo(1, 12);
  });

  it('that are all the same have no spread', () => {
    const { low, high } = ratioOf([1.25, 1.25, 1.25], 0.98);
    expect(high - low).toBeLessThan(1e-12);
    expect(ratioOf([1, 1 + 1e-15, 1], 0.98)).toEqual({ value: 1, low: 1, high: 1 });
  });
});

describe('what the intervals promise', () => {
  const REPEATS = 2000;
  const CALM = 0.03;
  const normal = (random: Random) => random.normal();
  /** Now and then far off, as a machine with other guests is. */
  const heavy = (random: Random) => random.normal() / Math.sqrt(0.2 + random.exponential());

  /** How often a difference is shown between profiles of which one is `effect` slower. */
  function shown(rounds: number, effect: number, noise: (random: Random) => number): number {
    const random = createRandom('calibration');
    let found = 0;
    for (let i = 0; i < REPEATS; i++) {
      const ratios = Array.from({ length: rounds }, () => (1 - effect) * Math.exp(CALM * noise(random)));
      const { low, high } = ratioOf(ratios, confidenceFor(1));
      if (low > 1 || high < 1) found++;
    }
    return found / REPEATS;
  }

  test.for([3, 5, 10])(
    'a profile against itself shows a difference in 1 of 40 comparisons of %d rounds at most',
    (rounds) => {
      expect(shown(rounds, 0, normal)).toBeLessThan(0.025);
      expect(shown(rounds, 0, heavy)).toBeLessThan(0.025);
    },
  );

  test('a handicap of 10 % is found in five rounds on a calm machine', () => {
    expect(shown(5, 0.1, normal)).toBeGreaterThan(0.95);
    expect(shown(5, 0.1, heavy)).toBeGreaterThan(0.85);
  });

  test('more ratios in a table make each interval wider', () => {
    expect(confidenceFor(1)).toBeCloseTo(1 - 0.05 / 3, 12);
    expect(confidenceFor(10)).toBeCloseTo(0.995, 12);
  });
});

describe('medians', () => {
  it('stand with the interval of a bootstrap, the same for the same seed', () => {
    const values = [10, 12, 11, 30, 9];
    const one = medianOf(values, createRandom(1));
    expect(one.value).toBe(11);
    expect(one).toEqual(medianOf(values, createRandom(1)));
    // Drawn from five values the median is the least of them in 5.8 % of resamples, and the greatest as often.
    expect(one).toMatchObject({ low: 9, high: 30 });
  });

  it('of one value are that value, and of none nothing', () => {
    expect(medianOf([7], createRandom(1))).toEqual({ value: 7, low: 7, high: 7 });
    expect(middle([])).toBeNaN();
    expect(middle([3, 1])).toBe(2);
  });
});
