/** Debian's Prometheus, with the configuration that docker-compose mounts, scrapes a run. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { needs } from '../support/tiers.js';
import { ended, freePort } from '../support/tools.js';
import { type RunningCli, startEventmill } from '../support/tools-cli.js';
import { dashboardQueries, prometheus } from '../support/tools-monitoring.js';

interface Scraper {
  /** The values that a query gives now, one for each series. */
  query(promql: string): Promise<number[]>;
  stop(): Promise<void>;
}

await needs([prometheus], () => {
  let mill: RunningCli;
  let scraper: Scraper;

  beforeAll(async () => {
    const port = await freePort();
    const profiles = ['--profile', 'durable,throughput', '--duration', '0', '--rate', '2000/s'];
    mill = startEventmill(['run', 'demo', ...profiles, '--metrics-port', String(port)]);
    scraper = await startPrometheus(port);
  });
  afterAll(async () => {
    await scraper?.stop();
    await mill?.stop();
  });

  const now = (promql: string) => scraper.query(promql);
  const patience = { timeout: 30_000, interval: 500 };

  test('sees both profiles produce', async () => {
    const acked = 'sum by (profile) (rate(eventmill_records_total{fate="acked"}[10s])) > 0';
    await expect.poll(() => now(acked), patience).toHaveLength(2);
  });

  test('gets an answer to every query of the dashboard that a healthy run can answer', async () => {
    const dashboard = JSON.parse(await readFile('config/grafana/dashboards/eventmill.json', 'utf8'));
    // Without faults nothing is retried.
    const queries = dashboardQueries(dashboard).filter(({ panel }) => !panel.startsWith('Retries'));
    expect(queries.length).toBeGreaterThan(15);
    for (const { panel, query } of queries) {
      await expect.poll(() => now(query), { ...patience, message: panel }).not.toEqual([]);
    }
  });

  test('counts every due record under one fate, or as still under way', async () => {
    const due = 'sum(eventmill_due_records_total)';
    const settled = 'sum(eventmill_records_total)';
    const [open] = await now(`${due} - ${settled}`);
    expect(open).toBeGreaterThanOrEqual(0);
    expect(open).toBeLessThan((await now(due))[0]! / 2);
  });
});

async function startPrometheus(target: number): Promise<Scraper> {
  const folder = await mkdtemp(join(tmpdir(), 'eventmill-prometheus-'));
  const config = await readFile('config/prometheus/prometheus.yml', 'utf8');
  const adapted = config
    .replace('eventmill:9464', `127.0.0.1:${target}`)
    .replaceAll(/_interval: 5s/g, '_interval: 1s');
  expect(adapted).toContain(`127.0.0.1:${target}`);
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, adapted);
  const port = await freePort();
  const options = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const child = spawn('prometheus', [...options, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}`;
  const scraper: Scraper = {
    async query(promql) {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
      const { status, error, data } = (await response.json()) as Answer;
      if (status !== 'success') throw new Error(`${promql}: ${error}`);
      return data.result.map(({ value }) => Number(value[1]));
    },
    async stop() {
      await ended(child);
      process.removeListener('exit', end);
      await rm(folder, { recursive: true, force: true });
    },
  };
  const ready = async () => {
    const response = await fetch(`${url}/-/ready`);
    if (!response.ok) throw new Error(`Prometheus answers ${response.status}`);
  };
  try {
    await vi.waitFor(ready, { timeout: 20_000, interval: 200 });
  } catch (error) {
    await scraper.stop();
    throw error;
  }
  return scraper;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}
