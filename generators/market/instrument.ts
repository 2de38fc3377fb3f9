/**
 * One share and all that happens to it. Its k-th event depends on the seed, its symbol and the market's factors alone.
 *
 * Log price = start + β × market + sector + own. Trades come to a quote around that price; bands may hold them back.
 */
import type { Random } from '../../src/types.js';
import { CorporateActions } from './actions.js';
import { Band } from './band.js';
import type { Factors } from './factors.js';
import { Flow } from './flow.js';
import { Gaps } from './gaps.js';
import { HALT_MS, LAST_HALT_MS } from './luld.js';
import { OwnWay } from './own-way.js';
import type { Market } from './presets.js';
import { Quotes } from './quotes.js';
import type { Sessions } from './sessions.js';
import { habitOf, meanSize, quoteSize, tradeSize } from './sizes.js';
import { AUCTION, BUY, HALT, NONE, RESUME, SELL, type Tick, TRADE } from './tick.js';
import { DOLLAR, type TickSizes } from './tick-sizes.js';
import type { Listing } from './universe.js';

/** What comes next. */
const OPENING = 0;
const TRADING = 1;
const CLOSING = 2;
const HALTING = 3;
const RESUMING = 4;
const REOPENING = 5;

/** A few per cent of a day's volume open it, more closes it. */
const AUCTION_SHARES = [0.015, 0, 0.06, 0, 0, 0.01];
/** No spread is wider than this share of the price. */
const SPREAD_MAX = 0.01;

/** What all shares of a market have in common. */
export interface Floor {
  readonly market: Market;
  readonly sessions: Sessions;
  readonly sizesOf: (day: number) => TickSizes;
  readonly lotOf: (price: number) => number;
  readonly tick: Tick;
  readonly actions: { readonly splits: boolean; readonly dividends: boolean };
}

export class Instrument {
  readonly #random: Random;
  readonly #floor: Floor;
  readonly #code: number;
  /** Of its listing, which would be one more place to look at for each trade. */
  readonly #venue: number;
  readonly #sector: number;
  readonly #tier: 1 | 2;
  readonly #beta: number;
  /** Mean trades a day. */
  readonly #trades: number;
  /** The usual spread as a share of the price. */
  readonly #spreadShare: number;
  readonly #own: OwnWay;
  readonly #gaps: Gaps;
  readonly #flow = new Flow();
  readonly #quotes = new Quotes();
  readonly #band: Band;
  readonly #actions: CorporateActions | null;

  #origin: number;
  #sizes: TickSizes;
  #phase = OPENING;
  #day = 0;
  #sequence = 0;
  #volume = 0;
  /** The last price and sizes of the quote, for halts. */
  #price = 0;
  #quoteBits = 0;
  #lot = 100;

  constructor(
    random: Random,
    listing: Listing,
    setting: { code: number; tier: 1 | 2; trades: number },
    floor: Floor,
  ) {
    const { market, sessions, actions } = floor;
    this.#random = random;
    this.#floor = floor;
    this.#venue = listing.venue;
    this.#sector = listing.sector;
    this.#code = setting.code;
    this.#tier = setting.tier;
    this.#band = new Band(setting.tier);
    this.#trades = setting.trades;
    this.#origin = Math.log(listing.price);
    this.#beta = Math.max(0.3, 1 + 0.3 * random.normal());
    const sigma = market.ownSigma * Math.exp(0.25 * random.normal() - 0.03);
    // Rarely traded shares are quoted wider: at 50 trades a day ten times as wide as at 50,000.
    this.#spreadShare =
      market.spread *
      Math.exp(Math.log(50_000 / Math.min(50_000, setting.trades)) / 3) *
      Math.exp(0.2 * random.normal());
    this.#gaps = new Gaps(random, market.day, setting.trades);
    this.#own = new OwnWay(random, market.day, { sigma, trades: setting.trades, news: market.news });
    this.#actions =
      actions.splits || actions.dividends ? new CorporateActions(random.fork('actions'), actions) : null;
    this.#sizes = floor.sizesOf(0);
    this.#gaps.beginDay(0, sessions.lengthOf(0));
  }

