/**
 * The shape of a trading day: 26 quarters of an hour, each with the share of arrivals and of variance that it has in
 * US markets (arrivals a U, variance a reverse J), relative to a mean of 1.
 */
export const BIN_MS = 900_000;
export const BINS = 26;

export const ARRIVALS = withMeanOne([
  2.5, 1.75, 1.45, 1.3, 1.15, 1.05, 0.97, 0.9, 0.84, 0.79, 0.74, 0.7, 0.68, 0.66, 0.66, 0.67, 0.69, 0.72,
  0.76, 0.82, 0.88, 0.95, 1.05, 1.2, 1.5, 2.6,
]);

/** Variance of prices per unit of time. */
export const VARIANCE = withMeanOne([
  4.2, 2.3, 1.8, 1.5, 1.3, 1.15, 1.02, 0.93, 0.85, 0.79, 0.74, 0.7, 0.67, 0.65, 0.64, 0.64, 0.65, 0.66, 0.68,
  0.71, 0.74, 0.78, 0.83, 0.9, 1.0, 1.2,
]);

function withMeanOne(shape: readonly number[]): Float64Array {
  const mean = shape.reduce((sum, one) => sum + one, 0) / shape.length;
  return Float64Array.from(shape, (one) => one / mean);
}
