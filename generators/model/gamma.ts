import type { Random } from '../../src/types.js';

/** A gamma deviate of mean `shape` (scale 1): G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", 2000. */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * Math.exp(-random.exponential() / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    if (-random.exponential() < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** The steps of ln x over which the density is summed, and where they begin for shapes from a half. */
const STEPS = 8192;
const FROM = -60;
const TO = 4;

/**
 * Quantiles of a gamma distribution of mean 1 at (i + ½) / count: for whoever has a hash and no stream. The density is summed over ln x,
 * where it has no pole.
 */
export function gammaQuantiles(shape: number, count: number): Float64Array {
  const step = (TO - FROM) / STEPS;
  const sums = new Float64Array(STEPS + 1);
  for (let i = 1; i <= STEPS; i++) {
    const y = FROM + (i - 0.5) * step;
    sums[i] = sums[i - 1]! + Math.exp(shape * y - Math.exp(y));
  }
  const total = sums[STEPS]!;
  const quantiles = new Float64Array(count);
  let place = 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const wanted = ((i + 0.5) / count) * total;
    while (sums[place + 1]! < wanted) place++;
    const within = (wanted - sums[place]!) / (sums[place + 1]! - sums[place]!);
    quantiles[i] = Math.exp(FROM + (place + within) * step);
    sum += quantiles[i]!;
  }
  return quantiles.map((one) => (one * count) / sum);
}
