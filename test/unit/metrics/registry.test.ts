import { expect, it } from 'vitest';
import { createMetrics, thin } from '../../../src/metrics/registry.js';
import type { Snapshot } from '../../../src/types.js';
import { profileSnapshot, snapshot } from '../../support/snapshots.js';

const scrape = (current: Snapshot | undefined) => createMetrics(() => current, { ofProcess: false }).text();

const TWO = snapshot([
  {
    name: 'durable',
    acked: 995,
    expired: 5,
    pending: 10,
    retriesByCode: { REQUEST_TIMED_OUT: 3, NOT_LEADER_OR_FOLLOWER: 1 },
    errors: { DELIVERY_TIMEOUT: 5 },
    verify: { read: 997, lost: 0, duplicated: 2, reordered: 0, corrupted: 0, excused: 3 },
  },
  {
    name: 'fire-and-forget',
    acked: 0,
    unacknowledged: 500,
    settings: { acks: 0, idempotent: false },
    topic: 'a"b\\c',
  },
]);

it('writes the exposition as it is frozen here', async () => {
  await expect(await scrape(TWO)).toMatchFileSnapshot('exposition.prom');
});

/** name → type, and each sample, by the grammar of the text format 0.0.4. */
function parse(text: string) {
  const types = new Map<string, string>();
  const samples: { name: string; labels: { [label: string]: string }; value: number }[] = [];
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line);
    if (type !== null) {
      expect(types.has(type[1]!)).toBe(false);
      types.set(type[1]!, type[2]!);
    } else if (line !== '' && !/^# HELP \S+ \S/.test(line)) {
      const sample = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
      expect(sample, line).not.toBeNull();
      const labels: { [label: string]: string } = {};
      const body = sample![2] ?? '';
      const pairs = body.matchAll(/([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g);
      let read = 0;
      for (const pair of pairs) {
        labels[pair[1]!] = pair[2]!;
        read += pair[0].length;
      }
      expect(read, line).toBe(body.length);
      const value = sample![3] === '+Inf' ? Number.POSITIVE_INFINITY : Number(sample![3]);
      // prom-client's `Nan` is what an event loop delay of no measurements is; Prometheus reads it in any case.
      if (sample![3] !== 'Nan') expect(value, line).not.toBeNaN();
      samples.push({ name: sample![1]!, labels, value });
    }
  }
  return { types, samples };
}

it('has the names and types that dashboards rely on', async () => {
  const { types } = parse(await scrape(TWO));
  expect(Object.fromEntries(types)).toEqual({
    eventmill_records_total: 'counter',
    eventmill_due_records_total: 'counter',
    eventmill_record_bytes_total: 'counter',
    eventmill_wire_bytes_total: 'counter',
    eventmill_batches_total: 'counter',
    eventmill_requests_total: 'counter',
    eventmill_retries_total: 'counter',
    eventmill_errors_total: 'counter',
    eventmill_latency_seconds: 'histogram',
    eventmill_batch_records: 'histogram',
    eventmill_batch_bytes: 'histogram',
    eventmill_compression_ratio: 'gauge',
    eventmill_buffer_bytes: 'gauge',
    eventmill_buffer_limit_bytes: 'gauge',
    eventmill_in_flight_requests: 'gauge',
    eventmill_target_records_per_second: 'gauge',
    eventmill_verified_records: 'gauge',
    eventmill_run_phase: 'gauge',
    eventmill_run_start_time_seconds: 'gauge',
    eventmill_run_info: 'gauge',
    eventmill_profile_info: 'gauge',
  });
});

it('gives figures that agree: records by fate add up to due less what is pending', async () => {
  const { samples } = parse(await scrape(TWO));
  const of = (name: string, profile: string) =>
    samples
      .filter((sample) => sample.name === name && sample.labels['profile'] === profile)
      .reduce((sum, sample) => sum + sample.value, 0);
  expect(of('eventmill_records_total', 'durable') + 10).toBe(of('eventmill_due_records_total', 'durable'));
  expect(of('eventmill_retries_total', 'durable')).toBe(4);
});

