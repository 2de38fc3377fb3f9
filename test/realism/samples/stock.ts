/** Three samples of the market that `stock` makes: many days of few shares, each trade of some days, and many shares. */

import { AUCTION, BUY, type Tick, TRADE } from '../../../generators/market/tick.js';
import stock from '../../../generators/stock.js';
import { checkOptions } from '../../../src/config/options.js';
import { createRandom } from '../../../src/random.js';
import type { Field, OptionValues } from '../../../src/types.js';
import { type Print, type Share, StockCollector } from './stock-collector.js';

export interface StockSample {
  /** 20 shares by day. */
  readonly daily: readonly Share[];
  /** The same shares, each trade of ten days. */
  readonly tapes: readonly Share[];
  /** A thousand shares, each with what it turned over. */
  readonly market: readonly Share[];
  readonly violations: readonly string[];
}

export interface Extent {
  readonly symbols: number;
  readonly tradesPerDay: number;
  readonly days: number;
  readonly trades: boolean;
}

const DAILY: Extent = { symbols: 20, tradesPerDay: 200, days: 2000, trades: false };
const TAPES: Extent = { symbols: 20, tradesPerDay: 10_000, days: 10, trades: true };
const MARKET: Extent = { symbols: 1000, tradesPerDay: 200, days: 3, trades: false };
/** A Monday; no holidays or half-days for a fortnight, and daylight saving time begins on the Sunday between. */
const START = Date.UTC(2025, 2, 3);

const DOLLAR = 10_000;

export async function stockSample(seed: number, fast: boolean): Promise<StockSample> {
  const shrunk = (extent: Extent): Extent =>
    fast ? { ...extent, days: Math.ceil(extent.days / 4) } : extent;
  return {
    daily: collect(printsOf(seed, DAILY), shrunk(DAILY)),
    tapes: collect(printsOf(seed, TAPES), shrunk(TAPES)),
    market: collect(printsOf(seed, MARKET), shrunk(MARKET)),
    violations: [],
  };
}

/** The shares of as many days as wanted, from prints in the order of their times. */
export function collect(prints: Iterable<Print>, { days, trades }: Extent): readonly Share[] {
  const collector = new StockCollector(trades);
  for (const print of prints) {
    collector.see(print);
    if (collector.days > days) break;
  }
  for (const share of collector.shares) share.trim(days);
  return collector.shares;
}

/** Without end; the same object each time. */
export function* printsOf(
  seed: number,
  { symbols, tradesPerDay }: { symbols: number; tradesPerDay: number },
  more: OptionValues = {},
): Generator<Print> {
  const options = checkOptions(stock.options ?? {}, { symbols, tradesPerDay, ...more }, 'realism');
  const time = { kind: 'simulated', pace: 'own', start: START, speed: 1 } as const;
  const feed = stock.create({ options, random: createRandom(seed).fork('stock'), time });
  const names = wordsOf(feed.fields?.['symbol']);
  const sectors = wordsOf(feed.fields?.['sector']);
  const print = {
    symbol: '',
    sector: '',
    timestamp: 0,
    auction: false,
    price: 0,
    size: 0,
    buy: false,
    bid: 0,
    ask: 0,
  };
  for (;;) {
    const tick: Tick = feed.next(0).value;
    if (tick.type !== TRADE && tick.type !== AUCTION) continue;
    print.symbol = names[tick.symbol]!;
    print.sector = sectors[tick.sector]!;
    print.timestamp = tick.timestamp;
    print.auction = tick.type === AUCTION;
    print.price = tick.price / DOLLAR;
    print.size = tick.size ?? 0;
    print.buy = tick.side === BUY;
    print.bid = tick.bid / DOLLAR;
    print.ask = tick.ask / DOLLAR;
    yield print;
  }
}

function wordsOf(field: Field | undefined): readonly string[] {
  return field?.type === 'code' ? field.values : [];
}
