/** One digest and one manifest, however many threads and processes make the events between them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventmill, readSummary } from '../support/tools-cli.js';

let folder: string;
let workload: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-digest-'));
  workload = file('workload.json');
  const time = { start: '2024-03-04T14:30:00Z' };
  const disorder = { late: 0.03, outOfOrder: 0.03, duplicate: 0.03, missing: 0.03, malformed: 0.03 };
  const sources = {
    stock: { generator: 'stock', rate: 'max', time, disorder, options: { symbols: 50 } },
    pizza: { generator: 'pizza', rate: 'max', time, disorder },
    bare: { generator: 'stock', topic: 'bare', rate: 'max', time, disorder, key: null },
  };
  writeFileSync(workload, JSON.stringify({ sources, seed: 3 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function made(name: string, flags: readonly string[]) {
  const told = ['--summary', file(`${name}.json`), '--manifest', file(`${name}.jsonl`), '--digest'];
  const how = ['--count', '30000', '--driver', 'null', '--metrics-port', 'off', '--quiet'];
  const { code, stderr } = await eventmill(['run', workload, ...how, ...told, ...flags], {
    timeoutMs: 60_000,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { digest, disorder } = readSummary(file(`${name}.json`)).profiles[0]!;
  return { digest: digest!, disorder, truths: truthsOf(name) };
}

const truthsOf = (name: string) =>
  readFileSync(file(`${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .sort();

test('one thread, three threads and two processes have made the same, and say the same of it', async () => {
  const one = await made('one', []);
  expect(one.truths.length).toBeGreaterThan(3000);
  expect(Object.values(one.disorder ?? {}).every((events) => events > 300)).toBe(true);
  expect(await made('three', ['--workers', '3'])).toEqual(one);

  const shards = [await made('shard-0', ['--shard', '0/2']), await made('shard-1', ['--shard', '1/2'])];
  const parts = ['--summary', file('whole.json'), file('shard-0.json'), file('shard-1.json')];
  const merged = await eventmill(['merge', ...parts, '--expect-digest', one.digest.all]);
  expect(merged).toMatchObject({ code: 0, stderr: '' });
  expect(merged.stdout).toContain(`digest ${one.digest.all}`);
  const whole = readSummary(file('whole.json')).profiles[0]!;
  expect({ digest: whole.digest, disorder: whole.disorder }).toEqual({
    digest: one.digest,
    disorder: one.disorder,
  });
  expect(shards.flatMap(({ truths }) => truths).sort()).toEqual(one.truths);

  const wrong = await eventmill(['merge', ...parts, '--expect-digest', '0123456789abcdef']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain(`expected the digest 0123456789abcdef, got ${one.digest.all}`);
}, 120_000);

test('threads are held to a digest as one is', async () => {
  const flags = ['--count', '5000', '--driver', 'null', '--metrics-port', 'off', '--quiet', '--workers', '2'];
  const other = ['--expect-digest', '0123456789abcdef'];
  const { code, stderr } = await eventmill(['run', workload, ...flags, ...other]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/expected the digest 0123456789abcdef, got [0-9a-f]{16}/);
}, 60_000);
