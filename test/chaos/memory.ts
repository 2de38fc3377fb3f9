/** What a process holds in memory as time goes on, and whether that grows. */

/** One look. Bytes, and seconds since the first look. */
export interface MemorySample {
  readonly seconds: number;
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

export interface Growth {
  /** Bytes a minute: the slope of the line that fits the samples after the warm-up best. */
  readonly perMinute: number;
  /** The lowest of the first fifth after the warm-up, and of the last: what a collection leaves, not what it finds. */
  readonly early: number;
  readonly late: number;
  readonly max: number;
}

/** What a Prometheus exposition of eventmill's says of the process's memory. Throws when it says nothing. */
export function memoryOf(exposition: string, seconds: number): MemorySample {
  const read = (name: string): number => {
    const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(exposition);
    if (found === null) throw new Error(`expected ${name} among the metrics, found none`);
    return Number(found[1]);
  };
  return {
    seconds,
    rss: read('process_resident_memory_bytes'),
    heap: read('nodejs_heap_size_used_bytes'),
    external: read('nodejs_external_memory_bytes'),
  };
}

/** How one of the figures has grown since `warmUpSeconds`; `undefined` with too few samples to tell. */
export function growth(
  samples: readonly MemorySample[],
  of: 'rss' | 'heap' | 'external',
  warmUpSeconds: number,
): Growth | undefined {
  const warm = samples.filter(({ seconds }) => seconds >= warmUpSeconds);
  if (warm.length < 5) return undefined;
  const values = warm.map((sample) => sample[of]);
  const fifth = Math.ceil(warm.length / 5);
  return {
    perMinute:
      60 *
      slope(
        warm.map(({ seconds }) => seconds),
        values,
      ),
    early: Math.min(...values.slice(0, fifth)),
    late: Math.min(...values.slice(-fifth)),
    max: Math.max(...values),
  };
}

/** Least squares. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const [x0, y0] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0);
  const variance = xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
  return covariance / variance;
}