  /** The trading time of its first event: an opening auction, or a trade if the day is under way. */
  begin(factors: Factors): number {
    const { begin } = this.#floor.sessions;
    this.#gaps.last = begin;
    this.#own.begin(begin, begin);
    if (begin === 0 && this.#floor.market.day.auctions) return this.#openingTime();
    this.#phase = TRADING;
    return this.#nextTime(factors);
  }

  /** Fills the tick with the event at a trading time, and returns the time of the one after it. */
  emit(time: number, factors: Factors): number {
    if (this.#phase === HALTING || this.#phase === RESUMING) return this.#interrupt(time);
    this.#moveTo(time, factors);
    const price = this.#quotes.middle / DOLLAR;
    this.#print(habitOf(price), this.#floor.lotOf(price));
    if (this.#floor.market.limits) this.#keepWithinBand(time);
    this.#tell(time);
    if (this.#phase === CLOSING) return this.#nextDay(factors);
    this.#phase = TRADING;
    return this.#nextTime(factors);
  }

  /** The price, and the quote around it, at a time. Prints of one sweep meet one quote. */
  #moveTo(time: number, factors: Factors): void {
    const gaps = this.#gaps;
    if (time - gaps.last < 1 && this.#phase === TRADING && this.#sequence > 0) return;
    const own = this.#own;
    const quotes = this.#quotes;
    own.moveTo(time, time - gaps.open, factors.volatility);
    const log = this.#origin + this.#beta * factors.market + factors.sector(this.#sector) + own.log;
    quotes.middle = Math.exp(log) * DOLLAR;
    // As a signed number, which stands in the object itself.
    this.#quoteBits = this.#random.uint32() | 0;
    const share = this.#spreadShare * (0.5 + 0.5 * own.volatility * factors.volatility);
    quotes.widen(Math.min(SPREAD_MAX, share), this.#sizes, this.#quoteBits >>> 16);
    quotes.centre(this.#sizes);
  }

  /** Side, price, size and type of the print. */
  #print(habit: number, lot: number): void {
    const { tick } = this.#floor;
    const random = this.#random;
    const quotes = this.#quotes;
    const bits = random.uint32();
    this.#flow.next(random, bits);
    const { side } = this.#flow;
    tick.side = side;
    this.#price = side === BUY ? quotes.ask : quotes.bid;
    if (this.#phase !== TRADING) {
      tick.type = AUCTION;
      const share = AUCTION_SHARES[this.#phase]!;
      const shares = meanSize(habit, lot) * this.#trades * share * Math.exp(0.5 * random.normal());
      tick.size = lot * Math.max(1, Math.round(shares / lot));
      return;
    }
    tick.type = TRADE;
    const size = tradeSize(random, habit, lot);
    tick.size = size;
    this.#own.impact(this.#flow, size < lot);
    // One in ten trades inside the spread, where it has room on the tick.
    if (quotes.spread > 1 && ((bits >>> 12) & 1023) < 100) {
      const inside = quotes.bid + quotes.tick * (1 + ((bits >>> 22) % (quotes.spread - 1)));
      if (inside < quotes.ask && inside < DOLLAR === quotes.bid < DOLLAR) this.#price = inside;
    }
  }

  #keepWithinBand(time: number): void {
    const band = this.#band;
    const into = (time - this.#gaps.open) | 0;
    const bound = this.#phase === TRADING || this.#phase === CLOSING;
    if (bound && !band.isFar(this.#quotes.middle)) {
      const at = { time, into, length: this.#gaps.close - this.#gaps.open };
      const held = band.hold(at, this.#price, this.#quotes, this.#sizes);
      if (band.limit !== NONE || held !== this.#price) {
        this.#floor.tick.side = held === this.#quotes.bid ? SELL : BUY;
      }
      this.#price = held;
    }
    band.add(into, this.#price);
  }

  /** Puts the print into the tick. */
  #tell(time: number): void {
    const { tick } = this.#floor;
    this.#volume += tick.size!;
    this.#lot = this.#floor.lotOf(this.#price / DOLLAR);
    tick.reason = NONE;
    if (this.#actions !== null) {
      const opens = this.#phase === OPENING;
      const { split, dividendCents } = this.#actions;
      tick.split = opens ? split : NONE;
      tick.dividend = opens && dividendCents > 0 ? dividendCents * (DOLLAR / 100) : undefined;
    }
    this.#quoted();
    this.#gaps.last = time;
  }

  /** What prints, halts and resumptions tell alike. */
  #quoted(): void {
    const { tick } = this.#floor;
    tick.price = this.#price;
    tick.bid = this.#quotes.bid;
    tick.ask = this.#quotes.ask;
    tick.bidSize = quoteSize(this.#quoteBits, this.#lot);
    tick.askSize = quoteSize(this.#quoteBits >>> 8, this.#lot);
    tick.volume = this.#volume;
    tick.symbol = this.#code;
    tick.venue = this.#venue;
    tick.sector = this.#sector;
    tick.tier = this.#tier;
    tick.sequence = ++this.#sequence;
  }

  /** A halt, and five minutes later its end, with the last price and quote; nothing trades between. Late in the day it ends with the close. */
  #interrupt(time: number): number {
    const { tick } = this.#floor;
    const halts = this.#phase === HALTING;
    tick.type = halts ? HALT : RESUME;
    tick.side = NONE;
    tick.size = undefined;
    tick.reason = this.#band.limit;
    tick.split = NONE;
    tick.dividend = undefined;
    this.#quoted();
    this.#band.clear();
    if (halts) {
      this.#phase = RESUMING;
      return time > this.#gaps.close - LAST_HALT_MS ? this.#gaps.close : time + HALT_MS;
    }
    this.#phase = time < this.#gaps.close ? REOPENING : CLOSING;
    return time;
  }

  /** The trading time of the next trade, or of a halt or the closing auction if that comes first. */
  #nextTime(factors: Factors): number {
    const { close } = this.#gaps;
    const next = this.#gaps.next(this.#own, factors);
    const { haltAt } = this.#band;
    if (haltAt < next && haltAt < close) {
      this.#phase = HALTING;
      return haltAt;
    }
    if (next < close) return next;
    if (!this.#floor.market.day.auctions) return this.#nextDay(factors);
    this.#phase = CLOSING;
    return close;
  }

  /** After the close: the night's move, the slow parts of volatility, a new day. */
  #nextDay(factors: Factors): number {
    const { market, sessions, sizesOf } = this.#floor;
    const gaps = this.#gaps;
    this.#day++;
    const open = this.#day * market.day.ms;
    gaps.beginDay(open, open + sessions.lengthOf(this.#day));
    this.#own.overnight(open);
    if (this.#actions !== null)
      this.#origin += this.#actions.overnight(this.#day, this.#quotes.middle / DOLLAR);
    this.#sizes = sizesOf(this.#day);
    this.#flow.endDay();
    this.#volume = 0;
    if (!market.day.auctions) return this.#nextTime(factors);
    this.#band.clear();
    this.#phase = OPENING;
    return this.#openingTime();
  }

  /** Auctions take a moment: not all open on the stroke. */
  #openingTime(): number {
    const delay = (this.#venue === 0 ? 200 : 3000) * this.#random.exponential();
    return this.#gaps.last + Math.min(60_000, 1 + Math.floor(delay));
  }
}
