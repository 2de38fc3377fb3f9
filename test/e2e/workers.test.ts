/** `run --workers N`: several threads make what one would have made, end as one, and are missed when they die. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runParts, writeWorkload } from '../support/fleet.js';
import { eventmill, type RunningCli, readSummary, startEventmill } from '../support/tools-cli.js';

let folder: string;
let sandbox: RunningCli;
let brokers: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-workers-'));
  sandbox = startEventmill(['sandbox', '--port', '0']);
  brokers = (await sandbox.says(/listening on (\S+)/))[1]!;
}, 60_000);
afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

test('1, 2 and 4 workers make the same bytes of each key', async () => {
  const workload = writeWorkload(folder);
  const made = async (workers: number) =>
    runParts(brokers, workload, `w${workers}`, [['--count', '8000', '--workers', String(workers)]]);
  const one = await made(1);
  expect(one.total).toBe(8000);
  expect(await made(2)).toEqual(one);
  expect(await made(4)).toEqual(one);
}, 120_000);

test('several profiles of several workers each are verified as a whole, in this process and from the summary', async () => {
  const out = file('out.json');
  const what = ['--count', '6000', '--rate', 'max', '--workers', '2', '--profile', 'async,zstd'];
  const quiet = ['--metrics-port', 'off', '--quiet'];
  const args = ['run', 'demo', ...what, '--verify', '--brokers', brokers, ...quiet, '--summary', out];
  expect(await eventmill(args, { timeoutMs: 100_000 })).toMatchObject({ code: 0, stderr: '' });
  const summary = readSummary(out);
  expect(summary.workers).toBe(2);
  for (const profile of summary.profiles) {
    expect(profile).toMatchObject({ due: 6000, acked: 6000 });
    expect(profile.verify).toEqual({ read: 6000, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    expect(profile.latencyMs.total.count).toBe(6000);
  }
  expect(await eventmill(['verify', '--summary', out])).toMatchObject({ code: 0, stderr: '' });
}, 120_000);

test('a signal has all of them flush', async () => {
  const out = file('signal.json');
  const what = [
    '--rate',
    '2000/s',
    '--duration',
    '0',
    '--workers',
    '2',
    '--topic',
    'stock=s',
    '--topic',
    'pizza=p',
  ];
  const running = startEventmill([
    'run',
    'demo',
    ...what,
    '--brokers',
    brokers,
    '--metrics-port',
    'off',
    '--summary',
    out,
  ]);
  await running.says(/[1-9][\d,]* acked/, 60_000);
  expect(await running.stop()).toBe(130);
  const [profile] = readSummary(out).profiles;
  expect(profile!.acked).toBeGreaterThan(0);
  expect(profile).toMatchObject({ due: profile!.acked, unacknowledged: 0 });
}, 120_000);

test('one that dies is named, what it had under way is counted as unknown, and the other flushes', async () => {
  const generator = file('mortal.mjs');
  writeFileSync(
    generator,
    `import { closeSync, openSync } from 'node:fs';
    const last = () => { try { closeSync(openSync(${JSON.stringify(file('tomb'))}, 'wx')); process.exit(7); } catch {} };
    export default { doc: 'Ends the first thread that gets far enough.', topic: 'mortal', key: 'id', create() {
      let n = 0;
      return { next(dueAt) { if (++n === 3000) last(); return { value: { id: 'k' + (n % 50), n }, timestamp: Math.floor(dueAt) }; } };
    } };`,
  );
  const workload = file('mortal.json');
  writeFileSync(workload, JSON.stringify({ sources: { mortal: { generator, rate: '2000/s' } } }));
  const out = file('mortal-out.json');
  const what = [
    '--duration',
    '60s',
    '--workers',
    '2',
    '--brokers',
    brokers,
    '--metrics-port',
    'off',
    '--summary',
    out,
  ];
  // Held so long that some records have no answer when the thread ends.
  const told = await eventmill(['run', workload, ...what, '--set', 'lingerMs=2000'], { timeoutMs: 100_000 });
  expect(told.code).toBe(1);
  expect(told.stderr).toMatch(/worker [12] of 2 died/);
  const [profile] = readSummary(out).profiles;
  const { due, acked, unacknowledged, failed, expired, dropped, errors, errorsByFate } = profile!;
  expect(due).toBe(acked + unacknowledged + failed + expired + dropped);
  expect(acked).toBeGreaterThan(0);
  expect(unacknowledged).toBeGreaterThan(0);
  expect(errors).toEqual({ WORKER_DIED: unacknowledged });
  expect(errorsByFate).toEqual({ unacknowledged: errors });
}, 120_000);

test('what several threads cannot do is a mistake of the command line', async () => {
  const told = await eventmill(['run', 'demo', '--workers', '2', '--driver', 'stdout']);
  expect(told).toMatchObject({ code: 2, stdout: '' });
  expect(told.stderr).toContain('--workers: the drivers file and stdout write in one order, so expected 1');
});
