/**
 * One share and all that happens to it. Its k-th event depends on the seed, its symbol and the market's factors alone.
 *
 * Log price = start + β × market + sector + own.
 */
import type { Random } from '../../src/types.js';
import { BIN_MS, BINS, VARIANCE } from './day.js';
import {
  type Factors,
  leveraged,
  type Memory,
  NIGHT_SHARE,
  RETURN_DAYS,
  remember,
  volatilityOf,
  YEAR_DAYS,
} from './factors.js';
import { Gaps } from './gaps.js';
import { SESSION_MS, type Sessions } from './sessions.js';
import { quoteSize, roundLot, tradeSize } from './sizes.js';
import { AUCTION, BUY, SELL, type Tick, TRADE } from './tick.js';
import type { Listing } from './universe.js';

/** The share's own log variance: how far its parts stray, and how long they remember. */
const SLOW: Memory = { sigma: 0.95, days: 95 };
const MIDDLE: Memory = { sigma: 0.55, days: 6 };
const FAST: Memory = { sigma: 0.7, days: 12 / 390 };
const OWN: readonly Memory[] = [SLOW, MIDDLE, FAST];
const LEVERAGE = -0.3;
/** How much busier a share is when its price moves more. */
const BUSIER = 0.6;
/** The fast part is brought up to date when this old. */
const FAST_MS = 60_000;
/** News overnight: so many jumps a year, of about this size. */
const JUMPS_YEAR = 4;
const JUMP = 0.03;

/** In ten-thousandths of a dollar. */
const DOLLAR = 10_000;
const CENT = 100;

/** What comes next. */
const OPENING = 0;
const TRADING = 1;
const CLOSING = 2;

export class Instrument {
  readonly #random: Random;
  readonly #sessions: Sessions;
  readonly #tick: Tick;
  readonly #code: number;
  readonly #listing: Listing;
  readonly #tier: 1 | 2;
  readonly #beta: number;
  readonly #origin: number;
  /** Standard deviation of its own part, a year. */
  readonly #sigma: number;
  /** Mean trades a day. */
  readonly #trades: number;
  readonly #gaps: Gaps;
  /** The usual spread as a share of the price. */
  readonly #spreadShare: number;

  #phase = OPENING;
  #day = 0;
  /** Trading time of the event before, ms. */
  #last = 0;
  #sequence = 0;
  #volume = 0;
  #own = 0;
  #ownAtOpen = 0;
  #slow: number;
  #middle: number;
  #fast: number;
  #fastAt = 0;
  #volatility = 1;
  #activity = 1;
  #orderLeft = 0;
  #orderSide = BUY;
  #spread = 1;

  constructor(
    random: Random,
    listing: Listing,
    setting: { code: number; tier: 1 | 2; trades: number; sessions: Sessions; tick: Tick },
  ) {
    this.#random = random;
    this.#listing = listing;
    this.#code = setting.code;
    this.#tier = setting.tier;
    this.#trades = setting.trades;
    this.#sessions = setting.sessions;
    this.#tick = setting.tick;
    this.#origin = Math.log(listing.price);
    this.#beta = Math.max(0.3, 1 + 0.3 * random.normal());
    this.#sigma = 0.2 * Math.exp(0.25 * random.normal());
    this.#gaps = new Gaps(random, setting.trades);
    // Rarely traded shares are quoted wider: 1.5 bp at 50,000 trades a day, 15 bp at 50.
    this.#spreadShare =
      1.5e-4 *
      Math.exp(Math.log(50_000 / Math.min(50_000, setting.trades)) / 3) *
      Math.exp(0.2 * random.normal());
    this.#slow = SLOW.sigma * random.normal();
    this.#middle = MIDDLE.sigma * random.normal();
    this.#fast = FAST.sigma * random.normal();
    this.#refresh();
  }

