/** Quantities and rates, for any numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/config/places.js';
import { scaledRate } from '../../src/rate.js';
import ramp from '../../src/rates/ramp.js';
import sine from '../../src/rates/sine.js';
import steps from '../../src/rates/steps.js';
import {
  formatBytes,
  formatDuration,
  formatRate,
  parseBytes,
  parseCount,
  parseDuration,
  parsePerSecond,
  parseRate,
} from '../../src/units.js';

describe('what is written is read back the same', () => {
  it('for durations, to the microsecond', () => {
    const ms = fc.oneof(
      fc.nat(),
      fc.integer({ min: 0, max: 3e13 }),
      fc.nat({ max: 10_000_000 }).map((us) => us / 1000),
    );
    fc.assert(
      fc.property(ms, (value) => {
        expect(parseDuration(formatDuration(value))).toEqual({ value });
      }),
    );
  });

  it('for sizes', () => {
    const bytes = fc.oneof(
      fc.nat(),
      fc.maxSafeNat(),
      fc.nat({ max: 4000 }).map((n) => n * 2 ** 20),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        expect(parseBytes(formatBytes(value))).toEqual({ value });
      }),
    );
  });

  it('for counts, with and without groups', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(parseCount(String(value))).toEqual({ value });
        expect(parseCount(String(value).replace(/\B(?=(\d{3})+$)/g, '_'))).toEqual({ value });
      }),
    );
  });

  it('for rates', () => {
    const perSecond = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(perSecond, (value) => {
        expect(parseRate(formatRate(value))).toEqual({ value });
      }),
    );
  });

  it('for points in time', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          expect(parseTime(date.toISOString(), 0)).toEqual({ value: date.getTime() });
        },
      ),
    );
  });
});

it('no text at all makes a reader throw, and each problem is one line', () => {
  const readers = [
    parseDuration,
    parseBytes,
    parseCount,
    parseRate,
    parsePerSecond,
    (raw: unknown) => parseTime(raw, 0),
  ];
  const raw = fc.oneof(
    fc.string(),
    fc.jsonValue(),
    fc.string({ unit: fc.constantFrom(...'0159.e+-_smhdkKMiB/ ') }),
  );
  fc.assert(
    fc.property(raw, fc.constantFrom(...readers), (value, read) => {
      const result = read(value);
      if ('problem' in result) expect(result.problem).toMatch(/^expected [^\n]+$/);
      else if (typeof result.value === 'number') expect(Number.isFinite(result.value)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe('for any numbers', () => {
  const perSecond = fc.double({ min: 0, max: 1e6, noNaN: true });
  const above = fc.double({ min: 0.001, max: 1e6, noNaN: true });
  const ms = fc.integer({ min: 1, max: 86_400_000 });
  const time = fc.double({ min: 0, max: 1e9, noNaN: true });
  const shape = fc.oneof(
    fc.record({ from: perSecond, to: above, over: ms }).map((options) => ramp.create(options)),
    fc
      .record({
        mean: above,
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        period: ms,
        start: fc.constantFrom('middle', 'trough', 'peak'),
      })
      .map(({ mean, share, ...rest }) => sine.create({ ...rest, mean, amplitude: mean * share })),
    fc
      .array(fc.tuple(fc.nat({ max: 1_000_000 }), fc.nat({ max: 100_000 })), { minLength: 1, maxLength: 20 })
      .map((list) =>
        steps.create({ steps: [...list.map(([rate, lasts]) => `${rate}/s for ${lasts}ms`), '1/s'] }),
      ),
  );

  it('a rate begins at zero and does not fall, beyond the last digits of a double', () => {
    fc.assert(
      fc.property(shape, time, time, (rate, one, other) => {
        const [early, late] = one < other ? [one, other] : [other, one];
        expect(rate.countBy(0)).toBe(0);
        const before = rate.countBy(early);
        // A millionth of an event is what due times are rounded by.
        expect(rate.countBy(late)).toBeGreaterThanOrEqual(before * (1 - 1e-12) - 1e-6);
      }),
      { numRuns: 1000 },
    );
  });

  it('a scaled rate is that many times the rate, in count and in slope', () => {
    fc.assert(
      fc.property(shape, time, fc.double({ min: 0.001, max: 1000, noNaN: true }), (rate, t, factor) => {
        const scaled = scaledRate(rate, factor);
        expect(scaled.countBy(t)).toBe(factor === 1 ? rate.countBy(t) : factor * rate.countBy(t));
        expect(scaled.perSecondAt(t)).toBe(factor === 1 ? rate.perSecondAt(t) : factor * rate.perSecondAt(t));
      }),
    );
  });
});
