/** Each statistic of the yardstick against answers that are known from elsewhere. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { burstiness, fano, share, variation } from '../../realism/statistics/arrivals.js';
import {
  autocorrelation,
  autocorrelations,
  decayExponent,
  leverage,
} from '../../realism/statistics/memory.js';
import {
  correlation,
  detrended,
  deviation,
  excessKurtosis,
  logReturns,
  mean,
  median,
  quantile,
  slope,
} from '../../realism/statistics/moments.js';
import { distanceToLogNormal, gaussianBelow, nbdShape } from '../../realism/statistics/orders.js';
import { hill, topShare, zipfExponent } from '../../realism/statistics/tails.js';

const random = createRandom('statistics');
const draw = (count: number, one: () => number): Float64Array => Float64Array.from({ length: count }, one);
const gaussian = draw(200_000, () => random.normal());

describe('moments', () => {
  it('are those of small columns worked by hand', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBe(2);
    expect(median([5, 1, 3])).toBe(3);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(slope([1, 2, 3], [2, 4, 6])).toBeCloseTo(2, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect([...logReturns([1, Math.E, 1])]).toEqual([1, -1]);
    expect(Math.max(...detrended([1, 3, 5, 7]).map(Math.abs))).toBeLessThan(1e-12);
  });

  it('know the kurtosis of coins, of a Gaussian and of exponentials of both signs', () => {
    expect(excessKurtosis([-1, 1, -1, 1])).toBe(-2);
    expect(excessKurtosis(gaussian)).toBeCloseTo(0, 1);
    const laplace = draw(400_000, () => random.exponential() * (random.float() < 0.5 ? 1 : -1));
    expect(excessKurtosis(laplace)).toBeGreaterThan(2.7);
    expect(excessKurtosis(laplace)).toBeLessThan(3.3);
  });
});

describe('memory', () => {
  it('finds none in noise, and powers of the coefficient in an autoregression', () => {
    expect(Math.abs(autocorrelation(gaussian, 3))).toBeLessThan(0.01);
    let state = 0;
    const ar = draw(200_000, () => {
      state = 0.8 * state + random.normal();
      return state;
    });
    const acf = autocorrelations(ar, 3);
    for (const [index, expected] of [0.8, 0.64, 0.512].entries()) expect(acf[index]).toBeCloseTo(expected, 1);
  });

  it('finds the exponent of a power law', () => {
    expect(decayExponent(Float64Array.from({ length: 100 }, (_, i) => 0.3 * (i + 1) ** -0.25))).toBeCloseTo(
      0.25,
      2,
    );
  });

  it('finds leverage where falls are followed by turmoil, and none in noise', () => {
    expect(Math.abs(leverage(gaussian, 10))).toBeLessThan(0.005);
    let last = 0;
    const levered = draw(100_000, () => {
      last = random.normal() * (last < 0 ? 2 : 1);
      return last;
    });
    expect(leverage(levered, 1)).toBeLessThan(-0.1);
    expect(
      leverage(
        levered.map((one) => -one),
        1,
      ),
    ).toBeGreaterThan(0.1);
  });
});

describe('tails', () => {
  it('finds the exponent of Pareto draws', () => {
    const pareto = draw(200_000, () => Math.exp(random.exponential() / 3));
    expect(hill(pareto, 0.05)).toBeCloseTo(3, 0);
    expect(hill(pareto, 0.05)).toBeGreaterThan(2.9);
    expect(hill(pareto, 0.05)).toBeLessThan(3.1);
  });

  it('finds the exponent of a Zipf law, and what its largest hold', () => {
    const sizes = Float64Array.from({ length: 1000 }, (_, i) => (i + 1) ** -0.9);
    expect(zipfExponent(sizes, 1000)).toBeCloseTo(0.9, 6);
    expect(topShare([1, 1, 1, 1, 1, 1, 1, 1, 1, 11], 0.1)).toBeCloseTo(0.55, 12);
  });
});

describe('arrivals', () => {
  it('calls a Poisson process 1 and 0, a clock 0 and −1', () => {
    const gaps = draw(200_000, () => random.exponential());
    expect(variation(gaps)).toBeCloseTo(1, 1);
    expect(burstiness(gaps)).toBeCloseTo(0, 1);
    expect(burstiness([5, 5, 5])).toBe(-1);
    expect(fano([3, 3, 3])).toBe(0);
    expect(share([0, 1, 2, 3], (one) => one < 1)).toBe(0.25);
  });
});

describe('orders', () => {
  it('know the shape of a negative binomial by its mean and zeros', () => {
    // r = 1 and mean 1: geometric, of which half are zeros.
    expect(nbdShape([0, 0, 0, 0, 1, 1, 2, 4])).toBeCloseTo(1, 6);
    expect(nbdShape([0, 0, 0, 0, 0, 0, 0, 8])).toBeLessThan(0.1);
  });

  it('know a log-normal from an exponential', () => {
    const logNormal = draw(20_000, () => Math.exp(3 + 0.7 * random.normal()));
    expect(distanceToLogNormal(logNormal)).toBeLessThan(0.012);
    expect(distanceToLogNormal(draw(20_000, () => random.exponential()))).toBeGreaterThan(0.05);
    expect(gaussianBelow(1.96)).toBeCloseTo(0.975, 3);
    expect(gaussianBelow(-1.96)).toBeCloseTo(0.025, 3);
  });
});
