/**
 * Debian's Prometheus, with the configuration and rules that docker-compose mounts, scrapes two mills each second: one that is
 * well, comes to its end and stays up for a last scrape, and one whose broker refuses records.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Summary } from '../../src/types.js';
import { type Prometheus, startPrometheus } from '../support/prometheus.js';
import { needs } from '../support/tiers.js';
import { freePort } from '../support/tools.js';
import { type RunningCli, readSummary, startEventmill } from '../support/tools-cli.js';
import { type Dashboard, dashboardQueries, filled, prometheus } from '../support/tools-monitoring.js';

const dashboard: Dashboard = JSON.parse(readFileSync('config/grafana/dashboards/eventmill.json', 'utf8'));
const variables = dashboard.templating.list;
const recorded = [...readFileSync('config/prometheus/rules.yml', 'utf8').matchAll(/- record: (\S+)/g)];

await needs([prometheus], () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-scraped-'));
  const file = join(folder, 'summary.json');
  const began = Date.now() / 1000;
  let well: RunningCli;
  let ill: RunningCli;
  let wellAt: string;
  let illAt: string;
  let scraper: Prometheus;

  beforeAll(async () => {
    const [wellPort, illPort] = [await freePort(), await freePort()];
    wellAt = `127.0.0.1:${wellPort}`;
    illAt = `127.0.0.1:${illPort}`;
    scraper = await startPrometheus([wellPort, illPort]);
    const faults = ['produce:error=NOT_LEADER_OR_FOLLOWER,every=5', 'produce:error=INVALID_RECORD,every=7'];
    ill = startEventmill([
      ...['run', 'demo', '--profile', 'durable,async', '--duration', '0', '--rate', '500/s'],
      ...faults.flatMap((fault) => ['--sandbox-fault', fault]),
      ...['--metrics-port', String(illPort)],
    ]);
    well = startEventmill([
      ...['run', 'demo', '--profile', 'durable,throughput', '--duration', '25s', '--rate', '2000/s'],
      ...['--verify', '--summary', file],
      ...['--metrics-port', String(wellPort), '--metrics-hold', '10m'],
    ]);
    await well.says(/stays up for a last scrape/, 60_000);
  }, 90_000);
  afterAll(async () => {
    await scraper?.stop();
    await well?.stop();
    await ill?.stop();
    rmSync(folder, { recursive: true });
  }, 60_000);

  const patience = { timeout: 20_000, interval: 500 };
  const value = async (promql: string, at?: number) => (await scraper.query(promql, at))[0]?.values[0];
  const summary = (): Summary => readSummary(file);

  test('sees what the summary says: the same counts at the end, and on the way the same rate within 5 %', async () => {
    const { profiles, startedAt } = summary();
    expect(profiles.map(({ name }) => name)).toEqual(['durable', 'throughput']);
    for (const { name, acked, due, seconds, recordsPerSecond } of profiles) {
      const own = `instance="${wellAt}", profile="${name}"`;
      const records = `eventmill_records_total{${own}, fate="acked"}`;
      await expect.poll(() => value(`sum(${records})`), patience).toBe(acked);
      expect(await value(`eventmill_due_records_total{${own}}`)).toBe(due);
      // Of several looks the median: a machine that stands still for a moment delays a scrape, or has a backlog at one end.
      // On a slow one the first records come seconds after the start, and none may look so far back.
      const shortBeforeTheEnd = Date.parse(startedAt) / 1000 + seconds - 2;
      const looks = [0, 1, 2, 3, 4, 5, 6].map((ago) =>
        value(`sum(rate(${records}[10s]))`, shortBeforeTheEnd - ago),
      );
      const rates = (await Promise.all(looks)).filter((rate) => rate !== undefined).sort((a, b) => a - b);
      expect(rates.length).toBeGreaterThan(3);
      const rate = rates[rates.length >> 1]!;
      expect(rate / recordsPerSecond).toBeGreaterThan(0.95);
      expect(rate / recordsPerSecond).toBeLessThan(1.05);
    }
  });

  test('works out quantiles that lie next to the summary’s', async () => {
    for (const { name, latencyMs } of summary().profiles) {
      const buckets = `eventmill_latency_seconds_bucket{instance="${wellAt}", profile="${name}", stage="total"}`;
      for (const [share, exact] of [
        [0.5, latencyMs.total.p50],
        [0.99, latencyMs.total.p99],
      ] as const) {
        const found = (await value(`histogram_quantile(${share}, ${buckets})`))! * 1000;
        // Within a bucket, whose ends lie a factor of 1.5 apart, and the share of a fine bucket that straddles an end.
        expect(found / exact).toBeGreaterThan(1 / 1.55);
        expect(found / exact).toBeLessThan(1.55);
      }
    }
  });

  test('adds up histograms of machines and profiles, for they have the same buckets', async () => {
    for (const metric of ['latency_seconds', 'batch_records', 'batch_bytes']) {
      const counts = await scraper.query(`count by (le) (eventmill_${metric}_bucket)`);
      expect(new Set(counts.map(({ values }) => values[0])).size).toBe(1);
    }
    const added = await scraper.query('sum by (le) (eventmill_latency_seconds_bucket{stage="total"})');
    const inOrder = added.sort((a, b) => upper(a.labels['le']!) - upper(b.labels['le']!));
    const cumulative = inOrder.map(({ values }) => values[0]!);
    expect(cumulative).toEqual([...cumulative].sort((a, b) => a - b));
    expect(cumulative.length).toBeGreaterThan(40);
  });

  test('gets an answer to every query of the dashboard', async () => {
    const queries = dashboardQueries(dashboard);
    expect(queries.length).toBeGreaterThan(30);
    for (const { panel, query, instant } of queries) {
      const asked = filled(query, variables);
      const finite = async () => {
        const series = instant ? await scraper.query(asked) : await scraper.range(asked, began);
        return series.flatMap(({ values }) => values).filter(Number.isFinite).length;
      };
      await expect.poll(finite, { ...patience, message: `${panel}: ${asked}` }).toBeGreaterThan(0);
    }
  });

  test('gets an answer to every query of docs/metrics.md', async () => {
    const docs = readFileSync('docs/metrics.md', 'utf8');
    const queries = [...docs.matchAll(/^```promql\n([\s\S]+?)\n```$/gm)].map(([, query]) => query!);
    expect(queries.length).toBeGreaterThan(20);
    for (const query of queries) {
      const finite = async () => {
        const series = await scraper.range(query, began);
        return series.flatMap(({ values }) => values).filter(Number.isFinite).length;
      };
      await expect.poll(finite, { ...patience, message: query }).toBeGreaterThan(0);
    }
  });

  test('offers in each variable of the dashboard what there is', async () => {
    const offered = async (name: string) => {
      const definition = filled(variables.find((one) => one.name === name)!.definition!, variables);
      const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(definition)!;
      return scraper.labelValues(selector!, label!);
    };
    expect(await offered('instance')).toEqual([wellAt, illAt].sort());
    expect(await offered('profile')).toEqual(['async', 'durable', 'throughput']);
    const stages = variables.find(({ name }) => name === 'stage')!.query as string;
    const served = await scraper.labelValues('eventmill_latency_seconds_count', 'stage');
    expect(stages.split(',').sort()).toEqual(served);
  });

  test('shows no more than was chosen, one or several', async () => {
    for (const chosen of [['durable'], ['async', 'throughput']]) {
      for (const { query, panel } of dashboardQueries(dashboard)) {
        if (!query.includes('$profile')) continue;
        const asked = filled(query, variables, { profile: chosen, stage: ['total'] });
        const series = await scraper.range(asked, began);
        const profiles = series.flatMap(({ labels }) => labels['profile'] ?? []);
        expect(
          profiles.filter((name) => !chosen.includes(name)),
          panel,
        ).toEqual([]);
      }
    }
  });

  test('records every rule, and calls for help where records are lost, and only there', async () => {
    expect(recorded.length).toBeGreaterThan(9);
    for (const [, name] of recorded)
      await expect.poll(() => scraper.query(name!), { ...patience, message: name! }).not.toEqual([]);
    const lost = 'ALERTS{alertname="EventmillRecordsNotDelivered", alertstate="firing"}';
    const where = async () => {
      const firing = await scraper.query(lost);
      return [...new Set(firing.map(({ labels }) => labels['instance']))];
    };
    await expect.poll(where, patience).toEqual([illAt]);
  });

  test('counts every due record under one fate, or as still under way', async () => {
    for (const profile of ['durable', 'async']) {
      const own = `{instance="${illAt}", profile="${profile}"}`;
      const open = (
        await scraper.range(
          `eventmill_due_records_total${own} - on (profile) sum by (profile) (eventmill_records_total${own})`,
          began,
        )
      )[0]!.values;
      expect(open.length).toBeGreaterThan(10);
      expect(Math.min(...open)).toBeGreaterThanOrEqual(0);
      expect(
        await value(`sum(eventmill_records_total${own.replace('}', ', fate="failed"}')})`),
      ).toBeGreaterThan(0);
    }
  });
});

function upper(le: string): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}
