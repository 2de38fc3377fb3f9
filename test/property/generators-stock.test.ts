import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../generators/market/presets.js';
import type { ModelTime } from '../../src/types.js';
import { byKey, LIVE, NATURAL, openNamed, SIMULATED, START, take } from '../support/feeds.js';

interface Trade {
  type: string;
  symbol: string;
  timestamp: number;
  sequence: number;
  price: number;
  /** Not of halts and resumptions. */
  size?: number;
  side?: string;
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  volume: number;
  tier: number;
}

const settings = fc.record({
  preset: fc.constantFrom(...PRESETS),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  symbols: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(600)),
  tradesPerDay: fc.constantFrom(1, 20, 500, 20_000, 1_000_000),
  time: fc.constantFrom<ModelTime>(LIVE, NATURAL, SIMULATED),
});

async function trades(
  setting: { preset?: string; seed: number; symbols: unknown; tradesPerDay: number; time: ModelTime },
  count: number,
) {
  const { preset = 'us-large-cap', seed, time, symbols, tradesPerDay } = setting;
  const feed = await openNamed('stock', {
    seed,
    time,
    options: { preset, symbols: symbols as number, tradesPerDay },
  });
  return take(feed, count) as unknown as Trade[];
}

describe('stock', () => {
  it('keeps bid ≤ trade ≤ ask, on the tick, above zero, whatever the settings', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        expect((await trades(setting, 3000)).filter((trade) => !isSound(trade))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('counts volume up over the day, each print included, and time never falls', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (setting) => {
        const events = await trades(setting, 3000);
        for (const group of byKey(events as never, 'symbol').values() as Iterable<never>) {
          let volume = 0;
          const broken: Trade[] = [];
          let last = 0;
          for (const trade of group as Trade[]) {
            // A day begins with its first print.
            if (trade.volume === trade.size) volume = 0;
            volume += trade.size ?? 0;
            if (trade.volume !== volume || trade.timestamp < last) broken.push(trade);
            last = trade.timestamp;
          }
          expect(broken).toEqual([]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('depends on the symbols of a list, not on their order', async () => {
    const names = ['AAPL', 'ZZTOP', 'XOM', 'ACME-A', 'NVDA'];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(names, { minLength: 5 }), async (symbols) => {
        const open = (list: string[]) => openNamed('stock', { time: SIMULATED, options: { symbols: list } });
        expect(take(await open(symbols), 300)).toEqual(take(await open(names), 300));
      }),
      { numRuns: 5 },
    );
  });

  it('trades 09:30-16:00 in New York in simulated time, opening and closing with one auction each', async () => {
    // Of the fortnight from 2025-06-30: Thursday the 3rd of July closes at 13:00, Friday the 4th is a holiday.
    const time: ModelTime = { ...SIMULATED, start: Date.UTC(2025, 5, 30) };
    const feed = await openNamed('stock', { time, options: { symbols: 3, tradesPerDay: 300 } });
    const days = byKey(
      (take(feed, 9000) as unknown as Trade[]).map((trade) => ({
        ...trade,
        day: new Date(trade.timestamp).toISOString().slice(0, 10),
      })),
      'day',
    );
    expect([...days.keys()].slice(0, 6)).toEqual([
      '2025-06-30',
      '2025-07-01',
      '2025-07-02',
      '2025-07-03',
      '2025-07-07',
      '2025-07-08',
    ]);
    for (const [day, events] of [...days].slice(0, 6)) {
      const opens = Date.parse(`${day}T13:30:00Z`);
      const closes = Date.parse(day === '2025-07-03' ? `${day}T17:00:00Z` : `${day}T20:00:00Z`);
      for (const group of byKey(events, 'symbol').values()) {
        const of = group as unknown as Trade[];
        expect(of.map(({ type }) => type).filter((type) => type === 'auction')).toHaveLength(2);
        expect(of[0]).toMatchObject({ type: 'auction' });
        expect(of.at(-1)).toMatchObject({ type: 'auction', timestamp: closes });
        expect(of[0]!.timestamp).toBeGreaterThanOrEqual(opens);
        expect(of[0]!.timestamp).toBeLessThan(opens + 61_000);
      }
    }
  });

  it('begins in the middle of a day that is under way, without an opening auction', async () => {
    const start = Date.UTC(2025, 2, 5, 19, 30);
    const [first] = (await trades(
      { seed: 1, symbols: 5, tradesPerDay: 10_000, time: { ...SIMULATED, start } },
      1,
    )) as [Trade];
    expect(first.type).toBe('trade');
    expect(first.timestamp).toBeGreaterThanOrEqual(start);
    expect(first.timestamp).toBeLessThan(start + 60_000);
  });

  it('trades the first symbols far more than the last ones, with the mean asked for', async () => {
    const feed = await openNamed('stock', { time: NATURAL, options: { symbols: 100, tradesPerDay: 200 } });
    const counts = new Float64Array(100);
    let total = 0;
    // Fifty days without nights.
    while (feed.nextAt!() < START + 50 * 6.5 * 3_600_000) {
      const { symbol } = feed.next(0).value as { symbol: number };
      counts[symbol] = counts[symbol]! + 1;
      total++;
    }
    expect(total / 50 / 100).toBeGreaterThan(150);
    expect(total / 50 / 100).toBeLessThan(260);
    // rank^-0.8: the first has 40 times the trades of the hundredth, which has two auctions a day besides.
    expect(counts[0]! / (counts[99]! - 100)).toBeGreaterThan(25);
    expect(counts[0]! / (counts[99]! - 100)).toBeLessThan(60);
  });

  it.each([
    [[], 'symbols: expected a number from 1 to 10000 or a list of that many, got []'],
    [['A', 'B', 'A'], 'symbols: A stands in the list twice'],
  ])('answers symbols %j in words', async (symbols, message) => {
    await expect(openNamed('stock', { options: { symbols } })).rejects.toThrow(message);
  });

  it('gives ten thousand symbols different names', async () => {
    const { fields } = await openNamed('stock', { options: { symbols: 10_000 } });
    const symbol = fields?.['symbol'];
    const names = symbol?.type === 'code' ? symbol.values : [];
    expect(new Set(names).size).toBe(10_000);
  });
});

function isSound({ type, bid, price, ask, size, side, bidSize, askSize }: Trade): boolean {
  const prints = type === 'trade' || type === 'auction';
  const ordered = bid > 0 && bid < ask && bid <= price && price <= ask;
  return (
    ordered &&
    [bid, price, ask].every(isOnTick) &&
    [size ?? 1, bidSize, askSize].every((shares) => Number.isInteger(shares) && shares >= 1) &&
    prints === (size !== undefined) &&
    prints === (side !== undefined)
  );
}

/** A cent from a dollar, a hundredth of one below. */
function isOnTick(price: number): boolean {
  const units = Math.round(price * 10_000);
  return Math.abs(units / 10_000 - price) < 1e-9 && (units < 10_000 || units % 100 === 0);
}
