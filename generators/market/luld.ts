/**
 * The limit-up limit-down plan (Plan to Address Extraordinary Market Volatility, SEC 4-631): no trade further from the mean
 * of the last five minutes than a band allows; a share whose quote sticks to the band for 15 seconds is halted for five
 * minutes. Bands are those of the plan as adopted, doubled near the opening and the close in all tiers.
 */
export const LIMIT_STATE_MS = 15_000;
export const HALT_MS = 300_000;
/** Whoever is halted so late, ms before the close, waits for the closing auction. */
export const LAST_HALT_MS = 600_000;
/** No band is closer than this: as long as prices differ by less, no mean need be known. */
const CALM_SHARE = 0.03;

const WINDOW_MS = 300_000;
const DOUBLED_AFTER_OPENING_MS = 15 * 60_000;
const DOUBLED_BEFORE_CLOSE_MS = 25 * 60_000;
/** A hair is kept back, so that no rounding puts a price on the other side of the band. */
const KEPT_BACK = 0.995;

/** How far a price may be from the reference, as a share of it. `reference` is dollars, `intoDay` and `length` are the time since the opening and the day's length, ms. */
export function bandShare(reference: number, tier: number, intoDay: number, length: number): number {
  // Below 75 cents: 15 cents or three quarters, whichever is less, and never more than that.
  if (reference < 0.75) return Math.min(0.15 / reference, 0.75) * KEPT_BACK;
  const double = intoDay < DOUBLED_AFTER_OPENING_MS || intoDay >= length - DOUBLED_BEFORE_CLOSE_MS ? 2 : 1;
  const share = reference <= 3 ? 0.2 : tier === 1 ? 0.05 : 0.1;
  return share * double * KEPT_BACK;
}

/**
 * The prices of the last five minutes and their mean. As a mean matters once in a million trades, prices are only put down, and
 * their range is watched; what is too old is thrown away when there is need. Times are ms since the opening.
 */
export class Reference {
  /** A time and a price for each print, side by side, a ring of so many as fit. */
  #prints = room(2 * 16);
  #from = 0;
  #to = 0;
  #sum = 0;
  #last = 0;
  /** The range of prices since `#since`, and in the stretch of at least five minutes before. */
  #since = 0;
  #low = 0;
  #high = 0;
  #lowBefore = 0;
  #highBefore = 0;
  /** Between these all is calm. */
  #calmFrom = Infinity;
  #calmTo = 0;

  /** Whether all prices of the last five minutes, and this one, are so near one another that no band can matter. */
  isCalm(price: number): boolean {
    return price >= this.#calmFrom && price <= this.#calmTo;
  }

  /** The mean; where nobody has traded for five minutes, the last one; 0 before the first trade. */
  meanAt(time: number): number {
    this.#forget(time - WINDOW_MS);
    const count = this.#to - this.#from;
    return count === 0 ? this.#last : this.#sum / count;
  }

  add(time: number, price: number): void {
    if (price < this.#low || price > this.#high || time - this.#since >= WINDOW_MS) this.#range(time, price);
    if (2 * (this.#to - this.#from) === this.#prints.length) this.#makeRoom(time);
    const place = (2 * this.#to++) & (this.#prints.length - 1);
    this.#prints[place] = time;
    this.#prints[place + 1] = price;
    this.#sum += price;
  }

  /** Begins anew: the next price is the first reference. */
  clear(): void {
    this.#from = 0;
    this.#to = 0;
    this.#sum = 0;
    this.#last = 0;
    this.#low = 0;
    this.#high = 0;
    this.#lowBefore = 0;
    this.#highBefore = 0;
    this.#calmFrom = Infinity;
    this.#calmTo = 0;
  }

  /** A price that is out of the range, or late enough for a new one. */
  #range(time: number, price: number): void {
    const first = this.#high === 0;
    if (first || time - this.#since >= WINDOW_MS) {
      this.#lowBefore = first ? price : this.#low;
      this.#highBefore = first ? price : this.#high;
      this.#low = price;
      this.#high = price;
      this.#since = time;
    } else if (price < this.#low) this.#low = price;
    else this.#high = price;
    const low = Math.min(this.#low, this.#lowBefore);
    const high = Math.max(this.#high, this.#highBefore);
    const calm = high <= low * (1 + CALM_SHARE);
    this.#calmFrom = calm ? high / (1 + CALM_SHARE) : Infinity;
    this.#calmTo = calm ? low * (1 + CALM_SHARE) : 0;
  }

  #forget(before: number): void {
    const prints = this.#prints;
    const mask = prints.length - 1;
    while (this.#from < this.#to && prints[(2 * this.#from) & mask]! < before) {
      this.#last = this.#sum / (this.#to - this.#from);
      this.#sum -= prints[((2 * this.#from) & mask) + 1]!;
      this.#from++;
    }
  }

  /** Forgets what is old, and grows where that is less than half. */
  #makeRoom(time: number): void {
    this.#forget(time - WINDOW_MS);
    const count = this.#to - this.#from;
    if (4 * count <= this.#prints.length) return;
    const prints = room(2 * this.#prints.length);
    const mask = this.#prints.length - 1;
    for (let i = 0; i < count; i++) {
      const place = (2 * (this.#from + i)) & mask;
      prints[2 * i] = this.#prints[place]!;
      prints[2 * i + 1] = this.#prints[place + 1]!;
    }
    this.#prints = prints;
    this.#from = 0;
    this.#to = count;
  }
}

/** Numbers in a slab, which the rings of many shares are cut from: an array of its own for each would cost more than what stands in it. */
const SLAB = 32_768;
let slab = new Int32Array(0);
let cut = 0;

function room(length: number): Int32Array<ArrayBuffer> {
  if (length > SLAB / 8) return new Int32Array(length);
  if (cut + length > slab.length) {
    slab = new Int32Array(SLAB);
    cut = 0;
  }
  cut += length;
  return slab.subarray(cut - length, cut);
}
