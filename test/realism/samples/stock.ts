/** Three samples of the market that `stock` makes: many days of few shares, each trade of some days, and many shares. */
import { AUCTION, BUY, type Tick, TRADE } from '../../../generators/market/tick.js';
import type { Feed, Field } from '../../../src/types.js';
import { StockRules } from '../rules/stock-rules.js';
import { type Print, type Share, StockCollector } from './stock-collector.js';
import { openStock } from './stock-feed.js';

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

export const DAILY: Extent = { symbols: 20, tradesPerDay: 200, days: 2000, trades: false };
export const TAPES: Extent = { symbols: 20, tradesPerDay: 10_000, days: 10, trades: true };
export const MARKET: Extent = { symbols: 1000, tradesPerDay: 200, days: 3, trades: false };
const DOLLAR = 10_000;

/** How much is drawn: all of it, a quarter of the days, or a quarter of the days trade by trade and three of each of the others. */
export type Size = 'whole' | 'quarter' | 'tapes';

export async function stockSample(seed: number, size: Size): Promise<StockSample> {
  const rules = new StockRules({ exchange: true });
  const draw = (extent: Extent, checked?: StockRules): readonly Share[] => {
    const { symbols, tradesPerDay, trades } = extent;
    const prints = printsOf(openStock(seed, { symbols, tradesPerDay }), checked);
    return collect(prints, { days: daysOf(extent, size), trades });
  };
  const sample = { daily: draw(DAILY), tapes: draw(TAPES, rules), market: draw(MARKET) };
  return { ...sample, violations: rules.broken.sentences };
}

export function daysOf({ days, trades }: Extent, size: Size): number {
  if (size === 'whole') return days;
  return size === 'quarter' || trades ? Math.ceil(days / 4) : Math.min(3, days);
}

/** The shares of as many days as wanted, from prints in the order of their times. */
export function collect(
  prints: Iterable<Print>,
  { days, trades }: { days: number; trades: boolean },
): readonly Share[] {
  const collector = new StockCollector(trades);
  for (const print of prints) {
    collector.see(print);
    if (collector.days > days) break;
  }
  for (const share of collector.shares) share.trim(days);
  return collector.shares;
}

/** Without end; the same object each time. */
export function* printsOf(feed: Feed<Tick>, rules?: StockRules): Generator<Print> {
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
    const tick = feed.next(0).value;
    rules?.see(tick);
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

/** So many events of 500 shares of all sizes, looked at for broken rules alone. */
export function stockViolations(seed: number, events: number): readonly string[] {
  const feed = openStock(seed, { symbols: 500 });
  const rules = new StockRules({ exchange: true });
  while (rules.events < events) rules.see(feed.next(0).value);
  return rules.broken.sentences;
}

function wordsOf(field: Field | undefined): readonly string[] {
  return field?.type === 'code' ? field.values : [];
}
