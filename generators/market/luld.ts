/**
 * The limit-up limit-down plan (Plan to Address Extraordinary Market Volatility, SEC 4-631): no trade further from the mean
 * of the last five minutes than a band allows; a share whose quote sticks to the band for 15 seconds is halted for five
 * minutes. Bands are those of the plan as adopted, doubled near the opening and the close in all tiers.
 */
export const LIMIT_STATE_MS = 15_000;
export const HALT_MS = 300_000;
/** Whoever is halted so late, ms before the close, waits for the closing auction. */
export const LAST_HALT_MS = 600_000;
/** No band is closer than this: nearer prices need no further look. */
const CALM_SHARE = 0.03;

const SLOT_MS = 10_000;
const SLOTS = 30;
const DOUBLED_AFTER_OPENING_MS = 15 * 60_000;
const DOUBLED_BEFORE_CLOSE_MS = 25 * 60_000;
/** A hundredth is kept back, as the mean is kept in slots of ten seconds and may differ from an exact one by a trifle. */
const KEPT_BACK = 0.99;

/** How far a price may be from the reference, as a share of it. `intoDay` and `length` are the time since the opening and the day's length, ms. */
export function bandShare(reference: number, tier: number, intoDay: number, length: number): number {
  const double = intoDay < DOUBLED_AFTER_OPENING_MS || intoDay >= length - DOUBLED_BEFORE_CLOSE_MS ? 2 : 1;
  // Below 75 cents: 15 cents or three quarters, whichever is less, and never more than that.
  if (reference < 0.75) return Math.min(0.15 / reference, 0.75) * KEPT_BACK;
  const share = reference <= 3 ? 0.2 : tier === 1 ? 0.05 : 0.1;
  return share * double * KEPT_BACK;
}

/** The prices of five minutes, in slots, and their mean. */
export class Reference {
  readonly #sums = new Float64Array(SLOTS);
  readonly #counts = new Uint32Array(SLOTS);
  #slot = -1;
  #sum = 0;
  #count = 0;
  #last = 0;

  /** Whether a price at a time is so near the mean that no band can matter. */
  isCalm(time: number, price: number): boolean {
    if (Math.floor(time / SLOT_MS) !== this.#slot) this.#advanceTo(time);
    const count = this.#count === 0 ? 1 : this.#count;
    const sum = this.#count === 0 ? this.#last : this.#sum;
    return Math.abs(price * count - sum) <= CALM_SHARE * sum;
  }

  /** The mean; where nobody has traded for five minutes, the last one; 0 before the first trade. */
  get mean(): number {
    return this.#count > 0 ? this.#sum / this.#count : this.#last;
  }

  add(time: number, price: number): void {
    if (Math.floor(time / SLOT_MS) !== this.#slot) this.#advanceTo(time);
    const place = this.#slot % SLOTS;
    this.#sums[place]! += price;
    this.#counts[place]! += 1;
    this.#sum += price;
    this.#count++;
  }

  /** Forgets what is older than five minutes. */
  #advanceTo(time: number): void {
    const slot = Math.floor(time / SLOT_MS);
    this.#last = this.mean;
    const from = Math.max(this.#slot + 1, slot - SLOTS + 1);
    for (let one = from; one <= slot; one++) {
      const place = one % SLOTS;
      this.#sum -= this.#sums[place]!;
      this.#count -= this.#counts[place]!;
      this.#sums[place] = 0;
      this.#counts[place] = 0;
    }
    this.#slot = slot;
  }

  /** Begins anew: the next price is the first reference. */
  clear(): void {
    this.#sums.fill(0);
    this.#counts.fill(0);
    this.#sum = 0;
    this.#count = 0;
    this.#last = 0;
    this.#slot = -1;
  }
}
