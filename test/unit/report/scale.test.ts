import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byFactors, fromZero } from '../../../src/report/scale.js';

describe('a scale from zero', () => {
  it('ends at a round number that no value exceeds', () => {
    const scale = fromZero([3, 87], [0, 100]);
    expect(scale.ticks).toEqual([0, 20, 40, 60, 80, 100]);
    expect([scale.at(0), scale.at(50), scale.at(100)]).toEqual([0, 50, 100]);
  });

  it('stands without any values', () => {
    expect(fromZero([], [0, 100]).at(0)).toBe(0);
    expect(fromZero([0, Number.NaN], [0, 100]).ticks.length).toBeGreaterThan(1);
  });
});

describe('a scale by factors', () => {
  it.each([
    [
      [0.5, 2000],
      [1, 10, 100, 1000],
    ],
    [
      [3, 120],
      [3, 10, 30, 100],
    ],
    [
      [2, 11],
      [2, 5, 10],
    ],
    [
      [0.97, 1.04],
      [0.98, 1, 1.02, 1.04],
    ],
    [
      [1e-6, 1e12],
      [1e-4, 1, 1e4, 1e8, 1e12],
    ],
  ])('has few ticks, at round numbers, for %j', (values, ticks) => {
    expect(byFactors(values, [0, 100]).ticks).toEqual(ticks);
  });

  it('keeps every value and every tick within the drawing, in their order, and ticks few', () => {
    const value = fc.double({ min: 1e-9, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const scale = byFactors(values, [10, 110]);
        for (const one of [...values, ...scale.ticks, 0, -1, 1e300]) {
          expect(scale.at(one)).toBeGreaterThanOrEqual(10);
          expect(scale.at(one)).toBeLessThanOrEqual(110);
        }
        const places = [...values].sort((a, b) => a - b).map((one) => scale.at(one));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(scale.ticks.length).toBeLessThanOrEqual(9);
      }),
    );
  });
});
