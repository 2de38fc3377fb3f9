/** How unevenly things come. */
import { type Column, deviation, mean } from './moments.js';

/** Of gaps: 1 for a Poisson process. */
export function variation(gaps: Column): number {
  return deviation(gaps) / mean(gaps);
}

/** Goh and Barabási's (σ − μ) / (σ + μ): 0 for a Poisson process, −1 for a clock, 1 for a storm. */
export function burstiness(gaps: Column): number {
  const ratio = variation(gaps);
  return (ratio - 1) / (ratio + 1);
}

/** Variance over mean of counts: 1 for a Poisson process. */
export function fano(counts: Column): number {
  return deviation(counts) ** 2 / mean(counts);
}

export function share(x: Column, is: (one: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < x.length; i++) if (is(x[i]!)) count++;
  return count / x.length;
}
