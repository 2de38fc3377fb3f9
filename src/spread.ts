/** Latency in words: percentiles with the sample that they rest on, and the stages that the mean is made of. */
import { count, milliseconds } from './figures.js';
import type { LatencyStats, ProfileSnapshot } from './types.js';

/** A percentile is a claim about all records only if at least so many of those measured lie beyond it. */
export const BEYOND_MIN = 10;

const PERCENTILES = [
  { name: 'p50', of: 'p50', beyond: 0.5 },
  { name: 'p95', of: 'p95', beyond: 0.05 },
  { name: 'p99', of: 'p99', beyond: 0.01 },
  { name: 'p99.9', of: 'p999', beyond: 0.001 },
  { name: 'p99.99', of: 'p9999', beyond: 0.0001 },
] as const;

const STAGES = ['schedule', 'buffer', 'compression', 'request', 'retry'] as const;

/** Whether so many records are enough for the percentile that leaves this share of them beyond it. */
export function isClaim(records: number, beyond: number): boolean {
  // Rounding of 1 − 0.999 must not cost the last record.
  return records * beyond >= BEYOND_MIN - 1e-6;
}

/** Two lines, or none while nothing was measured. */
export function spread({ latencyMs }: ProfileSnapshot): string[] {
  const { total } = latencyMs;
  if (total.count === 0) return [];
  const stages = STAGES.map((stage) => `${stage} ${milliseconds(latencyMs[stage].mean)}`);
  return [percentiles(total), `mean ${milliseconds(total.mean)} = ${stages.join(' + ')}`];
}

function percentiles(total: LatencyStats): string {
  const claims = PERCENTILES.filter(({ beyond }) => isClaim(total.count, beyond));
  const rest = PERCENTILES.filter((one) => !claims.includes(one)).map(({ name }) => name);
  const told = claims.map(({ name, of }) => `${name} ${milliseconds(total[of])}`);
  const sample = rest.length > 0 ? ` (too few for ${rest.join(', ')})` : '';
  const all = [...told, `max ${milliseconds(total.max)}`].join(', ');
  return `latency of ${count(total.count)} records: ${all}${sample}`;
}
