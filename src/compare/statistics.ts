/**
 * What a few trials allow to be said; the only importer of simple-statistics. A median stands with the interval of its
 * bootstrap, which shows how far the trials lay apart. Verdicts rest on something stricter: ratios of trials of the
 * same round, whose logarithms are taken for normal, so that Student's t gives an interval that is honest with three.
 */
import {
  bisect,
  mean,
  median,
  quantile,
  sampleStandardDeviation,
  sampleWithReplacement,
} from 'simple-statistics';
import type { Random } from '../types.js';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;
const BOOTSTRAP_CONFIDENCE = 0.95;
/** Ratios nearer to one than this are one: figures that are counted and not timed differ by rounding alone. */
const SAME = 1e-9;

/** The median of one value or more, and the middle 95 % of what it would be in trials drawn from these again. */
export function medianOf(values: readonly number[], random: Random): Interval {
  const sample = [...values];
  const value = median(sample);
  if (sample.every((one) => one === value)) return { value, low: value, high: value };
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(sampleWithReplacement(sample, sample.length, () => random.float())),
  );
  const tail = (1 - BOOTSTRAP_CONFIDENCE) / 2;
  return { value, low: quantile(medians, tail), high: quantile(medians, 1 - tail) };
}

/** The plain median; NaN of nothing. */
export function middle(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : median([...values]);
}

/** One comparison in twenty may show a difference that is none, however many ratios it holds (Bonferroni). */
const WRONG_TABLES = 0.05;
/** Nobody reads one ratio alone: there is CPU beside throughput, and latency beside both. */
const RATIOS_LEAST = 3;

/** The confidence of each interval in a table with so many ratios to a baseline. */
export function confidenceFor(ratios: number): number {
  return 1 - WRONG_TABLES / Math.max(RATIOS_LEAST, ratios);
}

/** The geometric mean of two ratios or more, all above zero, and its interval at this confidence (0 … 1). */
export function ratioOf(ratios: readonly number[], confidence: number): Interval {
  const logs = ratios.map((ratio) => Math.log(ratio)).map((log) => (Math.abs(log) < SAME ? 0 : log));
  const centre = mean(logs);
  const spread = sampleStandardDeviation(logs) / Math.sqrt(logs.length);
  const half = spread === 0 ? 0 : studentT(confidence, logs.length - 1) * spread;
  return { value: Math.exp(centre), low: Math.exp(centre - half), high: Math.exp(centre + half) };
}

/** How far from zero Student's t lies at most, in either direction, with this probability. */
export function studentT(confidence: number, degrees: number): number {
  let high = 2;
  while (within(high, degrees) < confidence) high *= 2;
  return bisect((t: number) => within(t, degrees) - confidence, 0, high, 200, 1e-9);
}

/** P(|T| ≤ t) for whole degrees of freedom: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4. */
function within(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
