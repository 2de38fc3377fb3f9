/** What marketing and operations look at: repeat purchases, and how far a column is from a log-normal. */
import { type Column, deviation, mean } from './moments.js';

/** r of a negative binomial with a column's mean and share of zeros (A. S. C. Ehrenberg's "mean and zeros"). */
export function nbdShape(counts: Column): number {
  const middle = mean(counts);
  let zeros = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i] === 0) zeros++;
  const none = zeros / counts.length;
  // (r / (r + m))^r falls from 1 to e^−m as r grows.
  let [low, high] = [1e-4, 1e4];
  for (let step = 0; step < 100; step++) {
    const r = Math.sqrt(low * high);
    if ((r / (r + middle)) ** r > none) low = r;
    else high = r;
  }
  return Math.sqrt(low * high);
}

/** Kolmogorov and Smirnov's distance of a column from the log-normal of its own mean and deviation. */
export function distanceToLogNormal(x: Column): number {
  const logs = Float64Array.from(x, Math.log).sort();
  const [middle, sigma] = [mean(logs), deviation(logs)];
  let distance = 0;
  logs.forEach((one, i) => {
    const below = gaussianBelow((one - middle) / sigma);
    distance = Math.max(distance, Math.abs(below - i / logs.length), Math.abs(below - (i + 1) / logs.length));
  });
  return distance;
}

/** The Gaussian's distribution function: Abramowitz and Stegun 26.2.17, exact to 10⁻⁷. */
export function gaussianBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail =
    density *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}
