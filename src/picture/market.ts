/** A day of a market: prices of the three most traded shares, and what is traded in all. */
import type { Fields } from '../types.js';
import { type Panel, type Picture, reader, type Sketch, zoneOffset } from './picture.js';

const ZONE = 'America/New_York';
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MINUTES = 1440;
const SHARES = 3;
const TICKS_MAX = 8;
/** A Tuesday like others. */
const DATE = Date.UTC(2025, 2, 4);

interface Share {
  readonly symbol: string;
  /** By minute of the day; NaN before the first trade of one. */
  readonly prices: Float64Array;
  dollars: number;
}

export class MarketSketch implements Sketch {
  readonly from = DATE - zoneOffset(ZONE, DATE + DAY_MS / 2);
  readonly duration = DAY_MS;
  readonly #symbol: ReturnType<typeof reader>;
  readonly #price: ReturnType<typeof reader>;
  readonly #type: ReturnType<typeof reader>;
  readonly #shares = new Map<string, Share>();
  readonly #volume = new Float64Array(MINUTES);
  #prints = 0;
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
    if (type === 'trade') this.#volume[minute]! += size;
    this.#prints++;
  }

  picture(): Picture {
    const first = this.#volume.findIndex((size) => size > 0);
    const last = this.#volume.findLastIndex((size) => size > 0) + 1;
    const shares = [...this.#shares.values()].sort((one, other) => other.dollars - one.dollars);
    const volume = this.#volume.slice(Math.max(0, first), last);
    const prices = shares.slice(0, SHARES).map(({ symbol, prices: all }): Panel => {
      const values = all.slice(first, last);
      return { title: `${symbol}, dollars`, values, style: 'line', shown: (price) => price.toFixed(2) };
    });
    const hours = Math.max(1, Math.ceil((last - first) / 60 / TICKS_MAX));
    const from = Math.ceil(first / 60 / hours) * hours;
    return {
      title: 'A day of the market, New York time',
      facts: [`${shares.length} symbols, ${this.#prints} trades and auctions, ${this.#halts} halts`],
      ticks: Array.from({ length: TICKS_MAX + 1 }, (_, index) => (from + index * hours) * 60)
        .filter((minute) => minute <= last)
        .map((minute) => [(minute - first) / (last - first), clock(minute)] as const),
      panels: [
        ...prices,
        {
          title: 'shares a minute without auctions, all symbols',
          values: volume,
          style: 'bars',
          shown: (size) => Math.round(size).toLocaleString('en-US'),
        },
      ],
    };
  }
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
