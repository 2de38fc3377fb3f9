/**
 * What all shares have in common: the paths of the market and of each sector, as log prices, and the market's
 * volatility. They stand on a fixed grid of trading time and have their own streams, so that they do not depend on
 * which symbols are made, here or on another machine.
 */
import type { Random } from '../../src/types.js';
import type { Day } from './day.js';
import type { Market } from './presets.js';
import { activityExcess, beginning, leveraged, type Memory, remember, varianceExcess } from './volatility.js';

/** Trading days in a year. */
export const YEAR_DAYS = 252;
/** Prices return to where they came from within about this many days, too slowly to be seen: without it a long run at full speed ends in millionaires and beggars. */
export const RETURN_DAYS = 8 * YEAR_DAYS;

const STEP_MS = 15_000;
const SLOW: Memory = { sigma: 0.72, days: 200, busier: 0.05 };
const MIDDLE: Memory = { sigma: 0.6, days: 14, busier: 0.15 };
const FAST: Memory = { sigma: 0.35, days: 0.15, busier: 0.35 };
const ALL = [SLOW, MIDDLE, FAST];
const VARIANCE_EXCESS = varianceExcess(ALL);
const ACTIVITY_EXCESS = activityExcess(ALL);
/** Falling prices raise volatility: the correlation of a day's return with the innovations of log variance. */
const LEVERAGE = -0.65;

export class Factors {
  /** Index 0 is the market, the others the sectors; each cell of the grid is a straight line from left to right. */
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  readonly #streams: readonly Random[];
  readonly #chance: Random;
  readonly #market: Market;
  readonly #day: Day;
  #cell = -1;
  #slow: number;
  #middle: number;
  #fast = 0;
  /** The market's return since the day began, in standard deviations. */
  #dayReturn = 0;
  /** The market's volatility, relative to a long-run mean square of 1. */
  volatility = 1;
  /** How busy the market is, relative to a mean of 1. */
  activity = 1;
  /** The market's log price at the time last advanced to. */
  market = 0;
  #share = 0;

  constructor(random: Random, sectors: number, market: Market) {
    this.#market = market;
    this.#day = market.day;
    this.#left = new Float64Array(sectors + 1);
    this.#right = new Float64Array(sectors + 1);
    this.#streams = Array.from({ length: sectors + 1 }, (_, index) => random.fork(index));
    this.#chance = random.fork('volatility');
    this.#slow = beginning(SLOW, this.#chance);
    this.#middle = beginning(MIDDLE, this.#chance);
  }

  /** Moves on to a trading time above 0, which may not be before the last one. */
  advanceTo(time: number): void {
    // The end of a cell is its own: the closing auction does not know what the night brings.
    const cell = Math.ceil(time / STEP_MS) - 1;
    while (this.#cell < cell) this.#step();
    this.#share = time / STEP_MS - cell;
    this.market = this.#left[0]! + this.#share * (this.#right[0]! - this.#left[0]!);
  }

  /** A sector's log price beside the market's. */
  sector(index: number): number {
    const left = this.#left[index + 1]!;
    return left + this.#share * (this.#right[index + 1]! - left);
  }

  #step(): void {
    this.#cell++;
    const { ms, binMs, variance, nightShare } = this.#day;
    const time = (this.#cell * STEP_MS) % ms;
    this.#left.set(this.#right);
    if (time === 0) this.#night();
    const days = STEP_MS / ms;
    this.#fast = remember(this.#fast, FAST, days, this.#chance.normal());
    this.volatility = Math.exp((this.#slow + this.#middle + this.#fast) / 2 - VARIANCE_EXCESS / 2);
    this.activity = Math.exp(
      SLOW.busier * this.#slow + MIDDLE.busier * this.#middle + FAST.busier * this.#fast - ACTIVITY_EXCESS,
    );
    const bin = Math.floor(time / binMs);
    this.#move(this.#left, this.#right, (1 - nightShare) * days * variance[bin]!, 1 - days / RETURN_DAYS);
  }

  /** The move from one day's close to the next one's opening, and the slow parts of volatility. */
  #night(): void {
    if (this.#cell > 0) {
      this.#slow = remember(this.#slow, SLOW, 1, leveraged(this.#chance, LEVERAGE, this.#dayReturn));
      this.#middle = remember(this.#middle, MIDDLE, 1, leveraged(this.#chance, LEVERAGE, this.#dayReturn));
    }
    this.#dayReturn = 0;
    this.#move(this.#left, this.#left, this.#day.nightShare, 1);
  }

  #move(from: Float64Array, to: Float64Array, varianceDays: number, kept: number): void {
    const scale = this.volatility * Math.sqrt(varianceDays / YEAR_DAYS);
    const { marketSigma, sectorSigma } = this.#market;
    for (let index = 0; index < to.length; index++) {
      const step = this.#streams[index]!.normal();
      to[index] = from[index]! * kept + step * scale * (index === 0 ? marketSigma : sectorSigma);
      if (index === 0) this.#dayReturn += step * Math.sqrt(varianceDays);
    }
  }
}
