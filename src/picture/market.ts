/**
 * A day of a market: prices of the three most traded symbols, and what is traded in all. Where there are auctions it is a day of shares in
 * New York, else one of UTC, as markets have it that never close. Which of them it is only events tell, so both days are looked at.
 */
import { plural } from '../figures.js';
import type { Fields } from '../types.js';
import { type Panel, type Picture, reader, type Sketch, zoneOffset } from './picture.js';

const ZONE = 'America/New_York';
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const SHARES = 3;
const TICKS_MAX = 8;
/** A Tuesday like others. */
const DATE = Date.UTC(2025, 2, 4);
/** By how much the day begins later in New York. */
const AHEAD_MS = -zoneOffset(ZONE, DATE + DAY_MS / 2);
const MINUTES = (DAY_MS + AHEAD_MS) / MINUTE_MS;

interface Share {
  readonly symbol: string;
  /** By minute of the day; NaN before the first trade of one. */
  readonly prices: Float64Array;
  dollars: number;
}

export class MarketSketch implements Sketch {
  readonly from = DATE;
  readonly duration = DAY_MS + AHEAD_MS;
  readonly #symbol: ReturnType<typeof reader>;
  readonly #price: ReturnType<typeof reader>;
  readonly #type: ReturnType<typeof reader>;
  readonly #shares = new Map<string, Share>();
  readonly #volume = new Float64Array(MINUTES);
  readonly #trades = new Float64Array(MINUTES);
  #auctions = 0;
  #halts = 0;

  /** Whether events with these fields are ticks. */
  static suits(fields: Fields): boolean {
    return ['symbol', 'price', 'size', 'type', 'timestamp'].every((name) => name in fields);
  }

  constructor(fields: Fields) {
    this.#symbol = reader(fields, 'symbol');
    this.#price = reader(fields, 'price');
    this.#type = reader(fields, 'type');
  }

  see(value: unknown): void {
    const type = this.#type(value);
    if (type === 'halt') this.#halts++;
    if (type !== 'trade' && type !== 'auction') return;
    const { timestamp, size = 0 } = value as { readonly timestamp: number; readonly size?: number };
    const symbol = String(this.#symbol(value));
    let share = this.#shares.get(symbol);
    if (share === undefined) {
      share = { symbol, prices: new Float64Array(MINUTES).fill(Number.NaN), dollars: 0 };
      this.#shares.set(symbol, share);
    }
    const minute = Math.min(MINUTES - 1, Math.max(0, Math.floor((timestamp - this.from) / MINUTE_MS)));
    const price = Number(this.#price(value));
    share.prices[minute] = price;
    share.dollars += price * size;
    if (type === 'trade') {
      this.#volume[minute]! += size;
      this.#trades[minute]!++;
    } else this.#auctions++;
  }

  picture(): Picture {
    const listed = this.#auctions > 0;
    const begin = listed ? AHEAD_MS / MINUTE_MS : 0;
    const ofDay = (all: Float64Array): Float64Array => all.subarray(begin, begin + DAY_MINUTES);
    const traded = ofDay(this.#volume);
    const first = Math.max(
      0,
      traded.findIndex((size) => size > 0),
    );
    const last = traded.findLastIndex((size) => size > 0) + 1;
    const shares = [...this.#shares.values()].sort((one, other) => other.dollars - one.dollars);
    const prices = shares.slice(0, SHARES).map(({ symbol, prices: all }): Panel => {
      const values = ofDay(all).slice(first, last);
      return { title: `${symbol}, dollars`, values, style: 'line', shown: (price) => price.toFixed(2) };
    });
    return {
      title: `A day of the market, ${listed ? 'New York time' : 'UTC'}`,
      facts: [this.#fact(listed, shares.length, ofDay(this.#trades))],
      ticks: hoursBetween(first, last),
      panels: [
        ...prices,
        {
          title: `${listed ? 'shares a minute without auctions' : 'traded a minute'}, all symbols`,
          values: traded.slice(first, last),
          style: 'bars',
          shown: (size) => Math.round(size).toLocaleString('en-US'),
        },
      ],
    };
  }

  #fact(listed: boolean, symbols: number, traded: Float64Array): string {
    const trades = traded.reduce((sum, one) => sum + one, 0);
    const known = `${plural(symbols, 'symbol')}, ${plural(trades, 'trade')}`;
    return listed
      ? `${known} and ${plural(this.#auctions, 'auction')}, ${plural(this.#halts, 'halt')}`
      : known;
  }
}

/** Whole hours between two minutes of the day, each with its place. */
function hoursBetween(first: number, last: number): Picture['ticks'] {
  const hours = Math.max(1, Math.ceil((last - first) / 60 / TICKS_MAX));
  const from = Math.ceil(first / 60 / hours) * hours;
  return Array.from({ length: TICKS_MAX + 1 }, (_, index) => (from + index * hours) * 60)
    .filter((minute) => minute <= last)
    .map((minute) => [(minute - first) / (last - first), clock(minute)] as const);
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
