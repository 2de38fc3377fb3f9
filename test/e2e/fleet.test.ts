/** Runs made by several processes: together they are the one that a single process makes, byte for byte in each key. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Made, runParts, writeWorkload } from '../support/fleet.js';
import { javaAndMaven, type RunningKafka, startKafka } from '../support/kafka.js';
import { needs } from '../support/tiers.js';
import { eventmill, type RunningCli, readSummary, startEventmill } from '../support/tools-cli.js';

const COUNT = 20_000;
let folder: string;
let workload: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-fleet-'));
  workload = writeWorkload(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const limits = ['--count', String(COUNT)];
const file = (name: string) => join(folder, name);
const shards = (name: string, of: number, more: readonly string[] = []) =>
  Array.from({ length: of }, (_, index) => [
    ...limits,
    ...more,
    ...['--shard', `${index}/${of}`, '--summary', file(`${name}-${index}.json`)],
  ]);
const summaries = (name: string, of: number) =>
  Array.from({ length: of }, (_, index) => file(`${name}-${index}.json`));

/** One process and four shards into the same broker, and what their summaries say. */
function holdsFor(brokersOf: () => string): void {
  let one: Made;
  beforeAll(async () => {
    one = await runParts(brokersOf(), workload, 'one', [limits]);
  }, 60_000);

  test('4 shards make what one process makes, each key byte for byte', async () => {
    const four = await runParts(brokersOf(), workload, 'four', shards('four', 4));
    expect(one.total).toBe(COUNT);
    expect(four).toEqual(one);
  }, 60_000);

  test('their summaries merge into that of the whole, which verify takes', async () => {
    const merged = await eventmill(['merge', ...summaries('four', 4), '--summary', file('whole.json')]);
    expect(merged).toMatchObject({ code: 0, stderr: '' });
    expect(merged.stdout).toContain('20,000 due = 20,000 acked');
    const [profile] = readSummary(file('whole.json')).profiles;
    expect(profile).toMatchObject({ due: COUNT, acked: COUNT, failed: 0 });
    expect(profile!.latencyMs.total.count).toBe(COUNT);
    const told = await eventmill(['verify', '--summary', file('whole.json'), '--json']);
    expect(JSON.parse(told.stdout).profiles[0]).toEqual({
      name: 'async',
      verify: { read: COUNT, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 },
      reasons: [],
    });
  }, 60_000);

  test('verify judges of a shard only what is its own', async () => {
    const path = file('four-2.json');
    const [profile] = readSummary(path).profiles;
    const told = await eventmill(['verify', '--summary', path, '--json']);
    const { verify, reasons } = JSON.parse(told.stdout).profiles[0];
    expect(reasons).toEqual([]);
    expect(verify).toMatchObject({
      read: profile!.acked,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
    });
  }, 60_000);
}

describe('a fleet, into the sandbox', () => {
  let sandbox: RunningCli;
  let brokers: string;
  beforeAll(async () => {
    sandbox = startEventmill(['sandbox', '--port', '0']);
    brokers = (await sandbox.says(/listening on (\S+)/))[1]!;
  });
  afterAll(() => sandbox?.stop());

  holdsFor(() => brokers);

  test('a shard that verifies as it goes reads its own alone', async () => {
    await runParts(brokers, workload, 'live', shards('live', 2, ['--verify']));
    const read = summaries('live', 2).map((path) => readSummary(path).profiles[0]!.verify);
    expect(read.map((one) => one?.lost)).toEqual([0, 0]);
    expect(read.reduce((sum, one) => sum + (one?.read ?? 0), 0)).toBe(COUNT);
  }, 60_000);

  test('shards that ask for no acknowledgements are found whole beside the others', async () => {
    const deaf = shards('deaf', 2, ['--profile', 'fire-and-forget']);
    await runParts(brokers, workload, 'deaf', deaf);
    for (const path of summaries('deaf', 2)) {
      const told = await eventmill(['verify', '--summary', path, '--json']);
      const { verify } = JSON.parse(told.stdout).profiles[0];
      expect(verify).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
      expect(verify.read).toBe(readSummary(path).profiles[0]!.unacknowledged);
    }
  }, 100_000);

  test('a shard that is missing, given twice or of another run is named', async () => {
    await runParts(brokers, workload, 'other', shards('other', 2, ['--seed', '12']));
    const [first, second] = summaries('live', 2);
    const wrong = await eventmill(['merge', first!, first!, file('other-1.json')]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/live-0\.json: expected each shard once, got 0\/2/);
    expect(wrong.stderr).toMatch(/other-1\.json: seed: expected those of \S+live-0\.json: 11, got 12/);
    const missing = await eventmill(['merge', second!]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/expected all 2 shards, missing 0\/2; add their summaries/);
  }, 60_000);
});

await needs([javaAndMaven], () => {
  describe('a fleet, into a real Kafka', () => {
    let kafka: RunningKafka;
    beforeAll(async () => {
      kafka = await startKafka();
    }, 120_000);
    afterAll(() => kafka?.stop());
    holdsFor(() => kafka.brokers);
  });
});
