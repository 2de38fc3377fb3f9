import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/histogram.js';

const ms = fc.double({ min: 0.001, max: 1e9, noNaN: true });

describe('a histogram', () => {
  it('gives percentiles within 1.6 % (or 1 µs) above the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(ms, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = new Histogram();
          for (const value of values) histogram.add(value);
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1]!;
          const found = histogram.percentile(share);
          expect(found).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
          expect(found).toBeLessThanOrEqual(exact * 1.016 + 0.001);
        },
      ),
    );
  });

  it('merges to what one histogram of all values would be', () => {
    fc.assert(
      fc.property(fc.array(ms), fc.array(ms), (a, b) => {
        const [one, two, both] = [new Histogram(), new Histogram(), new Histogram()];
        for (const value of a) one.add(value);
        for (const value of b) two.add(value);
        for (const value of [...a, ...b]) both.add(value);
        one.merge(two);
        expect(one.snapshot().counts).toEqual(both.snapshot().counts);
        expect(one.stats().max).toBe(both.stats().max);
        expect(one.sumMs).toBeCloseTo(both.sumMs, 3);
      }),
    );
  });

  it('comes back from its text as it was', () => {
    fc.assert(
      fc.property(fc.array(ms), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value, 3);
        const again = Histogram.decode(histogram.encode());
        expect(again.snapshot()).toEqual(histogram.snapshot());
        expect(again.stats()).toEqual(histogram.stats());
      }),
    );
  });

  it('refuses texts that are not its own', () => {
    for (const text of ['', 'AA==', Buffer.alloc(40, 255).toString('base64')]) {
      expect(() => Histogram.decode(text)).toThrow(RangeError);
    }
  });

  it('is all zeros while empty', () => {
    expect(new Histogram().stats()).toEqual({
      count: 0,
      mean: 0,
      p50: 0,
      p95: 0,
      p99: 0,
      p999: 0,
      p9999: 0,
      max: 0,
    });
  });

  it('takes what lies beyond 25 days as 25 days, and less than nothing as nothing', () => {
    const histogram = new Histogram();
    histogram.add(1e13);
    histogram.add(-5);
    expect(histogram.count).toBe(2);
    expect(histogram.percentile(0.5)).toBeLessThanOrEqual(0.001);
  });
});
