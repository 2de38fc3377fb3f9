/** `run --backfill`: a history, and then what happens now, in one stream, as a consumer finds it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStored } from '../support/stored.js';
import { eventmill, type RunningCli, readSummary, startEventmill } from '../support/tools-cli.js';

let folder: string;
let sandbox: RunningCli;
let brokers: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-backfill-'));
  sandbox = startEventmill(['sandbox', '--port', '0']);
  brokers = (await sandbox.says(/listening on (\S+)/))[1]!;
}, 60_000);
afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

const quiet = ['--metrics-port', 'off', '--reporter', 'none', '--no-color'];

function workloadOf(name: string, sources: object): string {
  writeFileSync(file(name), JSON.stringify({ sources, seed: 9 }));
  return file(name);
}

test('five minutes of three models runs into the present, verified, and every order and share counts on across it', async () => {
  const time = { start: '-5m', until: 'live' };
  const workload = workloadOf('natural.json', {
    stock: { generator: 'stock', rate: 'natural', time, options: { tradesPerDay: 50_000, hours: 'always' } },
    pizza: { generator: 'pizza', rate: 'natural', time, options: { ordersPerDay: 200_000, hours: 'always' } },
    shop: {
      generator: 'storefront',
      rate: 'natural',
      time,
      options: { ordersPerDay: 200_000, hours: 'always' },
    },
  });
  const limits = ['--duration', '15s', '--brokers', brokers, '--partitions', '2', '--verify'];
  const begunAt = Date.now();
  const told = ['--summary', file('out.json')];
  const ended = await eventmill(['run', workload, ...limits, ...told, ...quiet], { timeoutMs: 120_000 });
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
  const summary = readSummary(file('out.json'));
  const { backfill, verify, due, acked } = summary.profiles[0]!;
  expect(verify).toEqual({ read: acked, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
  expect(acked).toBe(due);
  expect(Object.keys(backfill!)).toEqual(['stock', 'pizza', 'shop']);
  for (const { start, events, liveFrom } of Object.values(backfill!)) {
    expect(begunAt - start).toBeLessThan(300_000 + 5000);
    expect(events).toBeGreaterThan(500);
    expect(liveFrom).toBeGreaterThan(begunAt);
  }
  for (const topic of ['stock_price_updates', 'new_pizza_orders', 'new_shop_orders']) {
    const seam = Math.max(...Object.values(backfill!).map(({ liveFrom }) => liveFrom!));
    let live = 0;
    const last = new Map<string, number>();
    for (const { records, timestamps } of await readStored(brokers, topic)) {
      records.forEach(({ key, value }, n) => {
        const { sequence, timestamp } = JSON.parse(value!) as { sequence: number; timestamp: number };
        expect(timestamp).toBe(timestamps[n]);
        const before = last.get(key!) ?? 0;
        if (sequence !== before + 1) throw new Error(`${key}: ${before}, ${sequence}`);
        last.set(key!, sequence);
        if (n > 0 && timestamp < timestamps[n - 1]!) throw new Error(`${topic}: ${timestamp} comes late`);
        if (timestamp > seam) live++;
      });
    }
    expect(live).toBeGreaterThan(0);
  }
  // The same command afterwards, from the summary alone.
  expect(await eventmill(['verify', '--summary', file('out.json')])).toMatchObject({ code: 0, stderr: '' });
}, 180_000);

test('a steady rate has the same distance from event to event before, across and behind the seam', async () => {
  const workload = workloadOf('steady.json', { stock: { generator: 'stock', rate: '200/s' } });
  const out = ['--driver', 'file', '--out', folder, '--envelope'];
  const what = ['--backfill', '1m', '--duration', '2s'];
  const ended = await eventmill(['run', workload, ...what, ...out, ...quiet], { timeoutMs: 60_000 });
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
  const times = readFileSync(file('stock_price_updates.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { timestamp: number }).timestamp);
  expect(times.length).toBeGreaterThanOrEqual(12_300);
  expect(new Set(times.slice(1).map((time, n) => time - times[n]!))).toEqual(new Set([5]));
}, 90_000);

test('what cannot be is told before anything is sent', async () => {
  const future = await eventmill(['run', 'demo', '--backfill', '2099-01-01', ...quiet]);
  expect(future.code).toBe(2);
  expect(future.stderr).toContain('--backfill: expected a time in the past, got "2099-01-01T00:00:00.000Z"');
  const strange = await eventmill(['run', 'demo', '--backfill', 'yesterday', ...quiet]);
  expect(strange.code).toBe(2);
  expect(strange.stderr).toContain('--backfill: expected how long ago it begins, such as 7d');
  const slow = workloadOf('slow.json', {
    stock: { generator: 'stock', rate: '50/s', time: { start: '-1h', until: 'live', fillRate: '20/s' } },
  });
  const never = await eventmill(['run', slow, ...quiet]);
  expect(never.code).toBe(2);
  expect(never.stderr).toContain('sources.stock.time.fillRate: expected more than the 50/s');
}, 60_000);

test('a plan and a sample show the past', async () => {
  const plan = await eventmill(['plan', 'demo', '--backfill', '1h', '--rate', '20/s', '--no-color']);
  expect(plan.stdout).toMatch(
    /past +stock: 48,\d+ events from \S+Z on, made as fast as it goes; then each when it/,
  );
  expect(plan.stdout).toMatch(/past +pizza: 24,\d+ events/);
  const sample = await eventmill(['sample', 'pizza', '--backfill', '2025-03-03', '-n', '2']);
  const [first] = sample.stdout.split('\n');
  const { timestamp } = JSON.parse(first!) as { timestamp: number };
  expect(new Date(timestamp).toISOString()).toMatch(/^2025-03-03T/);
}, 60_000);
