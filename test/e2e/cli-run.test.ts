/** Runs from the command line: signals, files, pipes, another process's sandbox. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProfileSnapshot } from '../../src/types.js';
import { FakeBroker } from '../support/fake-broker.js';
import { cliPath, eventmill, readSummary } from '../support/tools-cli.js';

const folder = () => mkdtempSync(join(tmpdir(), 'eventmill-e2e-'));
const quiet = ['--metrics-port', 'off', '--quiet'];

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

interface Started {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; ms: number }>;
}

function start(...words: string[]): Started {
  const child = spawn(process.execPath, [cliPath(), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const begin = performance.now();
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; ms: number }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ms: performance.now() - begin }));
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const conserved = (profile: ProfileSnapshot) =>
  profile.acked + profile.failed + profile.expired + profile.dropped + profile.unacknowledged;

it('runs a workload into its own sandbox, and its summary adds up', async () => {
  const summary = join(folder(), 'out.json');
  const { code, stdout, stderr } = await eventmill([
    'run',
    'smoke',
    '--summary',
    summary,
    '--metrics-port',
    'off',
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^broker: 127\.0\.0\.1:\d+ \(the sandbox/);
  expect(stdout).toContain('1,000 due = 1,000 acked');
  const { sandbox, profiles } = readSummary(summary);
  expect(sandbox).toBe(true);
  expect(profiles).toHaveLength(1);
  expect(conserved(profiles[0]!)).toBe(profiles[0]!.due);
});

it('runs profiles side by side, each with topics of its own and the same number of events', async () => {
  const summary = join(folder(), 'out.json');
  const words = [
    'run',
    'smoke',
    '--profile',
    'durable,fire-and-forget,kafkajs',
    '--count',
    '300',
    '--rate',
    'max',
  ];
  const { code, stderr } = await eventmill([...words, '--summary', summary, ...quiet]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { profiles } = readSummary(summary);
  expect(profiles.map(({ name }) => name)).toEqual(['durable', 'fire-and-forget', 'kafkajs']);
  for (const profile of profiles) {
    expect(conserved(profile)).toBe(300);
    for (const topic of Object.keys(profile.topics)) expect(topic.endsWith(`.${profile.name}`)).toBe(true);
  }
});

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s flushes what was made, writes the summary and ends with 130',
    async (signal) => {
      const summary = join(folder(), 'out.json');
      const run = start('run', 'smoke', '--duration', '0', '--metrics-port', 'off', '--summary', summary);
      await until(() => / [1-9][\d,]* due, /.test(run.stdout()));
      run.child.kill(signal);
      expect(await run.ended).toMatchObject({ code: 130, signal: null });
      expect(run.stdout()).toContain('Interrupted after');
      const [profile] = readSummary(summary).profiles;
      expect(profile!.acked).toBe(profile!.due);
      expect(profile!.due).toBeGreaterThan(0);
    },
  );

  it('a second one ends at once, with 130 and every record accounted for', async () => {
    const summary = join(folder(), 'out.json');
    const slow = ['--sandbox-fault', 'produce:delay=20s', '--summary', summary, '--metrics-port', 'off'];
    const run = start('run', 'smoke', '--duration', '0', ...slow);
    await until(() => / [1-9][\d,]* due, /.test(run.stdout()));
    run.child.kill('SIGINT');
    await until(() => run.stdout().includes('flushing'));
    const begin = performance.now();
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130 });
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(run.stderr()).not.toContain('bug');
    const [profile] = readSummary(summary).profiles;
    expect(conserved(profile!)).toBe(profile!.due);
  });

  it('SIGKILL leaves a summary that is whole', async () => {
    const path = folder();
    const run = start('run', 'smoke', '--duration', '0', '--summary', join(path, 'out.json'), ...quiet);
    await until(
      () => existsSync(join(path, 'out.json')) && readSummary(join(path, 'out.json')).profiles[0]!.acked > 0,
    );
    run.child.kill('SIGKILL');
    expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(readSummary(join(path, 'out.json')).profiles[0]!.acked).toBeGreaterThan(0);
  });
});

it("counts everything that was made before a user's generator threw, and ends with 1", async () => {
  const path = folder();
  const generator = join(path, 'fails.mjs');
  writeFileSync(
    generator,
    `let n = 0;
     export default { doc: 'Fails.', topic: 'fails', create: () => ({ next(dueAt) {
       if (++n > 1000) throw new Error('out of ideas');
       return { value: { n }, timestamp: Math.floor(dueAt) };
     } }) };`,
  );
  writeFileSync(
    join(path, 'w.json'),
    JSON.stringify({ sources: { mine: { generator, rate: 'max' } }, count: 5000 }),
  );
  const summary = join(path, 'out.json');
  const { code, stderr } = await eventmill(['run', join(path, 'w.json'), '--summary', summary, ...quiet]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*out of ideas/);
  expect(stderr).not.toMatch(/^\s+at /m);
  const [profile] = readSummary(summary).profiles;
  expect(profile!.acked).toBe(1000);
});

it('writes one JSON-lines file a topic with the driver file', async () => {
  const out = folder();
  const words = [
    'run',
    'smoke',
    '--driver',
    'file',
    '--out',
    out,
    '--envelope',
    '--count',
    '500',
    '--rate',
    'max',
  ];
  expect((await eventmill([...words, ...quiet])).code).toBe(0);
  const files = readdirSync(out);
  expect(files.sort()).toEqual(['new_pizza_orders.jsonl', 'stock_price_updates.jsonl']);
  const lines = files.flatMap((file) => readFileSync(join(out, file), 'utf8').trimEnd().split('\n'));
  expect(lines).toHaveLength(500);
  for (const line of lines) {
    expect(Object.keys(JSON.parse(line) as object)).toEqual(['key', 'value', 'timestamp', 'headers']);
  }
});

it('produces into a sandbox of its own process, from where tail reads it', async () => {
  const sandbox = start('sandbox', '--port', '0');
  await until(() => sandbox.stdout().includes('\n'));
  const address = /^listening on (127\.0\.0\.1:\d+)\n$/.exec(sandbox.stdout())![1]!;
  const run = await eventmill([
    'run',
    'smoke',
    '--brokers',
    address,
    '--count',
    '400',
    '--rate',
    'max',
    ...quiet,
  ]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const tail = ['tail', 'stock_price_updates', '--brokers', address, '--from', 'beginning'];
  const json = await eventmill([...tail, '--count', '20', '--json']);
  expect(json).toMatchObject({ code: 0, stderr: '' });
  const records = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string; value: { symbol: string } });
  expect(records).toHaveLength(20);
  for (const { key, value } of records) expect(value.symbol).toBe(key);
  const plain = await eventmill([...tail, '--count', '5']);
  expect(
    plain.stdout
      .slice(0, -1)
      .split('\n')
      .map((line) => line.split('\t').length),
  ).toEqual([6, 6, 6, 6, 6]);
  const endless = start(...tail);
  await until(() => endless.stdout() !== '');
  endless.child.kill('SIGINT');
  expect(await endless.ended).toMatchObject({ code: 130 });
  sandbox.child.kill('SIGTERM');
  expect(await sandbox.ended).toMatchObject({ code: 0, signal: null });
});

describe('a signal before the first record', () => {
  it('ends at once while a high rate is rehearsed, and nothing was sent', async () => {
    const at = folder();
    const [generator, workload, summary] = ['own.mjs', 'own.json', 'out.json'].map((name) =>
      join(at, name),
    ) as [string, string, string];
    // More than are made to look at it: it is the rehearsal that comes so far first, and it goes on for a second and a half.
    const next = `if (++n === 20000) process.stderr.write('rehearsing\\n'); return { value: { n }, timestamp: dueAt, key: null };`;
    const create = `create() { let n = 0; return { fields: { n: { type: 'int' } }, next(dueAt) { ${next} } }; }`;
    writeFileSync(generator, `export default { doc: 'Numbers.', topic: 'numbers', ${create} };`);
    const source = { generator, rate: '300000/s', key: null };
    writeFileSync(workload, JSON.stringify({ duration: '20s', sources: { own: source } }));
    const run = start('run', workload, '--summary', summary, '--metrics-port', 'off');
    await until(() => run.stderr().includes('rehearsing'));
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, signal: null });
    expect(run.stderr()).toContain('interrupted before anything was made');
    expect(readSummary(summary)).toMatchObject({ profiles: [] });
  });

  it('ends at once while a broker is waited for, and leaves a summary of nothing', async () => {
    const silent = await FakeBroker.start();
    const summary = join(folder(), 'out.json');
    const at = ['--brokers', `127.0.0.1:${silent.port}`, '--summary', summary, '--metrics-port', 'off'];
    const run = start('run', 'smoke', ...at);
    await until(() => silent.requests.length > 0);
    const begin = performance.now();
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, signal: null });
    expect(performance.now() - begin).toBeLessThan(3000);
    expect(run.stderr()).toContain('interrupted before anything was made');
    expect(readSummary(summary)).toMatchObject({ workload: 'smoke', profiles: [] });
    await silent.close();
  });
});
