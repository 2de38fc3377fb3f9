/**
 * When a share trades: a chain of short and long gaps. A trade that sweeps the book prints several times within a
 * millisecond, and then there is a pause, whose length follows the shape of the day.
 */
import type { Random } from '../../src/types.js';
import type { Day } from './day.js';

/** Whether a gap is short depends on the one before. */
const AFTER_SHORT = 0.86;
const AFTER_LONG = 0.38;
const SHORT_SHARE = AFTER_LONG / (1 - AFTER_SHORT + AFTER_LONG);
/** A sweep of the book prints within so long. */
const SWEEP_MS = 0.2;
/** The mean of `#shortGap` at full length, ms: half within a fifth of one, a quarter log-uniform in 1-20, a quarter in 20-1000. */
const SHORT_MS = 0.5 * (SWEEP_MS / 2) + 0.25 * (19 / Math.log(20)) + 0.25 * (980 / Math.log(50));

const LN20 = Math.log(20);
const LN50 = Math.log(50);

export class Gaps {
  readonly #random: Random;
  readonly #day: Day;
  /** Long gaps per ms, on average, and what short ones are shortened by where trades come thick. */
  readonly #longRate: number;
  readonly #shortScale: number;
  /** P(the next gap is short). */
  #chance = 0;
  /** The print before, and the day's opening and close, in trading time, ms. Fields and not arguments, as numbers handed over cost memory each time. */
  last = 0;
  open = 0;
  close = 0;

  /** `trades` a day, on average. */
  constructor(random: Random, day: Day, trades: number) {
    this.#random = random;
    this.#day = day;
    const gap = day.ms / trades;
    this.#shortScale = Math.min(1, (0.5 * gap) / (SHORT_SHARE * SHORT_MS));
    this.#longRate = (1 - SHORT_SHARE) / (gap - SHORT_SHARE * SHORT_MS * this.#shortScale);
  }

  /** A day of trading time from `open` to `close`. After its opening there is a pause, or each day would have a burst too many. */
  beginDay(open: number, close: number): void {
    this.open = open;
    this.close = close;
    this.last = open;
    this.#chance = 0;
  }

  /** The trading time of the trade after `last`, at as many times the usual rate as the share's and the market's activity say; `close` or later if there is none that day. */
  next(share: { readonly activity: number }, market: { readonly activity: number }): number {
    const short = (this.#random.uint32() >>> 8) * 2 ** -24 < this.#chance;
    this.#chance = short ? AFTER_SHORT : AFTER_LONG;
    return short ? this.last + this.#shortGap() : this.#afterPause(share.activity * market.activity);
  }

  #shortGap(): number {
    const random = this.#random;
    const bits = random.uint32();
    const share = (bits >>> 2) * 2 ** -30;
    if ((bits & 2) === 0) return share * SWEEP_MS * this.#shortScale;
    const gap = (bits & 1) === 0 ? Math.exp(share * LN20) : 20 * Math.exp(share * LN50);
    return gap * this.#shortScale;
  }

  /** An exponential gap whose rate follows the shape of the day, walked bin by bin. */
  #afterPause(activity: number): number {
    const { arrivals, binMs } = this.#day;
    const { last, open, close } = this;
    const rate = this.#longRate * activity;
    let need = this.#random.exponential();
    let time = last;
    let bin = Math.floor((time - open) / binMs);
    while (time < close && bin < arrivals.length) {
      const end = open + (bin + 1) * binMs;
      const binRate = rate * arrivals[bin]!;
      if (need <= (end - time) * binRate) return time + need / binRate;
      need -= (end - time) * binRate;
      time = end;
      bin++;
    }
    return close;
  }
}
