import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandShare, Reference } from '../../../generators/market/luld.js';
import { HALT, RESUME } from '../../../generators/market/tick.js';
import { StockRules } from '../../realism/rules/stock-rules.js';
import { openStock } from '../../realism/samples/stock-feed.js';

const MINUTE_MS = 60_000;
const DAY_MS = 390 * MINUTE_MS;
const NOON = 150 * MINUTE_MS;

describe('the band', () => {
  it.each([
    ['large shares', 100, 1, NOON, 0.05],
    ['other shares', 100, 2, NOON, 0.1],
    ['shares of up to three dollars', 2, 1, NOON, 0.2],
    ['shares of pennies', 0.5, 2, NOON, 0.3],
    ['large shares near the opening', 100, 1, 14 * MINUTE_MS, 0.1],
    ['large shares near the close', 100, 1, DAY_MS - 25 * MINUTE_MS, 0.1],
  ])('of %s is as the plan says, but for a hair', (_, price, tier, into, expected) => {
    const share = bandShare(price, tier, into, DAY_MS);
    expect(share).toBeLessThan(expected);
    expect(share).toBeGreaterThan(0.99 * expected);
  });
});

describe('the reference', () => {
  const trades = fc.array(
    fc.record({
      gap: fc.oneof(fc.integer({ max: 20_000, min: 0 }), fc.integer({ max: 700_000, min: 0 })),
      price: fc.integer({ min: 90, max: 110 }),
    }),
    { minLength: 1, maxLength: 200 },
  );

  it('is the exact mean of five minutes, and the last one there was where nobody traded', () => {
    fc.assert(
      fc.property(trades, (list) => {
        const reference = new Reference();
        const seen: { time: number; price: number }[] = [];
        let time = 0;
        for (const { gap, price } of list) {
          time += gap;
          const window = seen.filter((one) => one.time >= time - 300_000);
          // The oldest goes first: the last mean before an empty window is that of the newest instant alone.
          const last = seen.filter((one) => one.time === seen.at(-1)!.time).slice(-1);
          const counted = window.length > 0 ? window : last;
          const mean = counted.reduce((sum, one) => sum + one.price, 0) / (counted.length || 1);
          expect(reference.meanAt(time)).toBeCloseTo(mean, 9);
          reference.add(time, price);
          seen.push({ time, price });
        }
      }),
    );
  });

  it('is never called calm where a price is further from it than three per cent', () => {
    fc.assert(
      fc.property(trades, (list) => {
        const reference = new Reference();
        let time = 0;
        for (const { gap, price } of list) {
          time += gap;
          const mean = reference.meanAt(time);
          if (mean > 0 && Math.abs(price / mean - 1) > 0.0301) expect(reference.isCalm(price)).toBe(false);
          reference.add(time, price);
        }
      }),
    );
  });
});

describe('a nervous market', () => {
  it('halts shares for five minutes or until the close, and reopens each with one auction, breaking no rule', () => {
    const feed = openStock(1, { symbols: 60, tradesPerDay: 300, newsPerYear: 1000, volatility: 80 });
    const rules = new StockRules({ exchange: true });
    const count = { [HALT]: 0, [RESUME]: 0 };
    for (let i = 0; i < 300_000; i++) {
      const tick = feed.next(0).value;
      rules.see(tick);
      if (tick.type === HALT || tick.type === RESUME) count[tick.type]++;
    }
    expect(rules.broken.sentences).toEqual([]);
    expect(count[HALT]).toBeGreaterThan(20);
    expect(count[HALT] - count[RESUME]).toBeLessThan(10);
  });
});
