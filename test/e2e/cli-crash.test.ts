/** `run --crash-after`, as people run it: a process is really killed, and a broker really asked. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { ensureTopics, topicOffsets } from '../../src/topics/index.js';
import { cliPath, eventmill } from '../support/tools-cli.js';

interface Row {
  readonly made: number;
  readonly acked: number;
  readonly buffered: number;
  readonly stored: number;
  readonly died: number;
}

function rowOf(text: string, profile: string): Row {
  const line = text.split('\n').find((one) => new RegExp(`^${profile} +\\d`).test(one));
  if (line === undefined) throw new Error(`no row for ${profile} in:\n${text}`);
  const cells = line
    .split(/ {2,}/)
    .slice(1)
    .map((cell) => Number(cell.replaceAll(',', '')));
  const [made = -1, acked = -1, buffered = -1, stored = -1, died = -1] = cells;
  return { made, acked, buffered, stored, died };
}

const crash = (...words: string[]) => eventmill(['run', 'demo', '--crash-after', '700ms', ...words]);

describe('run --crash-after', () => {
  it('sets sync against async: one record against what the buffer holds', async () => {
    const { code, stdout, stderr } = await crash(
      '--rate',
      '5000/s',
      '--sandbox-fault',
      'produce:delay=100ms',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const sync = rowOf(stdout, 'sync');
    const async = rowOf(stdout, 'async');
    expect(sync.buffered).toBeLessThanOrEqual(1);
    expect(sync.died).toBeLessThanOrEqual(1);
    expect(async.died).toBeGreaterThan(100);
    for (const { made, acked, buffered, stored, died } of [sync, async]) {
      expect(made).toBeGreaterThan(0);
      expect(made).toBe(acked + buffered);
      expect(stored).toBeGreaterThanOrEqual(acked);
      expect(died).toBe(Math.max(0, made - stored));
    }
    expect(stdout).toMatch(/killed after 700 ms; its last counts are /);
    expect(stdout).toContain('What was acknowledged is safe.');
  });

  it('runs the profiles that are asked for, under the faults that are asked for', async () => {
    const faults = ['--sandbox-fault', 'produce:silence', '--sandbox-nodes', '2'];
    const { code, stdout } = await crash('--profile', 'durable', '--rate', '1000/s', ...faults);
    expect(code).toBe(0);
    const { made, acked, stored, died } = rowOf(stdout, 'durable');
    expect({ acked, stored, died }).toEqual({ acked: 0, stored: 0, died: made });
  });

  it('takes the sandbox as the environment wants it', async () => {
    const words = ['run', 'demo', '--crash-after', '500ms', '--profile', 'async', '--rate', '1000/s'];
    const { code, stdout } = await eventmill(words, { env: { EVENTMILL_SANDBOX_FAULT: 'produce:silence' } });
    expect(code).toBe(0);
    expect(rowOf(stdout, 'async')).toMatchObject({ acked: 0, stored: 0 });
  });

  it('asks the broker that is named, and counts only what the run added', async () => {
    const sandbox = await startSandbox();
    try {
      const topics = ['stock_price_updates', 'new_pizza_orders'];
      const before = await eventmill([
        'run',
        'demo',
        '--brokers',
        sandbox.address,
        '--count',
        '1000',
        '--rate',
        'max',
        '-q',
        '--metrics-port',
        'off',
      ]);
      expect(before.code).toBe(0);
      const { code, stdout } = await crash(
        '--brokers',
        sandbox.address,
        '--profile',
        'async',
        '--rate',
        '2000/s',
      );
      expect(code).toBe(0);
      const { stored, acked } = rowOf(stdout, 'async');
      let total = 0;
      for (const topic of topics) {
        for (const { high } of await topicOffsets(sandbox.brokers, topic)) total += high;
      }
      expect(stored).toBe(total - 1000);
      expect(stored).toBeGreaterThanOrEqual(acked);
    } finally {
      await sandbox.close();
    }
  });

  it.for([
    [['--duration', '5s'], /--crash-after: expected no other end of the run, got --duration/],
    [['--verify'], /got --verify as well/],
    [['--driver', 'null'], /expected a driver that talks to a broker, got null; use kafka/],
    [['--crash-after', 'soon'], /--crash-after: expected a duration/],
    [['--sandbox-fault', 'x:y'], /--sandbox-fault: fault "x:y"/],
  ] as const)('refuses %j before anything is sent', async ([words, message]) => {
    const { code, stderr, stdout } = await crash(...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });

  it('says so when the events come to an end before the crash', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crash-test-'));
    const workload = join(folder, 'brief.json');
    const time = { start: '2025-01-01T00:00:00Z', until: '2025-01-01T00:01:00Z' };
    writeFileSync(
      workload,
      JSON.stringify({ sources: { pizza: { generator: 'pizza', rate: 'max', time } } }),
    );
    try {
      const { code, stdout, stderr } = await eventmill(['run', workload, '--crash-after', '1m']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/--crash-after: expected a run that is still going on after 1 min 00 s/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('ends with the words and the code of a run that could not begin', async () => {
    const sandbox = await startSandbox();
    try {
      await ensureTopics(sandbox.brokers, [{ name: 'new_pizza_orders.sync', partitions: 2 }], {
        create: true,
      });
      const { code, stderr } = await crash('--brokers', sandbox.address, '--partitions', '3');
      expect(code).toBe(2);
      expect(stderr).toMatch(/topic new_pizza_orders\.sync: expected 3 partitions, got 2/);
    } finally {
      await sandbox.close();
    }
  });

  it.for([
    ['SIGINT', 130, 'interrupted before the crash: there is nothing to compare\n'],
    ['SIGKILL', null, ''],
  ] as const)('leaves nothing behind after %s', async ([signal, code, words]) => {
    const sandbox = await startSandbox();
    const folder = mkdtempSync(join(tmpdir(), 'crash-test-'));
    const args = ['run', 'demo', '--crash-after', '60s', '--brokers', sandbox.address, '--rate', '1000/s'];
    const child = spawn(process.execPath, [cliPath(), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TMPDIR: folder, TEMP: folder },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    try {
      await expect.poll(async () => (await sandbox.stats()).records, { timeout: 15_000 }).toBeGreaterThan(0);
      expect(readdirSync(folder)).toEqual([expect.stringMatching(/^eventmill-crash-/)]);
      child.kill(signal);
      expect(await exited).toBe(code);
      expect(said).toBe(words);
      await expect.poll(async () => (await sandbox.stats()).connections, { timeout: 5000 }).toBe(0);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
