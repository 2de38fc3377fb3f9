/** Arrivals by chance: where, along the count of what a rate has due on the mean, events really fall. */
import type { Option, Random } from './types.js';

/** Gives the place in the count at which the next event is due: each lies behind the one before. */
export type Arrivals = () => number;

/**
 * Independent of one another, as customers or trades of many are: from each to the next it is an exponential share of
 * the count, of mean 1 (a Poisson process; W. Feller, "An Introduction to Probability Theory", vol. 1). Along a rate that
 * rises and falls they crowd and thin out as it does.
 */
export function poissonArrivals(random: Random): Arrivals {
  let place = 0;
  return () => {
    place += random.exponential();
    return place;
  };
}

/** For rates that can have both. */
export const ARRIVALS_OPTION: Option = {
  doc: 'Whether events come evenly spaced, or by chance as those of many independent people do',
  type: 'string',
  default: 'even',
  values: ['even', 'poisson'],
};

/** Counts arrivals up to a place, again from the beginning only where it is asked for an earlier one. */
export class ArrivalCount {
  readonly #begin: () => Arrivals;
  #arrivals: Arrivals;
  #count = 0;
  #asked = 0;
  #next: number;

  constructor(begin: () => Arrivals) {
    this.#begin = begin;
    this.#arrivals = begin();
    this.#next = this.#arrivals();
  }

  by(place: number): number {
    if (place < this.#asked) {
      this.#arrivals = this.#begin();
      this.#next = this.#arrivals();
      this.#count = 0;
    }
    this.#asked = place;
    while (this.#next <= place) {
      this.#count++;
      this.#next = this.#arrivals();
    }
    return this.#count;
  }
}

/** As many as will have come for all that chance allows: the mean less six standard deviations, one in 10⁹. */
export function surely(mean: number): number {
  return Math.max(0, mean - 6 * Math.sqrt(mean) - 18);
}
