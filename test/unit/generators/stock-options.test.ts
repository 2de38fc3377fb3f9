import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../generators/market/presets.js';
import { AUCTION, HALT, type Tick } from '../../../generators/market/tick.js';
import { tickAt, tickTable } from '../../../generators/market/tick-sizes.js';
import { StockRules } from '../../realism/rules/stock-rules.js';
import { collect, printsOf } from '../../realism/samples/stock.js';
import { openStock } from '../../realism/samples/stock-feed.js';
import { deviation, logReturns, mean } from '../../realism/statistics/moments.js';

function ticks(count: number, options: { [name: string]: unknown }): Tick[] {
  const feed = openStock(1, options);
  return Array.from({ length: count }, () => ({ ...feed.next(0).value }));
}

/** Annualised volatility of the mean share, by daily closes. */
function volatility(options: { [name: string]: unknown }): number {
  const feed = openStock(1, { symbols: 20, tradesPerDay: 5, ...options });
  const shares = collect(printsOf(feed), { days: 1000, trades: false });
  return mean(shares.map(({ close }) => deviation(logReturns(close.values)))) * Math.sqrt(252);
}

describe('presets', () => {
  it.each(PRESETS.filter((name) => name !== 'crypto-24x7'))('%s keeps the exchange’s rules', (preset) => {
    const feed = openStock(1, { preset, symbols: 50, tradesPerDay: 500 });
    const rules = new StockRules({ exchange: true });
    for (let i = 0; i < 100_000; i++) rules.see(feed.next(0).value);
    expect(rules.broken.sentences).toEqual([]);
  });

  it('crypto-24x7 trades at all hours of all days, without auctions and halts', () => {
    const events = ticks(60_000, { preset: 'crypto-24x7', symbols: 5, tradesPerDay: 500, newsPerYear: 500 });
    const hours = new Set(events.map(({ timestamp }) => Math.floor(timestamp / 3_600_000) % 24));
    expect(hours.size).toBe(24);
    const days = new Set(events.map(({ timestamp }) => Math.floor(timestamp / 86_400_000) % 7));
    expect(days.size).toBe(7);
    expect(events.filter(({ type }) => type === AUCTION || type === HALT)).toEqual([]);
  });

  it('differ as their names say: calm < large < small, and crisis', () => {
    const [calm, large, small, crisis] = ['calm', 'us-large-cap', 'small-cap', 'crisis'].map((preset) =>
      volatility({ preset }),
    );
    expect(calm).toBeLessThan(0.8 * large!);
    expect(small).toBeGreaterThan(1.3 * large!);
    expect(crisis).toBeGreaterThan(1.5 * large!);
  });

  it('give way to what is said beside them', () => {
    const said = volatility({ volatility: 60, indexVolatility: 20, newsPerYear: 0 });
    expect(said).toBeGreaterThan(1.5 * volatility({}));
  });
});

describe('corporate actions', () => {
  it('are told by the opening auction, and prices move by as much', () => {
    const options = { symbols: 60, tradesPerDay: 2, splits: true, dividends: true };
    const events = ticks(120_000, options);
    const before = new Map<number, number>();
    const moves: number[] = [];
    let dividends = 0;
    for (const { type, symbol, price, split, dividend } of events) {
      if (split >= 0) {
        expect(type).toBe(AUCTION);
        moves.push(price / before.get(symbol)!);
      }
      if (dividend !== undefined) {
        dividends++;
        expect(type).toBe(AUCTION);
        expect(dividend / price).toBeLessThan(0.02);
      }
      before.set(symbol, price);
    }
    expect(moves.length).toBeGreaterThan(3);
    // Nearest to 2:1, 3:1, … or 1:10, give or take a night.
    for (const move of moves) expect(move < 0.6 || move > 8).toBe(true);
    expect(dividends).toBeGreaterThan(100);
  });
});

describe('the tick table', () => {
  it('holds from its dates on', () => {
    const at = tickTable(['2001-01-29 0 0.0001', '2001-01-29 1 0.01', '2026-11-02 1 0.005']);
    expect(tickAt(at(Date.UTC(2025, 0, 1)), 10_000)).toBe(100);
    expect(tickAt(at(Date.UTC(2025, 0, 1)), 9_999)).toBe(1);
    expect(tickAt(at(Date.UTC(2026, 10, 3)), 10_000)).toBe(50);
  });

  it('decides where prices stand', () => {
    const events = ticks(20_000, { tickTable: ['2001-01-29 0 0.05'] });
    expect(events.filter(({ bid, price, ask }) => bid % 500 || price % 500 || ask % 500)).toEqual([]);
  });

  it('tells every wrong row', () => {
    const open = () =>
      openStock(1, { tickTable: ['yesterday 1 0.01', '2001-01-29 1 0.03', '2001-01-29 0 0.01'] });
    expect(open).toThrow(/tickTable: expected rows .*got "yesterday 1 0.01"\n.*got "2001-01-29 1 0.03"$/);
  });
});

describe('what contradicts itself', () => {
  it('is told with its remedy', () => {
    expect(() => openStock(1, { volatility: 10 })).toThrow(
      /volatility: expected more than indexVolatility \(17.5 %\).*got 10 %; raise volatility or lower indexVolatility/,
    );
  });
});
