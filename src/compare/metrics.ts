/** What is measured, in the order in which it is shown, and how it follows from a run's figures. */
import { BEYOND_MIN } from '../spread.js';
import type { HistogramSnapshot, LiveSnapshot } from '../types.js';
import type { MetricName, Metrics } from './types.js';

export interface Metric {
  readonly name: MetricName;
  /** For people, without the unit. */
  readonly title: string;
  readonly unit: 'records/s' | 'MB/s' | 'ms' | 's' | 'B' | '×' | 'records' | 'share' | '/s' | 'per million';
  /** Which way is better; null where it depends on what one wants. */
  readonly better: 'higher' | 'lower' | null;
  /** What it is, in one sentence. */
  readonly doc: string;
}

const latency = (name: MetricName, title: string, doc: string): Metric => ({
  name,
  title,
  unit: 'ms',
  better: 'lower',
  doc,
});

export const METRICS: readonly Metric[] = [
  {
    name: 'recordsPerSecond',
    title: 'throughput',
    unit: 'records/s',
    better: 'higher',
    doc: 'Records acknowledged (with acks 0: written) per second, from the first made to the last acknowledged.',
  },
  {
    name: 'mbPerSecond',
    title: 'data',
    unit: 'MB/s',
    better: 'higher',
    doc: 'Keys, values and headers of those records, before compression.',
  },
  latency('meanMs', 'mean latency', 'From the moment a record was due until its acknowledgement.'),
  latency('p50Ms', 'p50', 'Half of the records took no longer.'),
  latency('p95Ms', 'p95', '95 % of the records took no longer.'),
  latency('p99Ms', 'p99', '99 % of the records took no longer.'),
  latency('p999Ms', 'p99.9', '99.9 % of the records took no longer.'),
  latency('p9999Ms', 'p99.99', '99.99 % of the records took no longer.'),
  latency('maxMs', 'longest', 'The slowest record.'),
  {
    name: 'cpuSecondsPerMillion',
    title: 'CPU',
    unit: 's',
    better: 'lower',
    doc: 'User and system time of the producing process per million records, making the events included.',
  },
  {
    name: 'wireBytesPerMillion',
    title: 'wire',
    unit: 'B',
    better: 'lower',
    doc: 'Bytes sent to the brokers, with all framing, per million records.',
  },
  {
    name: 'compressionRatio',
    title: 'compression',
    unit: '×',
    better: 'higher',
    doc: 'Bytes of batches before compression ÷ bytes sent.',
  },
  {
    name: 'batchRecords',
    title: 'batch',
    unit: 'records',
    better: null,
    doc: 'Records in a batch, on the mean.',
  },
  {
    name: 'batchFill',
    title: 'batch fill',
    unit: 'share',
    better: null,
    doc: 'How full batches were when they were closed: their mean size, as compressed, ÷ batchBytes.',
  },
  {
    name: 'requestsPerSecond',
    title: 'requests',
    unit: '/s',
    better: null,
    doc: 'Produce requests per second.',
  },
  {
    name: 'memoryBytes',
    title: 'memory',
    unit: 'B',
    better: 'lower',
    doc: 'The largest resident size of the producing process during the trial.',
  },
  {
    name: 'retriesPerMillion',
    title: 'retries',
    unit: 'per million',
    better: 'lower',
    doc: 'Batches sent again, per million records.',
  },
];

export function metricOf(name: MetricName): Metric {
  return METRICS.find((metric) => metric.name === name)!;
}

const MILLION = 1e6;

/** The share of records beyond each percentile. */
const BEYOND: { readonly [M in MetricName]?: number } = {
  p50Ms: 0.5,
  p95Ms: 0.05,
  p99Ms: 0.01,
  p999Ms: 0.001,
  p9999Ms: 0.0001,
};

/** How many records of a trial it takes to say this of it. */
export function recordsFor(name: MetricName): number {
  return Math.ceil(BEYOND_MIN / (BEYOND[name] ?? BEYOND_MIN) - 1e-6);
}

/** `memoryBytes` is the largest resident size. What cannot be said is NaN: figures of nothing, and percentiles of too few. */
export function metricsOf({ profile, ...live }: LiveSnapshot, memoryBytes: number): Metrics {
  const { mean, p50, p95, p99, p999, p9999, max, count } = profile.latencyMs.total;
  const sent = profile.records;
  const millions = sent / MILLION;
  const ofAny = (value: number) => (sent > 0 ? value : Number.NaN);
  const ofMany = (name: MetricName, value: number) => (count >= recordsFor(name) ? value : Number.NaN);
  return {
    recordsPerSecond: ofAny(profile.recordsPerSecond),
    mbPerSecond: ofAny(profile.mbPerSecond),
    meanMs: ofMany('meanMs', mean),
    p50Ms: ofMany('p50Ms', p50),
    p95Ms: ofMany('p95Ms', p95),
    p99Ms: ofMany('p99Ms', p99),
    p999Ms: ofMany('p999Ms', p999),
    p9999Ms: ofMany('p9999Ms', p9999),
    maxMs: ofMany('maxMs', max),
    cpuSecondsPerMillion: profile.cpuSeconds / millions,
    wireBytesPerMillion: profile.wireBytes / millions,
    compressionRatio: ofAny(live.compressionRatio),
    batchRecords: meanOf(live.batchRecords),
    batchFill: meanOf(live.batchBytes) / Math.max(1, live.compressionRatio) / profile.settings.batchBytes,
    requestsPerSecond: ofAny(profile.requests / profile.seconds),
    memoryBytes,
    retriesPerMillion: profile.retries / millions,
  };
}

function meanOf({ sum, count }: HistogramSnapshot): number {
  return sum / count;
}
