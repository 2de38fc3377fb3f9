/** What companies do to their own shares over night: splits, and dividends paid. Both are told with the opening auction of the day. */
import type { Random } from '../../src/types.js';
import { YEAR_DAYS } from './factors.js';

/** New shares for each old one. */
const RATIOS = [2, 3, 4, 5, 10, 0.1] as const;
export const SPLITS: readonly string[] = ['2:1', '3:1', '4:1', '5:1', '10:1', '1:10'];
const REVERSE = RATIOS.length - 1;

/** Dollars: what is dearer is split, what is cheaper is merged, some day. */
const DEAR = 400;
const CHEAP = 2;
const AIM = 120;
/** P(it is done tonight). */
const DECIDED = 0.01;

const PAYERS = 0.7;
const QUARTER_DAYS = YEAR_DAYS / 4;

export class CorporateActions {
  readonly #random: Random;
  readonly #splits: boolean;
  readonly #yield: number;
  readonly #payDay: number;
  /** Index into SPLITS, or −1: of tonight. */
  split = -1;
  /** Cents a share, 0 for none: of tonight. */
  dividendCents = 0;

  constructor(random: Random, { splits, dividends }: { splits: boolean; dividends: boolean }) {
    this.#random = random;
    this.#splits = splits;
    const pays = random.float() < PAYERS;
    const yearly = 0.005 + 0.035 * random.float();
    this.#yield = dividends && pays ? yearly : 0;
    this.#payDay = random.int(QUARTER_DAYS);
  }

  /** Decides what happens before day `day`; returns what the log price changes by. `price` is dollars. */
  overnight(day: number, price: number): number {
    this.split = -1;
    this.dividendCents = 0;
    let change = 0;
    if (this.#yield > 0 && day % QUARTER_DAYS === this.#payDay) {
      this.dividendCents = Math.round(25 * this.#yield * price);
      change += Math.log(1 - this.dividendCents / 100 / price);
    }
    const strange = price > DEAR || price < CHEAP;
    if (this.#splits && strange && this.#random.float() < DECIDED) {
      this.split = price < CHEAP ? REVERSE : ratioFor(price);
      change -= Math.log(RATIOS[this.split]!);
    }
    return change;
  }
}

/** The smallest that brings the price near to what people like, or the largest. */
function ratioFor(price: number): number {
  const found = RATIOS.findIndex((ratio) => price / ratio <= AIM);
  return found === -1 || found === REVERSE ? REVERSE - 1 : found;
}