  /** The trading time of its first event: an opening auction, or a trade if the day is under way. */
  begin(): number {
    this.#last = this.#sessions.begin;
    this.#fastAt = this.#last;
    if (this.#sessions.begin === 0) return this.#openingTime();
    this.#phase = TRADING;
    return this.#nextTime();
  }

  /** Fills the tick with the event at a trading time, and returns the time of the one after it. */
  emit(time: number, factors: Factors): number {
    const tick = this.#tick;
    this.#moveTo(time, factors);
    const price = Math.exp(
      this.#origin + this.#beta * factors.market + factors.sector(this.#listing.sector) + this.#own,
    );
    this.#quote(price, time);
    const lot = roundLot(price);
    this.#print(lot);
    const bits = this.#random.uint32();
    tick.bidSize = quoteSize(bits, lot);
    tick.askSize = quoteSize(bits >>> 8, lot);
    this.#volume += tick.size;
    tick.volume = this.#volume;
    tick.symbol = this.#code;
    tick.venue = this.#listing.venue;
    tick.sector = this.#listing.sector;
    tick.tier = this.#tier;
    tick.sequence = ++this.#sequence;
    this.#last = time;
    if (this.#phase === CLOSING) return this.#nextDay();
    this.#phase = TRADING;
    return this.#nextTime();
  }

  /** The price's own way since the last event. */
  #moveTo(time: number, factors: Factors): void {
    const elapsed = time - this.#last;
    if (elapsed <= 0) return;
    if (time - this.#fastAt >= FAST_MS) {
      this.#fast = remember(this.#fast, FAST, (time - this.#fastAt) / SESSION_MS, this.#random.normal());
      this.#fastAt = time;
      this.#refresh();
    }
    const days = elapsed / SESSION_MS;
    const bin = Math.min(BINS - 1, Math.floor((time - this.#day * SESSION_MS) / BIN_MS));
    const variance = ((1 - NIGHT_SHARE) / YEAR_DAYS) * days * VARIANCE[bin]!;
    const step = Math.sqrt(variance) * this.#sigma * this.#volatility * factors.volatility;
    this.#own = this.#own * (1 - days / RETURN_DAYS) + step * this.#random.normal();
  }

  #refresh(): void {
    this.#volatility = volatilityOf(this.#slow + this.#middle + this.#fast, OWN);
    this.#activity = Math.exp(BUSIER * this.#fast - (BUSIER * BUSIER * FAST.sigma * FAST.sigma) / 2);
  }

  /** Bid and ask on the tick around the price. Prints of one sweep share a spread. */
  #quote(price: number, time: number): void {
    const tick = this.#tick;
    const unit = price >= 1 ? CENT : 1;
    const middle = (price * DOLLAR) / unit;
    if (time - this.#last >= 1) {
      const wanted = this.#spreadShare * middle * (0.5 + 0.5 * this.#volatility);
      this.#spread = Math.max(1, Math.floor(wanted + this.#random.float()));
    }
    const bid = Math.max(1, Math.floor(middle - (this.#spread - 1) / 2));
    tick.bid = bid * unit;
    const ask = (bid + this.#spread) * unit;
    // From a dollar up the tick is a cent, also for the ask of a bid below.
    tick.ask = ask > DOLLAR ? Math.ceil(ask / CENT) * CENT : ask;
  }

  /** Side, price, size and type of the print. Large orders are cut into many trades of one side, so sides have a long memory. */
  #print(lot: number): void {
    const tick = this.#tick;
    const random = this.#random;
    const bits = random.uint32();
    if (this.#orderLeft === 0) {
      this.#orderLeft = Math.floor(Math.min(2000, 2 * Math.exp(random.exponential() / 1.6)));
      this.#orderSide = (bits & 1) === 0 ? BUY : SELL;
    }
    this.#orderLeft--;
    const follows = ((bits >>> 1) & 1023) < 740;
    tick.side = follows ? this.#orderSide : (bits & 0x800) === 0 ? BUY : SELL;
    tick.price = tick.side === BUY ? tick.ask : tick.bid;
    if (this.#phase !== TRADING) {
      tick.type = AUCTION;
      // A few per cent of a day's volume open it, about a tenth closes it.
      const share = this.#phase === OPENING ? 0.025 : 0.09;
      const shares = 100 * this.#trades * share * Math.exp(0.5 * random.normal());
      tick.size = lot * Math.max(1, Math.round(shares / lot));
      return;
    }
    tick.type = TRADE;
    tick.size = tradeSize(random, lot);
    const ticks = this.#spread;
    // One in ten trades inside the spread, where it has room.
    if (ticks > 1 && ((bits >>> 12) & 1023) < 100) {
      const unit = tick.bid >= DOLLAR ? CENT : 1;
      const inside = tick.bid + unit * (1 + ((bits >>> 22) % (ticks - 1)));
      if (inside < tick.ask && (inside <= DOLLAR || inside % CENT === 0)) tick.price = inside;
    }
  }

  /** The trading time of the next trade, or of the closing auction if that comes first. */
  #nextTime(): number {
    const opening = this.#day * SESSION_MS;
    const close = opening + this.#sessions.lengthOf(this.#day);
    const next = this.#gaps.after(this.#last, opening, close, this.#activity);
    if (next < close) return next;
    this.#phase = CLOSING;
    return close;
  }

  /** After the close: the night's move, the slow parts of volatility, a new day. */
  #nextDay(): number {
    const random = this.#random;
    const sd = (this.#sigma * this.#volatility) / Math.sqrt(YEAR_DAYS);
    const day = Math.max(-4, Math.min(4, (this.#own - this.#ownAtOpen) / sd));
    this.#slow = remember(this.#slow, SLOW, 1, leveraged(random, LEVERAGE, day));
    this.#middle = remember(this.#middle, MIDDLE, 1, leveraged(random, LEVERAGE, day));
    this.#fast = FAST.sigma * random.normal();
    this.#refresh();
    this.#own += sd * Math.sqrt(NIGHT_SHARE) * random.normal();
    if (random.float() < JUMPS_YEAR / YEAR_DAYS) this.#own += JUMP * random.normal();
    this.#ownAtOpen = this.#own;
    this.#phase = OPENING;
    this.#day++;
    this.#volume = 0;
    this.#orderLeft = 0;
    this.#last = this.#day * SESSION_MS;
    this.#fastAt = this.#last;
    return this.#openingTime();
  }

  /** Auctions take a moment: not all open on the stroke. */
  #openingTime(): number {
    const delay = (this.#listing.venue === 0 ? 200 : 3000) * this.#random.exponential();
    return this.#last + Math.min(60_000, 1 + Math.floor(delay));
  }
}
