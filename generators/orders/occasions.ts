/** Days that are not like others, the same for all stores of a kind: a big match, a promotion, a sale that everybody waits for. */
import type { Random } from '../../src/types.js';
import { weekdayOf } from '../model/zone.js';

/** How often, and how much more is ordered: `least` and up to `more` beyond it. */
export interface Occasion {
  /** Of all days. */
  readonly share: number;
  readonly least: number;
  readonly more: number;
}

export interface OccasionSetting {
  /** On evenings only. */
  readonly match?: Occasion;
  readonly promotion?: Occasion;
  /** How much more on the fourth Friday of November, and half as much more on the Monday after. */
  readonly blackFriday?: number;
}

export interface OccasionOfDay {
  /** Factors on the rate: of the whole day, and of its evening. */
  readonly day: number;
  readonly evening: number;
}

const KEPT = 64;

export class Occasions {
  readonly #random: Random;
  readonly #setting: OccasionSetting;
  readonly #days = new Map<number, OccasionOfDay>();

  constructor(random: Random, setting: OccasionSetting) {
    this.#random = random;
    this.#setting = setting;
  }

  /** What is on, on a local day (days since 1970-01-01); from the seed and the day alone. */
  of(day: number): OccasionOfDay {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    if (this.#days.size >= KEPT) this.#days.clear();
    const random = this.#random.fork(day);
    const { match, promotion, blackFriday = 1 } = this.#setting;
    const occasion = {
      evening: factorOf(match, random),
      day: factorOf(promotion, random) * (1 + (blackFriday - 1) * blackFridayShare(day)),
    };
    this.#days.set(day, occasion);
    return occasion;
  }
}

function factorOf(occasion: Occasion | undefined, random: Random): number {
  if (occasion === undefined) return 1;
  const happens = random.float() < occasion.share;
  const much = random.float();
  return happens ? occasion.least + occasion.more * much : 1;
}

function blackFridayShare(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday !== 5 && weekday !== 1) return 0;
  const friday = new Date((weekday === 5 ? day : day - 3) * 86_400_000);
  const fourth = Math.ceil(friday.getUTCDate() / 7) === 4 && friday.getUTCMonth() === 10;
  return fourth ? (weekday === 5 ? 1 : 0.5) : 0;
}