it('gives cumulative buckets that end in the count, for every stage', async () => {
  const { samples } = parse(await scrape(TWO));
  for (const stage of ['schedule', 'buffer', 'compression', 'request', 'retry', 'total']) {
    const own = samples.filter(({ labels }) => labels['stage'] === stage && labels['profile'] === 'durable');
    const buckets = own
      .filter(({ name }) => name === 'eventmill_latency_seconds_bucket')
      .map(({ value }) => value);
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    const count = own.find(({ name }) => name === 'eventmill_latency_seconds_count')!.value;
    expect(buckets.at(-1)).toBe(count);
    expect(count).toBe(1000);
  }
  const sum = samples.find(
    ({ name, labels }) => name === 'eventmill_latency_seconds_sum' && labels['stage'] === 'total',
  );
  // 1,000 records of 8 ms are 8 s.
  expect(sum!.value).toBeCloseTo(8);
});

it('puts the settings on profile_info in snake case, with an empty label for none', async () => {
  const { samples } = parse(await scrape(TWO));
  const info = samples.find(
    ({ name, labels }) => name === 'eventmill_profile_info' && labels['profile'] === 'durable',
  );
  expect(info!.labels).toMatchObject({
    acks: 'all',
    linger_ms: '5',
    compression_level: '',
    when_full: 'wait',
  });
});

it('tells the phase as one gauge of five that is 1', async () => {
  const phases = (await scrape(snapshot([], { phase: 'verifying' }))).match(/^eventmill_run_phase.*$/gm);
  expect(phases).toEqual([
    'eventmill_run_phase{phase="starting"} 0',
    'eventmill_run_phase{phase="running"} 0',
    'eventmill_run_phase{phase="flushing"} 0',
    'eventmill_run_phase{phase="verifying"} 1',
    'eventmill_run_phase{phase="done"} 0',
  ]);
});

it('tells what was read back only where something was', async () => {
  const { samples } = parse(await scrape(TWO));
  const verified = samples.filter(({ name }) => name === 'eventmill_verified_records');
  expect(verified.map(({ labels, value }) => [labels['profile'], labels['verdict'], value])).toEqual([
    ['durable', 'read', 997],
    ['durable', 'lost', 0],
    ['durable', 'duplicated', 2],
    ['durable', 'reordered', 0],
    ['durable', 'corrupted', 0],
  ]);
});

it('never names keys or error texts as labels', async () => {
  const { samples } = parse(await scrape(TWO));
  const names = new Set(
    samples.filter(({ name }) => !name.endsWith('_info')).flatMap(({ labels }) => Object.keys(labels)),
  );
  expect([...names].sort()).toEqual(['code', 'fate', 'le', 'phase', 'profile', 'stage', 'topic', 'verdict']);
});

it('shows the same moment in all metrics of a scrape', async () => {
  let acked = 0;
  const metrics = createMetrics(() => snapshot([{ acked: ++acked }]), { ofProcess: false });
  for (let time = 1; time <= 3; time++) {
    const { samples } = parse(await metrics.text());
    expect(samples.find(({ labels }) => labels['fate'] === 'acked')!.value).toBe(time);
    expect(samples.find(({ name }) => name === 'eventmill_due_records_total')!.value).toBe(time);
  }
});

it('has no samples before there is a run', async () => {
  expect(parse(await scrape(undefined)).samples).toEqual([]);
});

it('adds the metrics of the process, without gauges that are named as counters', async () => {
  const text = await createMetrics(() => undefined).text();
  const { types } = parse(text);
  expect(types.get('process_cpu_user_seconds_total')).toBe('counter');
  expect(types.has('process_resident_memory_bytes')).toBe(true);
  for (const [name, type] of types) expect(type === 'gauge' && name.endsWith('_total'), name).toBe(false);
});

it('counts a fine bucket under the first bound that it lies below as a whole', () => {
  const fine = {
    bounds: [1, 2, 3, 10, Number.POSITIVE_INFINITY],
    counts: [1, 10, 100, 1000, 10_000],
    sum: 0,
    count: 0,
  };
  expect(thin(fine, [2, 5, 10])).toEqual([11, 111, 1111, 11_111]);
  expect(thin(fine, [0.5])).toEqual([0, 11_111]);
  expect(thin({ bounds: [], counts: [], sum: 0, count: 0 }, [1])).toEqual([0, 0]);
});

it('asks max as +Inf', async () => {
  const live = { ...profileSnapshot(), targetRecordsPerSecond: Number.POSITIVE_INFINITY };
  expect(await scrape(snapshot([], { profiles: [live] }))).toContain(
    'eventmill_target_records_per_second{profile="async"} +Inf',
  );
});
