/** One point a second of a run: what lies between two looks at its figures, which only ever count up. */
import type { HistogramSnapshot, LiveSnapshot } from '../types.js';
import type { Second } from './types.js';

export class Series {
  readonly points: Second[] = [];
  #last: LiveSnapshot | null = null;

  /** `second`: since the run's start, later than that of the look before. */
  look(second: number, live: LiveSnapshot): void {
    const span = second - (this.points.at(-1)?.second ?? 0);
    const latency = between(this.#last?.latency.total, live.latency.total);
    this.points.push({
      second,
      recordsPerSecond: (sent(live) - (this.#last === null ? 0 : sent(this.#last))) / span,
      p50Ms: percentile(latency, 0.5),
      p99Ms: percentile(latency, 0.99),
      bufferBytes: live.bufferBytes,
      inFlight: live.inFlightRequests,
      retries: live.profile.retries - (this.#last?.profile.retries ?? 0),
    });
    this.#last = live;
  }
}

function sent({ profile }: LiveSnapshot): number {
  return profile.records;
}

type Counts = readonly (readonly [bound: number, count: number])[];

/** The counts added since `before`, by upper bound (ms), rising. */
function between(before: HistogramSnapshot | undefined, after: HistogramSnapshot): Counts {
  const had = new Map(before?.bounds.map((bound, i) => [bound, before.counts[i]!]));
  return after.bounds
    .map((bound, i) => [bound, after.counts[i]! - (had.get(bound) ?? 0)] as const)
    .filter(([, count]) => count > 0);
}

function percentile(counts: Counts, share: number): number | null {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bound, count] of counts) {
    seen += count;
    if (seen >= share * total) return bound;
  }
  return null;
}
