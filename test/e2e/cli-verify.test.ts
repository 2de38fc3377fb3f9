/** `eventmill verify` as a person runs it: against a broker that outlives the run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Summary } from '../../src/types.js';
import { cliPath, eventmill, type RunningCli, startEventmill } from '../support/tools-cli.js';

let folder: string;
let sandbox: RunningCli;
let brokers: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'eventmill-verify-'));
  sandbox = startEventmill(['sandbox', '--port', '0']);
  brokers = (await sandbox.says(/listening on (\S+)/))[1]!;
});
afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

const quietly = ['--metrics-port', 'off', '--quiet'];

describe('eventmill verify', () => {
  test('finds a run as its summary claims, and a topic as its seed makes it', async () => {
    const out = join(folder, 'out.json');
    const what = ['--count', '20k', '--rate', 'max', '--profile', 'durable,zstd', '--seed', '9'];
    const ran = await eventmill(['run', 'demo', ...what, '--brokers', brokers, ...quietly, '--summary', out]);
    expect(ran).toMatchObject({ code: 0 });
    const told = await eventmill(['verify', '--summary', out]);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['durable', 'zstd'])
      expect(told.stdout).toContain(
        `${name}: read back 20,000: 0 lost, 0 duplicated, 0 out of order, 0 corrupted`,
      );

    const where = ['verify', '--brokers', brokers, '--workload', 'demo', '--json'];
    const topic = ['--topic', 'new_pizza_orders.zstd'];
    const good = await eventmill([...where, ...topic, '--seed', '9']);
    expect(good.code).toBe(0);
    const { records } = (JSON.parse(readFileSync(out, 'utf8')) as Summary).profiles[1]!.topics[topic[1]!]!;
    expect(JSON.parse(good.stdout).profiles[0].verify).toEqual({
      read: records,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
      notes: [expect.stringContaining("without the run's summary its end is not known")],
    });
    const bad = await eventmill([...where, ...topic, '--seed', '8']);
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.stdout).profiles[0].reasons.join(), bad.stdout).toMatch(
      /much in it is not what the seed 8 makes/,
    );
  });

  test.for(['kafka', 'kafkajs'])(
    'without acknowledgements (%s) reads what the run wrote, and nothing else of the topic',
    async (driver) => {
      const out = join(folder, `unheard-${driver}.json`);
      const topics = ['--topic', `stock=${driver}-s`, '--topic', `pizza=${driver}-p`];
      const into = ['--count', '2000', '--rate', 'max', ...topics, '--brokers', brokers, ...quietly];
      await eventmill(['run', 'demo', '--seed', '1', ...into]);
      const ours = ['--profile', 'fire-and-forget', '--driver', driver, '--seed', '2', '--summary', out];
      expect(await eventmill(['run', 'demo', ...into, ...ours])).toMatchObject({ code: 0 });
      await eventmill(['run', 'demo', '--seed', '3', ...into]);
      const profile = (JSON.parse(readFileSync(out, 'utf8')) as Summary).profiles[0]!;
      const named = Object.values(profile.topics).flatMap(({ offsets }) => Object.values(offsets));
      expect(named.reduce((sum, [first, next]) => sum + next - first, 0)).toBe(2000);
      const told = await eventmill(['verify', '--summary', out, '--json']);
      expect(told).toMatchObject({ code: 0, stderr: '' });
      // `foreign` would be there if one record of the other runs had been read.
      expect(JSON.parse(told.stdout).profiles[0].verify).toEqual({
        read: 2000,
        lost: 0,
        duplicated: 0,
        reordered: 0,
        corrupted: 0,
      });
    },
  );

  test('finds what is claimed and is not there', async () => {
    const out = join(folder, 'lies.json');
    const what = ['--count', '3000', '--rate', 'max', '--topic', 'stock=lies', '--topic', 'pizza=more-lies'];
    await eventmill(['run', 'demo', ...what, '--brokers', brokers, ...quietly, '--summary', out]);
    const summary = JSON.parse(readFileSync(out, 'utf8'));
    summary.profiles[0].topics.lies.fates.acked += 5;
    writeFileSync(out, JSON.stringify(summary));
    const told = await eventmill(['verify', '--summary', out]);
    expect(told.code).toBe(1);
    expect(told.stdout).toMatch(/5 lost.*\n(.*\n)*\s+lost: key "\w+", sequence \d+/);
    expect(told.stderr).toMatch(/5 records lost/);
  });

  test('after SIGKILL finds no less than was claimed', async () => {
    const out = join(folder, 'killed.json');
    const what = ['--rate', '20000/s', '--duration', '60s', '--topic', 'stock=k1', '--topic', 'pizza=k2'];
    const args = ['run', 'demo', ...what, '--brokers', brokers, ...quietly, '--summary', out];
    const child: ChildProcess = spawn(process.execPath, [cliPath(), ...args], { stdio: 'ignore' });
    let claimed = 0;
    for (let i = 0; i < 100 && claimed < 20_000; i++) {
      await sleep(200);
      try {
        claimed = (JSON.parse(readFileSync(out, 'utf8')) as Summary).profiles[0]!.acked;
      } catch {
        // Not written yet.
      }
    }
    child.kill('SIGKILL');
    const told = await eventmill(['verify', '--summary', out, '--json']);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    const last = (JSON.parse(readFileSync(out, 'utf8')) as Summary).profiles[0]!;
    const { verify } = JSON.parse(told.stdout).profiles[0];
    expect(last.acked).toBeGreaterThanOrEqual(20_000);
    expect(verify).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    expect(verify.read).toBeGreaterThanOrEqual(last.acked);
  });

  test.for<[string[], RegExp]>([
    [['verify'], /--summary: expected the file .* or give --topic NAME --seed N --workload W/],
    [['verify', '--summary', 'x.json', '--seed', '3'], /leave --topic, --workload and --seed out/],
    [
      ['verify', '--summary', 'none.json'],
      /--summary none\.json: expected a file that can be read, got ENOENT/,
    ],
    [
      ['verify', '--summary', 'package.json'],
      /expected a run's summary with seed, brokers, sources and profiles/,
    ],
    [['verify', '--topic', 'elsewhere'], /SOURCE=NAME with one of its sources stock \(/],
  ])('%s is refused with a remedy', async ([args, said]) => {
    const told = await eventmill(args);
    expect(told.code).toBe(2);
    expect(told.stderr).toMatch(said);
  });
});
