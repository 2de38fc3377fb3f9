/** Turns ticks, wherever they come from, into the columns that lines are measured on: by day, and trade by trade. */
import { HOUR_MS, Zone } from '../../../generators/model/zone.js';
import { Growing } from './columns.js';

/** What is looked at of a tick. Prices are dollars; `timestamp` is epoch ms. */
export interface Print {
  readonly symbol: string;
  readonly sector: string;
  readonly timestamp: number;
  readonly auction: boolean;
  readonly price: number;
  readonly size: number;
  readonly buy: boolean;
  readonly bid: number;
  readonly ask: number;
}

/** One share: one entry a day, and, where asked for, one a trade. */
export class Share {
  readonly symbol: string;
  readonly sector: string;
  readonly close = new Growing();
  readonly volume = new Growing();
  dollars = 0;
  /** The day of its last print, as days since 1970-01-01. */
  date = -1;
  /** Trades without auctions: which day, counted from 0; ms since 09:30. */
  readonly day = new Growing();
  readonly time = new Growing();
  readonly price = new Growing();
  readonly size = new Growing();
  readonly sign = new Growing();
  readonly bid = new Growing();
  readonly ask = new Growing();
  /** Shares per half-hour of the day, auctions among them, all days together. */
  readonly halfHours = new Float64Array(13);

  constructor(symbol: string, sector: string) {
    this.symbol = symbol;
    this.sector = sector;
  }

  /** Forgets what lies beyond so many days. */
  trim(days: number): void {
    this.close.length = Math.min(days, this.close.length);
    this.volume.length = Math.min(days, this.volume.length);
    let count = this.day.length;
    while (count > 0 && this.day.values[count - 1]! >= days) count--;
    for (const column of [this.day, this.time, this.price, this.size, this.sign, this.bid, this.ask]) {
      column.length = Math.min(count, column.length);
    }
  }
}

const DAY_BEGINS_MS = 9.5 * HOUR_MS;
const HALF_HOUR_MS = 1_800_000;

export class StockCollector {
  readonly #shares = new Map<string, Share>();
  readonly #trades: boolean;
  readonly #zone = new Zone('America/New_York');
  #date = 0;
  #open = 0;
  /** Of the share that has seen most of them. */
  days = 0;

  /** `trades`: whether each of them is kept, and not only days. */
  constructor(trades: boolean) {
    this.#trades = trades;
  }

  /** The most traded first. */
  get shares(): readonly Share[] {
    return [...this.#shares.values()].sort((one, other) => other.dollars - one.dollars);
  }

  /** Prints of a share come in their order; those of different shares need not. */
  see(print: Print): void {
    const date = this.#zone.dayOf(print.timestamp);
    if (date !== this.#date) {
      this.#date = date;
      this.#open = this.#zone.startOf(date) + DAY_BEGINS_MS;
    }
    let share = this.#shares.get(print.symbol);
    if (share === undefined) {
      share = new Share(print.symbol, print.sector);
      this.#shares.set(print.symbol, share);
    }
    const { price, size } = print;
    if (share.date !== date) {
      share.date = date;
      share.close.push(price);
      share.volume.push(0);
      this.days = Math.max(this.days, share.close.length);
    }
    share.close.values[share.close.length - 1] = price;
    share.volume.add(size);
    share.dollars += price * size;
    if (this.#trades) this.#keep(share, print);
  }

  #keep(share: Share, print: Print): void {
    const time = print.timestamp - this.#open;
    const slot = Math.min(12, Math.floor(time / HALF_HOUR_MS));
    share.halfHours[slot]! += print.size;
    if (print.auction) return;
    share.day.push(share.close.length - 1);
    share.time.push(time);
    share.price.push(print.price);
    share.size.push(print.size);
    share.sign.push(print.buy ? 1 : -1);
    share.bid.push(print.bid);
    share.ask.push(print.ask);
  }
}
