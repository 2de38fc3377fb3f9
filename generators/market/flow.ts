/** Who comes to whom. Large orders are cut into many trades of one side, so sides have a long memory. */
import type { Random } from '../../src/types.js';
import { BUY, SELL } from './tick.js';

/** P(an order has more than n trades) falls as n^−1.6, so that the correlation of sides falls as lag^−0.6. */
const ORDER_EXPONENT = 1.6;
const ORDER_TRADES_MIN = 2;
const ORDER_TRADES_MAX = 2000;
/** Of 1024 trades, how many belong to the order under way; the others are anybody's. */
const OF_ORDER = 690;
/**
 * What is to be expected of the next side: a weighted sum of the last one and of two running means, as least squares over two
 * million sides found them. What is left has no memory to speak of, and the mean square below.
 */
const BY_LAST = 0.143;
const BY_RECENT = 0.397;
const BY_OLDER = 0.236;
const RECENT = 0.3;
const OLDER = 0.03;
export const SURPRISE_SQUARE = 0.826;

export class Flow {
  #left = 0;
  #side = BUY;
  #last = 0;
  #recent = 0;
  #older = 0;
  side = BUY;
  /** How far the side is from what was to be expected, buyers above zero: what is foreseen moves no price. */
  surprise = 0;

  /** Draws the next side, from `random` and 12 more bits of chance. */
  next(random: Random, bits: number): void {
    if (this.#left === 0) {
      const trades = ORDER_TRADES_MIN * Math.exp(random.exponential() / ORDER_EXPONENT);
      this.#left = Math.floor(Math.min(ORDER_TRADES_MAX, trades));
      this.#side = (bits & 1) === 0 ? BUY : SELL;
    }
    this.#left--;
    const follows = ((bits >>> 1) & 1023) < OF_ORDER;
    this.side = follows ? this.#side : (bits & 0x800) === 0 ? BUY : SELL;
    const sign = this.side === BUY ? 1 : -1;
    this.surprise = sign - (BY_LAST * this.#last + BY_RECENT * this.#recent + BY_OLDER * this.#older);
    this.#last = sign;
    this.#recent += RECENT * (sign - this.#recent);
    this.#older += OLDER * (sign - this.#older);
  }

  /** Orders end with the day. */
  endDay(): void {
    this.#left = 0;
    this.#last = 0;
    this.#recent = 0;
    this.#older = 0;
  }
}
