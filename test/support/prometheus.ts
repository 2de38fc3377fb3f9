/** A Prometheus of Debian's with the configuration that docker-compose mounts, scraping what a test has started. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { ended, freePort } from './tools.js';

export interface Series {
  readonly labels: Readonly<{ [label: string]: string }>;
  /** One for a query of a moment, one for each step of a range. */
  readonly values: readonly number[];
}

export interface Prometheus {
  /** What a query gives at a time (seconds since the epoch; default: now). */
  query(promql: string, at?: number): Promise<Series[]>;
  /** What a query gives each second from `from` until now. */
  range(promql: string, from: number): Promise<Series[]>;
  /** Grafana's `label_values(selector, label)`. */
  labelValues(selector: string, label: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** Scrapes these ports of this machine each second and evaluates the rules as often; `more` is added to scrape_configs. */
export async function startPrometheus(targets: readonly number[], more = ''): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'eventmill-prometheus-'));
  await cp('config/prometheus', folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  const text = await readFile(file, 'utf8');
  const named = targets.map((port) => `"127.0.0.1:${port}"`).join(', ');
  const adapted = text.replace('"eventmill:9464"', named).replaceAll(/_interval: 5s/g, '_interval: 1s');
  if (!adapted.includes(named) || !adapted.includes('scrape_interval: 1s'))
    throw new Error('config/prometheus/prometheus.yml is not as this expects it');
  await writeFile(file, adapted + more);
  const port = await freePort();
  const options = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const child = spawn('prometheus', [...options, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const prometheus = client(`http://127.0.0.1:${port}`, async () => {
    await ended(child);
    process.removeListener('exit', end);
    await rm(folder, { recursive: true, force: true });
  });
  try {
    const ready = () => prometheus.query('vector(1)');
    await vi.waitFor(ready, { timeout: 30_000, interval: 200 });
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
  return prometheus;
}

function client(url: string, stop: () => Promise<void>): Prometheus {
  const ask = async <T>(path: string, parameters: { [name: string]: string }): Promise<T> => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, error, data } = (await response.json()) as Answer<T>;
    if (status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${error}`);
    return data;
  };
  return {
    async query(promql, at) {
      const time = at === undefined ? {} : { time: String(at) };
      const { result } = await ask<{ result: Instant[] }>('query', { query: promql, ...time });
      return result.map(({ metric, value }) => ({ labels: metric, values: [number(value[1])] }));
    },
    async range(promql, from) {
      const span = { start: String(from), end: String(Date.now() / 1000), step: '1' };
      const { result } = await ask<{ result: Range[] }>('query_range', { query: promql, ...span });
      return result.map(({ metric, values }) => ({
        labels: metric,
        values: values.map(([, text]) => number(text)),
      }));
    },
    labelValues: (selector, label) => ask<string[]>(`label/${label}/values`, { 'match[]': selector }),
    stop,
  };
}

function number(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}

interface Answer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data: T;
}

type Labels = Readonly<{ [label: string]: string }>;
interface Instant {
  readonly metric: Labels;
  readonly value: readonly [number, string];
}
interface Range {
  readonly metric: Labels;
  readonly values: readonly (readonly [number, string])[];
}
