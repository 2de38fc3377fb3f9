/** A fleet seen through Prometheus: what its queries add up over the shards is what `eventmill merge` says of the whole. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STAGES } from '../../src/tally.js';
import type { ProfileSnapshot } from '../../src/types.js';
import { writeWorkload } from '../support/fleet.js';
import { type Prometheus, startPrometheus } from '../support/prometheus.js';
import { needs } from '../support/tiers.js';
import { freePort } from '../support/tools.js';
import { eventmill, type RunningCli, readSummary, startEventmill } from '../support/tools-cli.js';
import { prometheus } from '../support/tools-monitoring.js';

const SHARDS = 2;
const COUNT = 30_000;

await needs([prometheus], () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-sums-'));
  const summaryOf = (shard: number) => join(folder, `shard-${shard}.json`);
  let sandbox: RunningCli;
  let shards: RunningCli[] = [];
  let scraper: Prometheus;
  let whole: ProfileSnapshot;

  beforeAll(async () => {
    sandbox = startEventmill(['sandbox', '--port', '0']);
    const brokers = (await sandbox.says(/listening on (\S+)/))[1]!;
    const ports = await Promise.all(Array.from({ length: SHARDS }, freePort));
    const workload = writeWorkload(folder);
    shards = ports.map((port, shard) =>
      startEventmill([
        ...['run', workload, '--brokers', brokers, '--count', String(COUNT), '--shard', `${shard}/${SHARDS}`],
        ...['--summary', summaryOf(shard), '--metrics-port', String(port), '--metrics-hold', '10m'],
      ]),
    );
    scraper = await startPrometheus(ports);
    for (const shard of shards) await shard.says(/stays up for a last scrape/, 60_000);
    const files = shards.map((_, shard) => summaryOf(shard));
    const merged = await eventmill(['merge', ...files, '--summary', join(folder, 'whole.json')]);
    expect(merged).toMatchObject({ code: 0, stderr: '' });
    whole = readSummary(join(folder, 'whole.json')).profiles[0]!;
  }, 120_000);
  afterAll(async () => {
    await Promise.all([scraper, sandbox, ...shards].map((one) => one?.stop()));
    rmSync(folder, { recursive: true });
  }, 60_000);

  const value = async (promql: string) => (await scraper.query(promql))[0]?.values[0];
  const becomes = (promql: string, expected: number) =>
    expect.poll(() => value(promql), { timeout: 20_000, interval: 500, message: promql }).toBe(expected);

  test('both shards are scraped, and neither made everything', async () => {
    await becomes('count(eventmill_due_records_total)', SHARDS);
    const parts = await scraper.query('eventmill_due_records_total');
    for (const { values } of parts) expect(values[0]).toBeLessThan(COUNT);
  });

  test('counters add up to the merged summary', async () => {
    expect(whole.acked).toBe(COUNT);
    await becomes('sum without (instance) (eventmill_due_records_total)', whole.due);
    await becomes('sum(eventmill_records_total{fate="acked"})', whole.acked);
    await becomes('sum(eventmill_records_total)', whole.due);
    await becomes('sum without (instance) (eventmill_record_bytes_total)', whole.bytes);
    await becomes('sum without (instance) (eventmill_wire_bytes_total)', whole.wireBytes);
    await becomes('sum without (instance) (eventmill_batches_total)', whole.batches);
    await becomes('sum without (instance) (eventmill_requests_total)', whole.requests);
    for (const [topic, { records }] of Object.entries(whole.topics))
      await becomes(`sum(eventmill_records_total{topic="${topic}", fate="acked"})`, records);
  });

  test('histograms add up to the merged ones, and quantiles of the sums lie next to theirs', async () => {
    for (const stage of STAGES) {
      const { count, mean } = whole.latencyMs[stage];
      await becomes(`sum(eventmill_latency_seconds_count{stage="${stage}"})`, count);
      const sum = await value(`sum(eventmill_latency_seconds_sum{stage="${stage}"})`);
      expect(sum! * 1000).toBeCloseTo(mean * count, 3);
    }
    for (const [share, exact] of [
      [0.5, whole.latencyMs.total.p50],
      [0.99, whole.latencyMs.total.p99],
    ] as const) {
      const buckets = 'sum without (instance) (eventmill_latency_seconds_bucket{stage="total"})';
      const found = (await value(`histogram_quantile(${share}, ${buckets})`))! * 1000;
      // Within a bucket, whose ends lie a factor of 1.5 apart, and the share of a fine bucket that straddles an end.
      expect(found / exact).toBeGreaterThan(1 / 1.55);
      expect(found / exact).toBeLessThan(1.55);
    }
  });
});
