/**
 * Runs that are over before anybody scrapes them: a real Pushgateway and a real node_exporter keep their metrics, whole,
 * well-formed and equal to the summary.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { needs } from '../support/tiers.js';
import { ended, freePort, run } from '../support/tools.js';
import { eventmill, readSummary, startEventmill } from '../support/tools-cli.js';
import { nodeExporter, promtool, pushgateway } from '../support/tools-monitoring.js';

const folder = mkdtempSync(join(tmpdir(), 'eventmill-short-'));
const metricsFile = join(folder, 'eventmill.prom');
afterAll(() => rmSync(folder, { recursive: true }));

async function text(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return answer.text();
}

/** A server of Debian's on a port of its own; resolves once it serves /metrics. */
async function started(program: string, args: (port: number) => readonly string[]) {
  const port = await freePort();
  const child: ChildProcess = spawn(program, args(port), { stdio: 'ignore' });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await ended(child);
    process.removeListener('exit', end);
  };
  try {
    await vi.waitFor(() => text(`${url}/metrics`), { timeout: 20_000, interval: 100 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** A Pushgateway that begins empty: Debian's would keep what it is given in a file of the machine's. */
function startGateway() {
  const inMemory = '--persistence.file=';
  return started('prometheus-pushgateway', (port) => [`--web.listen-address=127.0.0.1:${port}`, inMemory]);
}

/** The records of each profile by fate, from the text of /metrics, topics added up. */
function records(exposition: string, filter = ''): { [profile: string]: { [fate: string]: number } } {
  const found: { [profile: string]: { [fate: string]: number } } = {};
  for (const [, labels, value] of exposition.matchAll(/^eventmill_records_total\{(.*)\} (\S+)$/gm)) {
    if (!labels!.includes(filter)) continue;
    const { profile, fate } = Object.fromEntries(
      [...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text]),
    );
    found[profile] ??= {};
    found[profile][fate] = (found[profile][fate] ?? 0) + Number(value);
  }
  return found;
}

const PAIR = ['--profile', 'durable,fire-and-forget', '--count', '2000', '--rate', 'max'];

describe('a metrics file', () => {
  const summary = join(folder, 'file.json');

  test('holds what the summary says, without a port', async () => {
    const flags = ['--metrics-port', 'off', '--metrics-file', metricsFile, '--summary', summary];
    const { code, stderr } = await eventmill(['run', 'demo', ...PAIR, '--verify', ...flags]);
    expect(code, stderr).toBe(0);
    const exposition = readFileSync(metricsFile, 'utf8');
    for (const { name, acked, failed, expired, dropped, unacknowledged } of readSummary(summary).profiles)
      expect(records(exposition)[name]).toEqual({ acked, failed, expired, dropped, unacknowledged });
    expect(exposition).toContain('eventmill_verified_records{profile="durable",verdict="read"} 2000');
    expect(exposition).toContain('eventmill_run_phase{phase="done"} 1');
  });

  test('is a mistake told before anything is sent when it cannot be written', async () => {
    const { code, stdout, stderr } = await eventmill([
      ...['run', 'smoke', '--metrics-port', 'off', '--metrics-file', '/nowhere/x.prom'],
      ...['--pushgateway', 'http://mill:secret@127.0.0.1:1'],
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--metrics-file /nowhere/x.prom: expected a file that can be written');
    expect(stderr).toContain(
      '--pushgateway http://127.0.0.1:1/metrics/job/eventmill/workload/smoke: expected',
    );
    expect(stderr).not.toContain('secret');
  });
});

await needs([promtool], () => {
  test('promtool finds nothing to say of the file', async () => {
    const { code, stdout, stderr } = await run('promtool', ['check', 'metrics'], {
      stdin: readFileSync(metricsFile),
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(code).toBe(0);
  });

  test('nor of /metrics, before, while and after records are retried and fail, the process included', async () => {
    const mill = startEventmill([
      ...['run', 'demo', '--profile', 'durable,kafkajs', '--rate', '500/s', '--duration', '3s'],
      ...['--sandbox-fault', 'produce:error=NOT_LEADER_OR_FOLLOWER,every=5'],
      ...['--sandbox-fault', 'produce:error=INVALID_RECORD,every=7'],
      ...['--metrics-port', '0', '--metrics-hold', '1m'],
    ]);
    try {
      const [, url] = await mill.says(/metrics: (http:\S+)\)/);
      const check = async () => {
        const exposition = await text(url!);
        const { code, stdout, stderr } = await run('promtool', ['check', 'metrics'], { stdin: exposition });
        expect(`${stdout}${stderr}`).toBe('');
        expect(code).toBe(0);
        return exposition;
      };
      await check();
      await vi.waitFor(async () => expect(await text(url!)).toMatch(/^eventmill_errors_total\{/m), 20_000);
      expect(await check()).toMatch(/^eventmill_retries_total\{.*NOT_LEADER_OR_FOLLOWER/m);
      await mill.says(/stays up for a last scrape/);
      expect(await check()).toMatch(/^process_cpu_seconds_total /m);
    } finally {
      await mill.stop();
    }
  });
});

await needs([nodeExporter], () => {
  test('node_exporter serves the file beside metrics of its own', async () => {
    const exporter = await started('prometheus-node-exporter', (port) => [
      ...[`--web.listen-address=127.0.0.1:${port}`, '--collector.disable-defaults'],
      ...['--collector.textfile', `--collector.textfile.directory=${folder}`],
    ]);
    try {
      const served = await text(`${exporter.url}/metrics`);
      expect(served).toContain('node_textfile_scrape_error 0');
      expect(records(served)).toEqual(records(readFileSync(metricsFile, 'utf8')));
      expect(records(served)['durable']!['acked']).toBe(2000);
    } finally {
      await exporter.stop();
    }
  });
});

await needs([pushgateway], () => {
  let gateway: Awaited<ReturnType<typeof started>>;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(async () => {
    await gateway?.stop();
  });
  const quiet = ['--metrics-port', 'off', '--quiet'];

  test('the Pushgateway has what the summary says, of each workload its own', async () => {
    const summary = join(folder, 'pushed.json');
    const push = ['--pushgateway', gateway.url, '--summary', summary];
    const first = await eventmill(['run', 'demo', ...PAIR, ...quiet, ...push]);
    expect(first.code, first.stderr).toBe(0);
    const other = await eventmill(['run', 'smoke', ...quiet, '--pushgateway', gateway.url]);
    expect(other.code, other.stderr).toBe(0);
    const held = await text(`${gateway.url}/metrics`);
    for (const { name, acked, failed, expired, dropped, unacknowledged } of readSummary(summary).profiles)
      expect(records(held, 'workload="demo"')[name]).toEqual({
        acked,
        failed,
        expired,
        dropped,
        unacknowledged,
      });
    expect(records(held, 'workload="smoke"')['async']!['acked']).toBe(1000);
    expect(held).toMatch(/^push_failure_time_seconds\{.*\} 0$/m);
    expect(held).toContain('eventmill_records_total{fate="acked",instance="",job="eventmill"');
  });

  test('a later run of a workload replaces the earlier one', async () => {
    const again = await eventmill(['run', 'smoke', '--count', '10', ...quiet, '--pushgateway', gateway.url]);
    expect(again.code, again.stderr).toBe(0);
    const held = await text(`${gateway.url}/metrics`);
    expect(records(held, 'workload="smoke"')['async']!['acked']).toBe(10);
  });

  test('a run that is interrupted pushes what became of it', async () => {
    const group = `${gateway.url}/metrics/job/nightly/instance/ci-7`;
    const mill = startEventmill([
      ...['run', 'demo', '--duration', '0', '--rate', '500/s'],
      ...['--metrics-port', 'off', '--pushgateway', group],
    ]);
    // The first push comes at the start.
    await vi.waitFor(async () => {
      expect(await text(`${gateway.url}/metrics`)).toMatch(/^eventmill_run_phase\{.*instance="ci-7"/m);
    }, 20_000);
    // What is made from now on is only in the push at the end, as the next one is due in 15 s.
    await mill.says(/[1-9]\d* acked/);
    expect(await mill.stop()).toBe(130);
    const held = await text(`${gateway.url}/metrics`);
    expect(records(held, 'job="nightly"')['async']!['acked']).toBeGreaterThan(0);
    expect(held).toMatch(/^eventmill_run_phase\{.*instance="ci-7".*phase="done".*\} 1$/m);
  });

  test('a gateway that is gone at the end is told, exit 1, and costs neither records nor summary', async () => {
    const own = await startGateway();
    const summary = join(folder, 'gone.json');
    const going = eventmill([
      ...['run', 'smoke', '--rate', '300/s', '--count', '900', ...quiet, '--pushgateway', own.url],
      ...['--summary', summary],
    ]);
    await vi.waitFor(async () => {
      expect(await text(`${own.url}/metrics`)).toMatch(/^eventmill_run_phase/m);
    }, 20_000);
    await own.stop();
    const { code, stderr } = await going;
    expect(stderr).toMatch(/--pushgateway http:.*: metrics could not be pushed: the connection is refused/);
    expect(code).toBe(1);
    expect(readSummary(summary).profiles[0]!.acked).toBe(900);
  });
});
