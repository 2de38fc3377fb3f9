/** Bid and ask around a price. */
import { type TickSizes, tickAt } from './tick-sizes.js';

/** Prices that end in a zero hold back what comes from one tick away by this share of a tick, those that end in a five by the other: their queues are longer. */
const ZERO_HOLDS = 0.3;
const FIVE_HOLDS = 0.12;
/** A quote is a tick wide until much more is wanted: where a tick is large, queues are long and hold. */
const HELD_BACK = 0.5;
const ROUNDING = 0.7;

export class Quotes {
  bid = 0;
  ask = 0;
  /** Of the bid. */
  tick = 1;
  /** In ticks. */
  spread = 1;

  /** What the share is worth, in ten-thousandths of a dollar. */
  middle = 0;

  /** Chooses a spread: `share` of the price, from 16 bits of chance. */
  widen(share: number, sizes: TickSizes, bits: number): void {
    const wanted = (this.middle * share) / tickAt(sizes, this.middle);
    this.spread = Math.max(1, Math.floor(wanted - HELD_BACK + (bits & 0xffff) * (ROUNDING / 0x10000)));
  }

  /** Puts the quote around the middle. */
  centre(sizes: TickSizes): void {
    const { middle } = this;
    const tick = tickAt(sizes, middle);
    const place = middle / tick - (this.spread - 1) / 2;
    const floor = Math.floor(place);
    const bid = Math.max(1, floor + this.#attraction(floor, place - floor));
    this.tick = tick;
    this.bid = bid * tick;
    this.#ask((bid + this.spread) * tick, sizes);
  }

  /** The same width with the bid on a given price, which is on the tick. */
  bidAt(bid: number, sizes: TickSizes): void {
    this.tick = tickAt(sizes, bid);
    this.bid = bid;
    this.#ask(bid + this.spread * this.tick, sizes);
  }

  /** The same with the ask on a given price. */
  askAt(ask: number, sizes: TickSizes): void {
    // What is below the ask may stand on a finer tick, never on a coarser one.
    this.tick = tickAt(sizes, ask - 1);
    this.bid = Math.max(this.tick, Math.floor(ask / this.tick - this.spread) * this.tick);
    this.ask = Math.max(ask, this.bid + this.tick);
  }

  /** The price on the tick at or below another; sets `tick`. */
  onTick(price: number, sizes: TickSizes): number {
    this.tick = tickAt(sizes, price);
    return Math.floor(price / this.tick) * this.tick;
  }

  #ask(ask: number, sizes: TickSizes): void {
    const tick = tickAt(sizes, ask);
    this.ask = tick === this.tick ? ask : Math.ceil(ask / tick) * tick;
  }

  /** Whether a bid that left a round price, or an ask that is about to, stays there: −1, 0 or 1 tick. */
  #attraction(bid: number, within: number): number {
    const below = bid % 5;
    if (below === 1 && within < (bid % 10 === 1 ? ZERO_HOLDS : FIVE_HOLDS)) return -1;
    const ask = bid + this.spread;
    if (ask % 5 === 4 && within > 1 - (ask % 10 === 9 ? ZERO_HOLDS : FIVE_HOLDS)) return 1;
    return 0;
  }
}
