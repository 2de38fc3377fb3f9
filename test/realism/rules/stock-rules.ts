/**
 * What no tick may break, checked event by event with nothing known of how they were made: quotes, ticks, lots, sequence, volume,
 * sessions, auctions, and the limit-up limit-down plan with exact five-minute means.
 */

import { closesEarly, tradesOn } from '../../../generators/market/calendar.js';
import { AUCTION, HALT, RESUME, type Tick, TRADE } from '../../../generators/market/tick.js';
import { HOUR_MS, Zone } from '../../../generators/model/zone.js';
import { Broken } from './broken.js';
import { ExactMean } from './exact-mean.js';

const DOLLAR = 10_000;
const CENT = 100;
const OPEN_MS = 9.5 * HOUR_MS;
const LIMIT_STATE_MS = 15_000;
const HALT_MS = 300_000;
const NO_TRADE = -1;

/** What is remembered of a symbol. Times are ms since the opening. */
class Life {
  readonly mean = new ExactMean();
  date = 0;
  sequence = 0;
  time = 0;
  timestamp = 0;
  volume = 0;
  type = NO_TRADE;
  haltedAt = 0;
  /** Whether the next print must be an auction. */
  reopens = false;
  closed = true;
  opening = true;
  /** Since when all trades are near the edge of the band. */
  edgeSince = -1;
}

interface Session {
  readonly date: number;
  readonly open: number;
  readonly length: number;
}

export interface Terms {
  /** Whether the market keeps New York's hours, opens and closes with auctions, and has bands. */
  readonly exchange: boolean;
}

export class StockRules {
  readonly broken = new Broken();
  readonly #terms: Terms;
  readonly #lives: Life[] = [];
  readonly #zone = new Zone('America/New_York');
  #session: Session = { date: 0, open: 0, length: 0 };
  events = 0;
  halts = 0;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  see(tick: Tick): void {
    this.events++;
    let life = this.#lives[tick.symbol];
    if (life === undefined) {
      life = new Life();
      this.#lives[tick.symbol] = life;
    }
    const must = (holds: boolean, rule: string): void => {
      if (!holds) this.broken.add(rule, () => JSON.stringify(tick));
    };
    this.#quote(tick, must);
    must(tick.sequence === life.sequence + 1, 'sequence counts up by one per symbol');
    must(tick.timestamp >= life.timestamp, 'time does not fall');
    life.sequence = tick.sequence;
    life.timestamp = tick.timestamp;
    if (this.#terms.exchange) this.#exchange(tick, life, must);
    life.type = tick.type;
  }

  #quote(tick: Tick, must: Must): void {
    const { bid, price, ask, bidSize, askSize, size } = tick;
    must(bid > 0 && bid < ask, '0 < bid < ask');
    must(bid <= price && price <= ask, 'bid ≤ price ≤ ask');
    must(isOnTick(bid) && isOnTick(price) && isOnTick(ask), 'prices stand on the tick');
    must(bidSize >= 1 && askSize >= 1 && Number.isInteger(bidSize + askSize), 'quotes have sizes');
    if (tick.type === TRADE || tick.type === AUCTION) {
      must(size !== undefined && size >= 1 && Number.isInteger(size), 'prints have a size of at least 1');
      must(tick.side === 0 || tick.side === 1, 'prints have a side');
    }
  }

  #exchange(tick: Tick, life: Life, must: Must): void {
    const { open, length, date } = this.#sessionOf(tick.timestamp);
    const time = tick.timestamp - open;
    must(time >= 0 && time <= length, 'trading is inside the session');
    if (date !== life.date) {
      must(life.closed || life.date === 0, 'a day ends with a closing auction');
      must(tick.type === AUCTION || life.date === 0, 'a day begins with an auction');
      life.date = date;
      life.volume = 0;
      life.closed = false;
      life.opening = true;
      life.reopens = false;
      life.mean.clear();
    } else must(!life.closed, 'nothing follows the closing auction');
    const lot = lotOf(tick.price / DOLLAR);
    must(tick.bidSize % lot === 0 && tick.askSize % lot === 0, 'quotes are round lots');
    this.#halts(tick, life, time, length, must);
    if (tick.size !== undefined) life.volume += tick.size;
    must(tick.volume === life.volume, 'volume is the sum of the day’s sizes');
    life.opening = false;
    life.time = time;
  }

  #halts(tick: Tick, life: Life, time: number, length: number, must: Must): void {
    must(
      life.type !== HALT || tick.type === RESUME || life.opening,
      'nothing happens between halt and resume',
    );
    if (tick.type === HALT) {
      this.halts++;
      must(
        life.edgeSince >= 0 && time - life.edgeSince >= LIMIT_STATE_MS - 1,
        '15 s at the band before a halt',
      );
      life.haltedAt = time;
    } else if (tick.type === RESUME) {
      must(life.type === HALT, 'only what is halted resumes');
      must(time - life.haltedAt >= HALT_MS - 1 || time === length, 'a halt lasts five minutes');
      life.reopens = true;
      life.mean.clear();
    } else if (tick.type === AUCTION) {
      must(life.opening || life.reopens || time === length, 'auctions open, reopen and close');
      if (time === length) life.closed = true;
      life.mean.add(time, tick.price);
      life.reopens = false;
      life.edgeSince = -1;
    } else {
      must(!life.reopens, 'trading resumes with one auction print');
      must(time < length, 'the closing auction is the last print');
      const mean = life.mean.at(time);
      const band = mean > 0 ? bandOf(mean / DOLLAR, tick.tier, time, length) : 1;
      const away = mean > 0 ? Math.abs(tick.price / mean - 1) : 0;
      must(away <= band, 'trades stay within the band');
      if (away < 0.9 * band) life.edgeSince = -1;
      else if (life.edgeSince < 0) life.edgeSince = time;
      life.mean.add(time, tick.price);
    }
  }

  #sessionOf(timestamp: number): Session {
    const known = this.#session;
    if (timestamp >= known.open && timestamp <= known.open + known.length) return known;
    const date = this.#zone.dayOf(timestamp);
    const length = !tradesOn(date) ? -1 : (closesEarly(date) ? 3.5 : 6.5) * HOUR_MS;
    this.#session = { date, open: this.#zone.startOf(date) + OPEN_MS, length };
    return this.#session;
  }
}

type Must = (holds: boolean, rule: string) => void;

/** A cent from a dollar up, a hundredth of one below. */
function isOnTick(units: number): boolean {
  return Number.isInteger(units) && (units < DOLLAR || units % CENT === 0);
}

function lotOf(price: number): number {
  if (price <= 250) return 100;
  if (price <= 1000) return 40;
  return price <= 10_000 ? 10 : 1;
}

function bandOf(mean: number, tier: number, time: number, length: number): number {
  const doubled = time < 15 * 60_000 || time >= length - 25 * 60_000 ? 2 : 1;
  if (mean < 0.75) return Math.min(0.15 / mean, 0.75);
  return (mean <= 3 ? 0.2 : tier === 1 ? 0.05 : 0.1) * doubled;
}
