/** The text of /metrics, read from the snapshot at the time of the scrape; the only importer of prom-client. */
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { HistogramSnapshot, Snapshot } from '../types.js';
import { FAMILIES, type Family, type Sample } from './families.js';

export interface Metrics {
  readonly contentType: string;
  /** The exposition in Prometheus's text format. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  /** CPU, memory, event loop and garbage collection of the process. Default: true. */
  readonly ofProcess?: boolean;
}

const PREFIX = 'eventmill_';

/** Gauges whose names end as counters' do; promtool says so. Their parts without `_total` remain. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Metrics over whatever `current` gives at a scrape: undefined while there is no run yet. */
export function createMetrics(current: () => Snapshot | undefined, options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.ofProcess ?? true) {
    collectDefaultMetrics({ register: registry });
    for (const name of MISNAMED) registry.removeSingleMetric(name);
  }
  // All metrics of one scrape speak of one moment, so that their sums agree.
  const scrape: { snapshot: Snapshot | undefined } = { snapshot: undefined };
  for (const family of FAMILIES) registry.registerMetric(asMetric(family, scrape));
  return {
    contentType: registry.contentType,
    text() {
      scrape.snapshot = current();
      return registry.metrics();
    },
  };
}

/** For whoever writes snapshots down: the text of one. Without the process, which has no place beside those of others. */
export function snapshotText(): (snapshot: Snapshot) => Promise<{ text: string; contentType: string }> {
  let current: Snapshot | undefined;
  const metrics = createMetrics(() => current, { ofProcess: false });
  return async (snapshot) => {
    current = snapshot;
    return { text: await metrics.text(), contentType: metrics.contentType };
  };
}

interface Value {
  readonly labels: Readonly<{ [label: string]: string }>;
  readonly value: number;
  readonly metricName: string;
}

/** The registry asks a metric for no more than its name and `get()`; prom-client's own classes would each keep a second count. */
function asMetric(family: Family, scrape: { readonly snapshot: Snapshot | undefined }): Metric {
  const name = PREFIX + family.name;
  const metric = {
    name,
    get() {
      const samples = scrape.snapshot === undefined ? [] : family.read(scrape.snapshot);
      const values = samples.flatMap((sample) => valuesOf(family, name, sample));
      return Promise.resolve({ name, help: family.help, type: family.type, values, aggregator: 'sum' });
    },
  };
  return metric as unknown as Metric;
}

function valuesOf(family: Family, name: string, { labels, value }: Sample): Value[] {
  if (typeof value === 'number') return [{ labels, value, metricName: name }];
  const factor = family.factor ?? 1;
  const bounds = family.bounds ?? [];
  const cumulative = thin(
    value,
    bounds.map((bound) => bound / factor),
  );
  const buckets = [...bounds.map(String), '+Inf'].map((le, at) => ({
    labels: { ...labels, le },
    value: cumulative[at]!,
    metricName: `${name}_bucket`,
  }));
  return [
    ...buckets,
    { labels, value: value.sum * factor, metricName: `${name}_sum` },
    { labels, value: cumulative.at(-1)!, metricName: `${name}_count` },
  ];
}

/**
 * Cumulative counts at few bounds from counts in many buckets. A fine bucket counts under the first bound that is not
 * below its own upper end, so a value is never said to be smaller than it may have been; buckets are 3 % wide at most.
 */
export function thin(histogram: HistogramSnapshot, bounds: readonly number[]): number[] {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  let at = 0;
  histogram.counts.forEach((count, index) => {
    // The tolerance keeps bounds that are equal but for rounding together.
    while (at < bounds.length && histogram.bounds[index]! > bounds[at]! * (1 + 1e-9)) at++;
    counts[at]! += count;
  });
  for (let index = 1; index < counts.length; index++) counts[index]! += counts[index - 1]!;
  return counts;
}
