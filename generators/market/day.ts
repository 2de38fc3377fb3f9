/** The shape of a trading day: how arrivals and variance are spread over it, bin by bin, relative to a mean of 1. */
import { HOUR_MS } from '../model/zone.js';

export interface Day {
  /** From one opening to the next in trading time, ms. */
  readonly ms: number;
  readonly binMs: number;
  readonly arrivals: Float64Array;
  /** Variance of prices per unit of time. */
  readonly variance: Float64Array;
  /** The variance before each bin, × ms. */
  readonly before: Float64Array;
  /** The share of a day's variance that happens while the market is closed. */
  readonly nightShare: number;
  /** Whether it opens and closes with an auction. */
  readonly auctions: boolean;
}

/** 09:30 to 16:00 as in US shares, by quarters of an hour: arrivals a U, variance a reverse J. */
export const EXCHANGE_DAY: Day = day({
  ms: 6.5 * HOUR_MS,
  binMs: HOUR_MS / 4,
  arrivals: withMeanOne([
    2.1, 1.6, 1.4, 1.27, 1.15, 1.06, 0.98, 0.92, 0.86, 0.82, 0.78, 0.75, 0.73, 0.72, 0.71, 0.72, 0.74, 0.77,
    0.8, 0.84, 0.89, 0.95, 1.02, 1.1, 1.35, 2.0,
  ]),
  variance: withMeanOne([
    4.2, 2.3, 1.8, 1.5, 1.3, 1.15, 1.02, 0.93, 0.85, 0.79, 0.74, 0.7, 0.67, 0.65, 0.64, 0.64, 0.65, 0.66,
    0.68, 0.71, 0.74, 0.78, 0.83, 0.9, 1.0, 1.2,
  ]),
  nightShare: 0.2,
  auctions: true,
});

/** 24 hours from midnight UTC, as in crypto: busiest while Europe and America are both awake, and never closed. */
export const ROUND_THE_CLOCK: Day = day({
  ms: 24 * HOUR_MS,
  binMs: HOUR_MS,
  arrivals: withMeanOne([
    1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.75, 0.8, 0.88, 0.9, 0.9, 0.92, 1.05, 1.3, 1.55, 1.5, 1.4, 1.25, 1.15,
    1.1, 1.05, 1.0, 0.95, 0.95,
  ]),
  variance: withMeanOne([
    1.05, 0.95, 0.9, 0.85, 0.8, 0.75, 0.75, 0.8, 0.88, 0.88, 0.88, 0.9, 1.05, 1.35, 1.65, 1.55, 1.4, 1.2, 1.1,
    1.05, 1.0, 0.95, 0.95, 0.95,
  ]),
  nightShare: 0,
  auctions: false,
});

/** How much of a day's variance lies before a time since its opening, as a time, ms: a clock that runs faster while prices do. */
export function varianceClock({ binMs, variance, before }: Day, into: number): number {
  const bin = Math.min(variance.length - 1, Math.floor(into / binMs));
  return before[bin]! + (into - bin * binMs) * variance[bin]!;
}

function day(shape: Omit<Day, 'before'>): Day {
  const before = new Float64Array(shape.variance.length);
  for (let bin = 1; bin < before.length; bin++) {
    before[bin] = before[bin - 1]! + shape.binMs * shape.variance[bin - 1]!;
  }
  return { ...shape, before };
}

function withMeanOne(shape: readonly number[]): Float64Array {
  const mean = shape.reduce((sum, one) => sum + one, 0) / shape.length;
  return Float64Array.from(shape, (one) => one / mean);
}
