import { describe, expect, it } from 'vitest';
import { aliasTable } from '../../src/alias.js';
import { createRandom } from '../../src/random.js';

/** Mean, variance, skewness and kurtosis. */
function moments(draw: () => number, count: number): [number, number, number, number] {
  const values = Float64Array.from({ length: count }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / count;
  const variance = central(2);
  return [mean, variance, central(3) / variance ** 1.5, central(4) / variance ** 2];
}

describe('a stream of chance', () => {
  it('is the same for the same seed, on every machine and Node', () => {
    const random = createRandom(1);
    expect([random.uint32(), random.uint32(), random.uint32()]).toEqual([3630518682, 3371644955, 718639216]);
    expect(random.fork('AAPL').uint32()).toBe(2474612831);
  });

  it('takes a number and its text for the same seed', () => {
    expect(createRandom(42).uint32()).toBe(createRandom('42').uint32());
  });

  it('differs by seed, also by seeds close to one another', () => {
    const first = Array.from({ length: 1000 }, (_, seed) => createRandom(seed).uint32());
    expect(new Set(first).size).toBeGreaterThan(995);
    const bits = first.map((value) => value & 1).reduce((sum, bit) => sum + bit, 0);
    expect(bits).toBeGreaterThan(430);
    expect(bits).toBeLessThan(570);
  });

  it('forks by name alone, whatever has been drawn before', () => {
    const fresh = createRandom(7);
    const used = createRandom(7);
    for (let draw = 0; draw < 1000; draw++) used.normal();
    expect(used.fork('x').uint32()).toBe(fresh.fork('x').uint32());
    expect(fresh.fork('x').uint32()).not.toBe(fresh.fork('y').uint32());
    expect(fresh.fork('a').fork('b').uint32()).not.toBe(fresh.fork('ab').uint32());
    expect(fresh.fork('').uint32()).not.toBe(fresh.uint32());
  });

  it('keeps whole numbers within their bound and reaches all of them', () => {
    const random = createRandom(3);
    const seen = new Set(Array.from({ length: 1000 }, () => random.int(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('keeps floats in [0, 1) with the moments of the uniform distribution', () => {
    const random = createRandom(4);
    const [mean, variance] = moments(() => {
      const value = random.float();
      if (value < 0 || value >= 1) throw new Error(`out of range: ${value}`);
      return value;
    }, 200_000);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 3);
  });

  it('draws normals with the moments and tails of the normal distribution', () => {
    const random = createRandom(5);
    let beyondThree = 0;
    const [mean, variance, skewness, kurtosis] = moments(() => {
      const value = random.normal();
      if (Math.abs(value) > 3) beyondThree++;
      return value;
    }, 1_000_000);
    expect(Math.abs(mean)).toBeLessThan(0.004);
    expect(Math.abs(variance - 1)).toBeLessThan(0.006);
    expect(Math.abs(skewness)).toBeLessThan(0.01);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.025);
    // P(|x| > 3) = 0.0027
    expect(beyondThree).toBeGreaterThan(2500);
    expect(beyondThree).toBeLessThan(2900);
  });

  it('draws exponentials of mean and variance 1 that are never infinite', () => {
    const random = createRandom(6);
    const [mean, variance] = moments(() => random.exponential(), 400_000);
    expect(Math.abs(mean - 1)).toBeLessThan(0.006);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });
});

describe('an alias table', () => {
  it('picks each index as often as its weight says, and never one of weight zero', () => {
    const weights = [5, 0, 1, 3, 0.5, 0.5];
    const table = aliasTable(weights);
    const random = createRandom(8);
    const counts = new Array<number>(weights.length).fill(0);
    for (let pick = 0; pick < 100_000; pick++) {
      const index = table.pick(random);
      counts[index] = counts[index]! + 1;
    }
    expect(counts[1]).toBe(0);
    for (const [index, weight] of weights.entries()) {
      expect(Math.abs(counts[index]! / 10_000 - weight)).toBeLessThan(0.15);
    }
  });

  it('refuses weights that have no sum', () => {
    expect(() => aliasTable([])).toThrow('sum above 0');
    expect(() => aliasTable([Number.NaN])).toThrow('sum above 0');
  });
});
