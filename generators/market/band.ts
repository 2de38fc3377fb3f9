/** A share within its limit-up limit-down band: which prices may print, and since when its quote sticks to the edge. */
import { bandShare, LIMIT_STATE_MS, Reference } from './luld.js';
import type { Quotes } from './quotes.js';
import { LIMIT_DOWN, LIMIT_UP, NONE } from './tick.js';
import { DOLLAR, type TickSizes } from './tick-sizes.js';

export class Band {
  readonly #tier: number;
  readonly #reference = new Reference();
  #since = -1;
  /** Which edge the quote sticks to. */
  limit = NONE;

  constructor(tier: number) {
    this.#tier = tier;
  }

  /** When it will be halted unless its quote comes off the edge: trading time, Infinity for never. */
  get haltAt(): number {
    return this.#since < 0 ? Infinity : this.#since + LIMIT_STATE_MS;
  }

  /** Whether prices are so calm that `hold` would change nothing. */
  isFar(middle: number): boolean {
    return this.#since < 0 && this.#reference.isCalm(middle);
  }

  /**
   * Trades beyond the band do not happen: the quote sticks to it, and who would go further waits. Moves the quote where
   * it must, and returns the price that may print. `into` and `length` are the time since the opening and the day's length, ms.
   */
  hold(
    at: { time: number; into: number; length: number },
    price: number,
    quotes: Quotes,
    sizes: TickSizes,
  ): number {
    const reference = this.#reference.meanAt(at.into);
    this.limit = NONE;
    let held = price;
    if (reference > 0) {
      const share = bandShare(reference / DOLLAR, this.#tier, at.into, at.length);
      const high = quotes.onTick(reference * (1 + share), sizes);
      const low = quotes.onTick(reference * (1 - share), sizes) + quotes.tick;
      if (quotes.bid >= high) {
        quotes.bidAt(high, sizes);
        this.limit = LIMIT_UP;
      } else if (quotes.ask <= low) {
        quotes.askAt(low, sizes);
        this.limit = LIMIT_DOWN;
      }
      if (this.limit === LIMIT_UP || price > high) held = quotes.bid;
      else if (this.limit === LIMIT_DOWN || price < low) held = quotes.ask;
    }
    if (this.limit === NONE) this.#since = -1;
    else if (this.#since < 0) this.#since = at.time;
    return held;
  }

  /** A print at `price`, `into` the day. */
  add(into: number, price: number): void {
    this.#reference.add(into, price);
  }

  /** After a halt or a night the next print is the first reference. */
  clear(): void {
    this.#since = -1;
    this.#reference.clear();
  }
}
