/** Comparisons from the command line, into sandboxes: trials in processes of their own, reports, interruption, judgement. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/compare/types.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { cliPath, eventmill } from '../support/tools-cli.js';

const folder = () => mkdtempSync(join(tmpdir(), 'eventmill-compare-'));
const reportIn = (path: string) => JSON.parse(readFileSync(join(path, 'report.json'), 'utf8')) as Report;
const SHORT = ['--count', '300', '--warmup', '50ms'];
const LONG = { timeoutMs: 120_000 };

describe('compare smoke --profile async,sync,kafkajs', () => {
  const out = folder();
  const xml = join(out, 'junit.xml');
  const summary = join(out, 'summary.md');
  const run = eventmill(
    [
      'compare',
      'smoke',
      '--profile',
      'async,sync,kafkajs',
      '--trials',
      '2',
      ...SHORT,
      '--report',
      out,
      '--junit',
      xml,
    ],
    { ...LONG, env: { GITHUB_STEP_SUMMARY: summary } },
  );

  it('tells how long it will take, then trial after trial, and ends with a line for each profile', async () => {
    const { code, stdout, stderr } = await run;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^warning: --trials 2: fewer than 3 rounds can hardly show any difference; [^\n]*\n$/,
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^6 trials \(3 candidates, 2 rounds\), each 300 records or .* at full speed after .* of warm-up; how long that takes depends on how fast each is/,
    );
    expect(lines[1]).toMatch(/^about [\d.]+ (s|min [\d]+ s) in all, and more where/);
    const { design, trials } = reportIn(out);
    const took = trials.reduce(
      (sum, { attempt, wallSeconds = 0 }) => sum + (attempt === 1 ? wallSeconds : 0),
      0,
    );
    expect(design.secondsPlanned! / took).toBeGreaterThan(0.1);
    expect(design.secondsPlanned! / took).toBeLessThan(10);
    // One that the machine was too busy for is made once more.
    const rounds = lines.filter((line) => /^round \d of 2 /.test(line));
    expect(rounds.length).toBeGreaterThanOrEqual(6);
    expect(rounds.length).toBeLessThanOrEqual(12);
    expect(lines.at(-3)).toMatch(/^async {4}(1× \(throughput .*\): the baseline|no trial counts)/);
    expect(lines.at(-2)).toMatch(/^sync {5}([\d.<> ]+× \([\d.<> ]+ … [\d.<> ]+\) of async: |no )/);
    expect(lines.at(-1)).toMatch(/^kafkajs {2}(.*× \(.*\) of async: |no )/);
  });

  it('rotates the order, and sends the same events through each, all of which come back', async () => {
    await run;
    const report = reportIn(out);
    const first = report.trials.filter(({ attempt }) => attempt === 1);
    expect(first.map(({ candidate, round }) => `${candidate} ${round}`)).toEqual([
      'async 1',
      'sync 1',
      'kafkajs 1',
      'sync 2',
      'kafkajs 2',
      'async 2',
    ]);
    for (const { figures } of report.trials) {
      expect(figures!.profile).toMatchObject({
        due: 300,
        acked: 300,
        verify: { read: 300, lost: 0, duplicated: 0 },
      });
      expect(figures!.metrics.cpuSecondsPerMillion).toBeGreaterThan(0);
    }
    const bytes = new Set(report.trials.map(({ figures }) => figures!.profile.bytes));
    expect(bytes.size).toBe(1);
    const topics = report.trials.flatMap(({ figures }) => Object.keys(figures!.profile.topics));
    expect(new Set(topics).size).toBe(topics.length);
    expect(topics.every((topic) => topic.includes(report.runId))).toBe(true);
  });

  it('leaves a report in each form', async () => {
    await run;
    expect(readdirSync(out).sort()).toEqual([
      'junit.xml',
      'report.html',
      'report.json',
      'report.md',
      'summary.md',
      'trials.csv',
    ]);
    expect(readFileSync(summary, 'utf8')).toBe(readFileSync(join(out, 'report.md'), 'utf8'));
    expect(readFileSync(xml, 'utf8')).toContain('tests="3" failures="0"');
    expect(
      readFileSync(join(out, 'trials.csv'), 'utf8').trimEnd().split('\r\n').length,
    ).toBeGreaterThanOrEqual(7);
    expect(reportIn(out).command.slice(0, 3)).toEqual(['compare', 'smoke', '--profile=async,sync,kafkajs']);
  });

  it('is a baseline for later ones, which fail with the reason', async () => {
    await run;
    const again = [
      'compare',
      'smoke',
      '--profile',
      'async',
      '--trials',
      '1',
      ...SHORT,
      '--baseline',
      join(out, 'report.json'),
    ];
    const { code, stdout, stderr } = await eventmill(
      [...again, '--fail-if', 'throughput > 0.0001x', '--fail-if', 'lost > 0'],
      LONG,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: --fail-if "throughput > 0.0001x": async: throughput .*x of .*\/s before\n$/,
    );
    expect(stdout).toContain('passed: not lost > 0: async: 0 lost');
  });
});

it('finds the slower of two that differ only in what the broker does to them', async () => {
  const out = folder();
  const { code } = await eventmill(
    [
      ...[
        'compare',
        'smoke',
        '--profile',
        'sync,sync',
        '--count',
        '40',
        '--trials',
        '4',
        '--warmup',
        '50ms',
        '--report',
        out,
      ],
      ...['--sandbox-fault', 'produce:delay=10ms,client=eventmill-sync'],
      ...['--sandbox-fault', 'produce:delay=100ms,client=eventmill-sync-2'],
    ],
    LONG,
  );
  expect(code).toBe(0);
  const { results } = reportIn(out);
  expect(results.map(({ candidate }) => candidate)).toEqual(['sync', 'sync#2']);
  const { ratio } = results[1]!.metrics.recordsPerSecond!;
  expect(ratio!.verdict).toBe('worse');
  expect(ratio!.pairs).toBeGreaterThanOrEqual(2);
  expect(ratio!.value).toBeLessThan(0.6);
});

it('names trials whose records piled up in the buffer, however fast they were made', async () => {
  const out = folder();
  const { stdout } = await eventmill(
    [
      ...['compare', 'demo', '--profile', 'async', '--rate', '20000/s', '--duration', '2s'],
      ...['--trials', '1', '--warmup', '0', '--report', out, '--sandbox-fault', 'produce:delay=20ms'],
      ...['--set', 'inFlightMax=1', '--set', 'batchBytes=4KiB', '--set', 'lingerMs=0'],
    ],
    LONG,
  );
  expect(stdout).toContain('closed out: async, round 1: the rate was not reached');
  expect(reportIn(out).trials[0]!.closedOut.map(({ code }) => code)).toContain('RATE_NOT_REACHED');
});

it('holds nothing against a baseline that is of other events, another rate or another length', async () => {
  const out = folder();
  const base = ['compare', 'smoke', '--profile', 'async', '--trials', '1', '--warmup', '0'];
  await eventmill([...base, '--count', '100', '--report', out], LONG);
  const held = ['--baseline', out, '--fail-if', 'throughput < 0.9x'];
  for (const [other, words] of [
    [['--count', '200'], 'expected a comparison of the same limits, {"count":200}, got {"count":100}'],
    [['--count', '100', '--rate', '50/s'], 'expected a comparison of the same rate'],
  ] as const) {
    const { code, stderr, stdout } = await eventmill([...base, ...other, ...held], LONG);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`--baseline: ${words}`);
  }
  const slower = await eventmill([...base, '--count', '100', '--set', 'lingerMs=9', ...held], LONG);
  expect(slower.stderr).toMatch(
    /warning: --baseline: The baseline is of another setting of async \(lingerMs \d+ there, 9 here\)/,
  );
});

it('names trials that did not reach the rate, and does not count them', async () => {
  const out = folder();
  const fault = ['--sandbox-fault', 'produce:delay=100ms,client=eventmill-sync'];
  const { stdout } = await eventmill(
    [
      ...[
        'compare',
        'smoke',
        '--profile',
        'async,sync',
        '--rate',
        '200/s',
        '--count',
        '150',
        '--warmup',
        '0',
        '--trials',
        '1',
      ],
      ...[...fault, '--report', out],
    ],
    LONG,
  );
  expect(stdout).toMatch(/closed out: sync, round 1: the rate was not reached: \d+ records\/s/);
  expect(stdout).toContain('sync   no trial counts, 1 closed out');
  const of = (name: string) =>
    reportIn(out)
      .trials.filter(({ candidate }) => candidate === name)
      .flatMap(({ closedOut }) => closedOut.map(({ code }) => code));
  expect(of('sync')).toContain('RATE_NOT_REACHED');
  expect(of('async')).not.toContain('RATE_NOT_REACHED');
});

it('names trials that a broker has throttled, and makes them once more', async () => {
  const broker = await startSandbox({ faults: ['produce:throttle=100ms,client=eventmill-durable'] });
  try {
    const out = folder();
    const { code, stdout } = await eventmill(
      [
        ...['compare', 'smoke', '--profile', 'async,durable', '--trials', '1', ...SHORT],
        ...['--brokers', broker.address, '--report', out],
      ],
      LONG,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /closed out: durable, round 1, attempt 2: brokers asked the producer to wait for \d+ ms/,
    );
    const { trials } = reportIn(out);
    const throttled = trials.filter(({ candidate }) => candidate === 'durable');
    expect(throttled.map(({ attempt }) => attempt)).toEqual([1, 2]);
    for (const { closedOut } of throttled)
      expect(closedOut).toContainEqual(expect.objectContaining({ code: 'THROTTLED' }));
    const others = trials.filter(({ candidate }) => candidate === 'async');
    expect(others.flatMap(({ closedOut }) => closedOut.map(({ code }) => code))).not.toContain('THROTTLED');
    // Its topics were its own, and are gone.
    expect((await broker.stats()).topics).toBe(0);
  } finally {
    await broker.close();
  }
});

it('fails when records are lost, and says whose', async () => {
  const { code, stderr, stdout } = await eventmill(
    [
      ...[
        'compare',
        'smoke',
        '--profile',
        'fire-and-forget',
        '--trials',
        '1',
        ...SHORT,
        '--fail-if',
        'lost > 0',
      ],
      ...[
        '--set',
        'lingerMs=0',
        '--rate',
        '500/s',
        '--sandbox-fault',
        'produce:error=NOT_LEADER_OR_FOLLOWER,every=5',
      ],
    ],
    LONG,
  );
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^error: --fail-if "lost > 0": fire-and-forget: \d+ lost$/m),
  });
  expect(stdout).toMatch(/read back \d+: [1-9]\d* lost/);
});

it('fails when a profile did not keep its promise, and says in which round', async () => {
  const out = folder();
  const fault = ['--sandbox-fault', 'produce:error=TOPIC_AUTHORIZATION_FAILED,every=2'];
  const { code, stderr } = await eventmill(
    [
      'compare',
      'smoke',
      '--profile',
      'async',
      '--trials',
      '1',
      ...SHORT,
      '--warmup',
      '0',
      ...fault,
      '--report',
      out,
    ],
    LONG,
  );
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^error: async, round 1: \d+ records failed \(TOPIC_AUTHORIZATION_FAILED \d+\)\n$/,
    ),
  });
  expect(reportIn(out).trials[0]!.failures).toHaveLength(1);
});

it('sweeps a setting, each value a candidate', async () => {
  const sweep = ['--sweep', 'compression=none,lz4', '--sweep', 'lingerMs=5'];
  const { code, stdout } = await eventmill(
    ['compare', 'smoke', '--profile', 'async', ...sweep, '--trials', '1', ...SHORT, '--warmup', '0'],
    LONG,
  );
  expect(code).toBe(0);
  // A trial that the machine was too busy for is made once more.
  for (const name of ['none', 'lz4'])
    expect(stdout).toMatch(
      new RegExp(
        `^async compression=${name} lingerMs=5: (300|600) due = \\1 acked; read back \\1: 0 lost`,
        'm',
      ),
    );
});

describe('an interruption', () => {
  it('keeps what is done, and the folder goes on from there', async () => {
    const out = folder();
    const words = [
      'compare',
      'smoke',
      '--profile',
      'async,durable',
      '--trials',
      '2',
      ...SHORT,
      '--report',
      out,
    ];
    const child = spawn(process.execPath, [cliPath(), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let complained = '';
    let interrupted = false;
    child.stderr.on('data', (chunk: Buffer) => {
      complained += chunk;
    });
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
      // Once: a second signal means something else.
      if (said.includes('round 1 of 2') && !interrupted) interrupted = child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, complained }).toEqual({
      code: 130,
      complained: expect.stringContaining(`go on with: eventmill compare --resume ${out}`),
    });
    const before = reportIn(out);
    expect(before.finishedAt).toBeNull();
    expect(before.trials.length).toBeGreaterThanOrEqual(1);

    const other = await eventmill(['compare', 'smoke', '--profile', 'sync', ...SHORT, '--report', out], LONG);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('holds an unfinished comparison with another design, set of candidates');

    const resumed = await eventmill(['compare', '--resume', out], LONG);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).not.toContain('error:');
    const after = reportIn(out);
    expect(after.finishedAt).not.toBeNull();
    expect(after.runId).toBe(before.runId);
    expect(after.trials.slice(0, before.trials.length)).toEqual(before.trials);
    expect(after.trials.filter(({ attempt }) => attempt === 1)).toHaveLength(4);
    expect((await eventmill(['compare', '--resume', out])).code).toBe(2);
  });
});

it('tells all mistakes at once, before anything is made', async () => {
  const out = join(folder(), 'report');
  const wrong = [
    '--baseline-profile',
    'zzz',
    '--trials',
    '0',
    '--sweep',
    'lingerMs=0,fast',
    '--fail-if',
    'thruput < 1x',
    '--report',
    out,
  ];
  const { code, stdout, stderr } = await eventmill(['compare', 'nosuch', '--profile', 'async', ...wrong]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringContaining('--trials: expected an integer from 1 to 1000'),
    expect.stringContaining('--fail-if: expected one of throughput,'),
    expect.stringContaining('workload "nosuch": expected one of'),
    expect.stringContaining('--sweep lingerMs: expected a duration'),
    expect.stringContaining('--baseline-profile: expected one of async, got "zzz"'),
  ]);
  expect(existsSync(out)).toBe(false);
});
