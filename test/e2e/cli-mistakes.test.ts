/** Mistakes of users and bad luck, each told in one line, with the right exit code and in time. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { run as runProgram } from '../support/tools.js';
import { cliPath, eventmill } from '../support/tools-cli.js';

const quiet = ['--metrics-port', 'off'];

function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'eventmill-mistakes-')), name);
  writeFileSync(path, text);
  return path;
}

const workload = (source: object) => file('w.json', JSON.stringify({ sources: { s: source } }));

it('a key that is no field, before anything is sent', async () => {
  const path = workload({ generator: 'stock', key: 'symbl' });
  const { code, stderr } = await eventmill(['run', path, '--count', '5', ...quiet]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*sources\.s\.key: expected null or one of.*did you mean symbol\?\n$/);
});

it('flags that would have no effect, all at once', async () => {
  const flags = ['--driver', 'null', '--verify', '--out', 'somewhere', '--envelope'];
  const { code, stderr } = await eventmill(['run', 'smoke', ...flags, ...quiet]);
  expect(code).toBe(2);
  expect(stderr.match(/^error: --(verify|envelope|out): /gm)).toHaveLength(3);
});

it('an option that does not exist, with the mistakes in all others and in files', async () => {
  const path = workload({ generator: 'stock', key: 'symbl' });
  const flags = ['--profil', 'async', '--set', 'lingerMs=soon', '--partitions', '0'];
  for (const command of ['run', 'plan', 'compare']) {
    const { code, stderr } = await eventmill([command, path, ...flags]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --profil: not an option.*did you mean --profile\?$/m);
    expect(stderr).toMatch(/^error: .*lingerMs.*"soon"/m);
    expect(stderr).toMatch(/^error: --partitions: .*got "?0/m);
  }
  const { code, stderr } = await eventmill(['console', '--topik', 't', '--timeout', 'soon']);
  expect(code).toBe(2);
  for (const flag of ['--topik', '--timeout', '--bootstrap-server'])
    expect(stderr).toContain(`error: ${flag}: `);
});

it('a directory as the input of console', async () => {
  const words = ['console', '--bootstrap-server', '127.0.0.1:1', '--topic', 't'];
  const shell = `exec "$0" "$@" < /`;
  const { code, stderr } = await runProgram('sh', ['-c', shell, process.execPath, cliPath(), ...words]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: standard input: expected lines, got EISDIR.*nothing was sent$/m);
});

it("a user's generator that throws at its thousandth event, in sample, behind what it made", async () => {
  const path = file('t.js', THROWS_AT_1000);
  for (const count of ['1000', '1001']) {
    const { code, stdout, stderr } = await eventmill(['sample', path, '--count', count]);
    expect({ code, lines: stdout.trimEnd().split('\n').length }).toEqual({ code: 1, lines: 999 });
    expect(stderr).toMatch(/^error: source t: its generator threw at event 1000.*no more\n$/);
  }
});

const THROWS_AT_1000 = `
let n = 0;
export default {
  doc: 'throws',
  topic: 't',
  create: () => ({ next: (dueAt) => {
    if (++n === 1000) throw new Error('no more');
    return { value: { n }, timestamp: dueAt };
  } }),
};
`;

it.each([
  ['undefined', 'got undefined'],
  ['Promise.resolve({})', 'next must not be async'],
  ['({ value: 1, timestamp: "x" })', 'got timestamp "x"'],
])('an event that is %s', async (made, told) => {
  const path = workload({
    generator: file(
      'g.js',
      `export default { doc: 'd', topic: 't', create: () => ({ next: () => ${made} }) };`,
    ),
  });
  const { code, stderr } = await eventmill(['run', path, '--driver', 'stdout', '--count', '5', ...quiet]);
  expect(code).toBe(1);
  expect(stderr).toContain(told);
  expect(stderr).not.toContain('bug in eventmill');
});

it('a value that cannot be written as the first of its batch', async () => {
  const path = workload({
    generator: file(
      'g.js',
      `export default { doc: 'd', topic: 't', create: () => ({ next: () => ({ value: { big: 1n }, timestamp: 1 }) }) };`,
    ),
  });
  const { code, stderr } = await eventmill([
    'run',
    path,
    '--count',
    '5',
    '--summary',
    file('s.json', ''),
    ...quiet,
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/event 1.*BigInt/);
  expect(stderr).not.toContain('INVALID_RECORD');
});

it('a module that never finishes loading', async () => {
  const path = workload({ generator: file('g.mjs', 'await new Promise(() => {});') });
  const { code, stderr } = await eventmill(['run', path, '--count', '5', ...quiet]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/error: a file that was loaded never finished/);
});

it.runIf(existsSync('/dev/full'))('a standard output that is full', async () => {
  const command = `"${process.execPath}" "${cliPath()}" list >/dev/full`;
  const { code, stderr } = await runProgram('sh', ['-c', command]);
  expect(code).toBe(1);
  expect(stderr).toBe('error: standard output cannot be written: ENOSPC\n');
});

it('a broker that goes away while tail reads', async () => {
  const sandbox = await startSandbox();
  const at = ['--brokers', sandbox.address];
  await eventmill(['run', 'smoke', '--rate', 'max', ...at, ...quiet]);
  const tail = eventmill(['tail', 'stock_price_updates', '--from', 'beginning', ...at]);
  await expect
    .poll(async () => (await sandbox.stats()).requests['Fetch'] ?? 0, { timeout: 10_000 })
    .toBeGreaterThan(1);
  await sandbox.close();
  const { code, stderr } = await tail;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: reading topic stock_price_updates: .*\n$/);
});

it('a topic to tail that is not there, said within seconds', async () => {
  const sandbox = await startSandbox();
  const begin = performance.now();
  const { code, stderr } = await eventmill(['tail', 'nowhere', '--brokers', sandbox.address]);
  await sandbox.close();
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: topic nowhere: .*UNKNOWN_TOPIC_OR_PARTITION/);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

it('two profiles and a folder that is not there yet', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'eventmill-mistakes-')), 'new');
  const flags = ['--profile', 'async,sync', '--driver', 'file', '--out', folder, '--count', '20'];
  const { code } = await eventmill(['run', 'smoke', ...flags, '--rate', 'max', ...quiet]);
  expect(code).toBe(0);
  expect(existsSync(join(folder, 'stock_price_updates.sync.jsonl'))).toBe(true);
});
