/**
 * What all shares have in common: the paths of the market and of each sector, as log prices, and the market's
 * volatility. They stand on a fixed grid of trading time and have their own streams, so that they do not depend on
 * which symbols are made, here or on another machine.
 */
import type { Random } from '../../src/types.js';
import { BIN_MS, BINS, VARIANCE } from './day.js';
import { SESSION_MS } from './sessions.js';

/** Trading days in a year. */
export const YEAR_DAYS = 252;
/** The share of a day's variance that happens while the market is closed. */
export const NIGHT_SHARE = 0.2;
/** Prices return to where they came from within about this many days, too slowly to be seen: without it a long run at full speed ends in millionaires and beggars. */
export const RETURN_DAYS = 8 * YEAR_DAYS;

const STEP_MS = 15_000;
/** Standard deviations a year. */
const MARKET_SIGMA = 0.165;
const SECTOR_SIGMA = 0.11;
/** Log variance is the sum of three Ornstein-Uhlenbeck processes: their standard deviations, and how long they remember. */
const SLOW = { sigma: 0.9, days: 100 };
const MIDDLE = { sigma: 0.75, days: 8 };
const FAST = { sigma: 0.3, days: 0.15 };
/** Falling prices raise volatility: the correlation of a day's return with the innovations of log variance. */
const LEVERAGE = -0.65;

export class Factors {
  /** Index 0 is the market, the others the sectors; each cell of the grid is a straight line from left to right. */
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  readonly #streams: readonly Random[];
  readonly #chance: Random;
  #cell = -1;
  #slow: number;
  #middle: number;
  #fast = 0;
  /** The market's return since the day began, in standard deviations. */
  #dayReturn = 0;
  /** The market's volatility, relative to a long-run mean square of 1. */
  volatility = 1;
  /** The market's log price at the time last advanced to. */
  market = 0;
  #share = 0;

  constructor(random: Random, sectors: number) {
    this.#left = new Float64Array(sectors + 1);
    this.#right = new Float64Array(sectors + 1);
    this.#streams = Array.from({ length: sectors + 1 }, (_, index) => random.fork(index));
    this.#chance = random.fork('volatility');
    this.#slow = SLOW.sigma * this.#chance.normal();
    this.#middle = MIDDLE.sigma * this.#chance.normal();
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
    const time = (this.#cell * STEP_MS) % SESSION_MS;
    this.#left.set(this.#right);
    if (time === 0) this.#night();
    const days = STEP_MS / SESSION_MS;
    this.#fast = remember(this.#fast, FAST, days, this.#chance.normal());
    this.volatility = volatilityOf(this.#slow + this.#middle + this.#fast, [SLOW, MIDDLE, FAST]);
    const variance = (1 - NIGHT_SHARE) * days * VARIANCE[Math.min(BINS - 1, Math.floor(time / BIN_MS))]!;
    this.#move(this.#left, this.#right, variance, 1 - days / RETURN_DAYS);
  }

  /** The move from one day's close to the next one's opening, and the slow parts of volatility. */
  #night(): void {
    if (this.#cell > 0) {
      this.#slow = remember(this.#slow, SLOW, 1, leveraged(this.#chance, LEVERAGE, this.#dayReturn));
      this.#middle = remember(this.#middle, MIDDLE, 1, leveraged(this.#chance, LEVERAGE, this.#dayReturn));
    }
    this.#dayReturn = 0;
    this.#move(this.#left, this.#left, NIGHT_SHARE, 1);
  }

  #move(from: Float64Array, to: Float64Array, varianceDays: number, kept: number): void {
    const scale = this.volatility * Math.sqrt(varianceDays / YEAR_DAYS);
    for (let index = 0; index < to.length; index++) {
      const step = this.#streams[index]!.normal();
      to[index] = from[index]! * kept + step * scale * (index === 0 ? MARKET_SIGMA : SECTOR_SIGMA);
      if (index === 0) this.#dayReturn += step * Math.sqrt(varianceDays);
    }
  }
}

export interface Memory {
  readonly sigma: number;
  readonly days: number;
}

/** One step of an Ornstein-Uhlenbeck process over any number of days. */
export function remember(state: number, memory: Memory, days: number, normal: number): number {
  const kept = Math.exp(-days / memory.days);
  return state * kept + memory.sigma * Math.sqrt(1 - kept * kept) * normal;
}

/** A normal deviate that has the given correlation with another. */
export function leveraged(random: Random, correlation: number, other: number): number {
  return correlation * other + Math.sqrt(1 - correlation * correlation) * random.normal();
}

/** From log variance to volatility, so that its mean square is 1. */
export function volatilityOf(logVariance: number, memories: readonly Memory[]): number {
  let excess = 0;
  for (const { sigma } of memories) excess += (sigma * sigma) / 2;
  return Math.exp((logVariance - excess) / 2);
}
