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
