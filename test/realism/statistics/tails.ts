/** How heavy tails are. */
import { type Column, slope } from './moments.js';

/** B. M. Hill's estimator (Annals of Statistics 3, 1975) of α in P(X > x) ~ x^−α, from the largest `share` of a column. */
export function hill(x: Column, share: number): number {
  const sorted = Float64Array.from(x).sort().reverse();
  const count = Math.floor(share * sorted.length);
  const threshold = Math.log(sorted[count]!);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.log(sorted[i]!) - threshold;
  return count / sum;
}

/** s of size ~ rank^−s over the largest `top`. */
export function zipfExponent(x: Column, top: number): number {
  const sorted = Float64Array.from(x).sort().reverse().slice(0, top);
  const ranks = sorted.map((_, index) => Math.log(index + 1));
  return -slope(ranks, sorted.map(Math.log));
}

/** What the largest `share` of a column have of its sum. */
export function topShare(x: Column, share: number): number {
  const sorted = Float64Array.from(x).sort().reverse();
  const count = Math.max(1, Math.round(share * sorted.length));
  const sum = (part: Float64Array): number => part.reduce((all, one) => all + one, 0);
  return sum(sorted.subarray(0, count)) / sum(sorted);
}
