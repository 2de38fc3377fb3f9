import { mkdtempSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FlagValues } from '../../../src/command.js';
import { runCommand } from '../../../src/commands/bodies/run.js';
import type { Summary } from '../../../src/types.js';
import { type FakeProcess, fakeProcess, invocation } from '../../support/context.js';

/** Through the driver null, so that these tests are about the command and not about brokers. */
const NOWHERE: FlagValues = { driver: 'null', metricsPort: 'off' };

function start(flags: FlagValues, workload = 'smoke', options: Parameters<typeof fakeProcess>[0] = {}) {
  const process = fakeProcess(options);
  const done = runCommand(invocation([workload], { ...NOWHERE, ...flags }), process.context);
  return { ...process, done };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const summaryPath = () => join(mkdtempSync(join(tmpdir(), 'eventmill-run-')), 'out.json');
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Summary;

it('makes what was asked for, tells it on standard output, and ends with 0', async () => {
  const summary = summaryPath();
  const { done, stdout, stderr } = start({ count: '1000', rate: ['max'], summary, seed: '9' });
  expect(await done).toBe(0);
  expect(stdout.text).toContain('seed: 9\n');
  expect(stdout.text).toContain('async: 1,000 due = 1,000 acked + 0 failed');
  expect(stderr.text).toBe('');
  expect(read(summary)).toMatchObject({
    seed: 9,
    workload: 'smoke',
    driver: 'null',
    sandbox: false,
    profiles: [{ name: 'async', due: 1000, acked: 1000 }],
  });
});

it('prints nothing at all with --quiet', async () => {
  const { done, stdout, stderr } = start({ count: '100', rate: ['max'], quiet: true });
  expect(await done).toBe(0);
  expect(stdout.text + stderr.text).toBe('');
});

it('leaves standard output to the records when they go there', async () => {
  const { done, stdout, stderr } = start({ count: '100', rate: ['max'], driver: 'stdout' });
  expect(await done).toBe(0);
  const lines = stdout.text.trimEnd().split('\n');
  expect(lines).toHaveLength(100);
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  expect(stderr.text).toContain('100 acked');
});

it('takes its settings from the environment where no flag says otherwise', async () => {
  const options = { environment: { EVENTMILL_COUNT: '50', EVENTMILL_RATE: 'max', EVENTMILL_SEED: '3' } };
  const { done, stdout } = start({ seed: '4' }, 'smoke', options);
  expect(await done).toBe(0);
  expect(stdout.text).toContain('seed: 4');
  expect(stdout.text).toContain('50 due');
});

it('obeys --no-color on a terminal', async () => {
  const { done, stdout } = start({ count: '10', rate: ['max'], color: false }, 'smoke', { columns: 100 });
  await done;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  expect(stdout.text).not.toMatch(/\u001B\[[0-9;]*m/);
  expect(stdout.plain).toContain('│ async');
});

describe('before anything is made', () => {
  it('tells all mistakes of flags, profiles and workload together', async () => {
    const { done, stdout } = start(
      { profile: 'asinc', rate: ['10x'], duration: '5', sandboxMemory: '3', set: ['lingerMs=soon'] },
      'smok',
    );
    await expect(done).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /--rate: .*\n--duration: .*\n--sandbox-memory: [\s\S]*asinc[\s\S]*smok/,
      ) as string,
    });
    expect(stdout.text).toBe('');
  });

  it('refuses a summary that cannot be written', async () => {
    const { done } = start({ summary: '/nonexistent/out.json' });
    await expect(done).rejects.toMatchObject({ code: 'NOT_WRITABLE', exitCode: 2 });
  });

  it('refuses the driver file without a folder', async () => {
    await expect(start({ driver: 'file' }).done).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('add --out FOLDER') as string,
    });
  });

  it('refuses a reporter that there is not', async () => {
    await expect(start({ reporter: 'terminl' }).done).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('Did you mean terminal?') as string,
    });
  });
});

describe('interrupted', () => {
  async function interrupted(act: (process: FakeProcess) => void) {
    const summary = summaryPath();
    const process = start({ duration: '0', rate: ['200/s'], summary });
    await until(() => process.stdout.text.includes(' due, '));
    act(process);
    return { code: await process.done, process, summary: read(summary) };
  }

  it('flushes, writes its summary and ends with 130', async () => {
    const { code, process, summary } = await interrupted(({ signal }) => signal('SIGTERM'));
    expect(code).toBe(130);
    expect(process.stdout.text).toContain('Interrupted after');
    const [profile] = summary.profiles;
    expect(profile!.due).toBe(profile!.acked);
  });

  it('ends quietly, and not as a failure, when nobody reads its output any more', async () => {
    const { code, process } = await interrupted(({ hangUp }) => hangUp());
    expect(code).toBe(0);
    expect(process.stderr.text).toBe('');
  });
});

it('serves page, metrics, snapshot and health while it runs and for the hold after it', async () => {
  const process = start({ count: '20', rate: ['max'], metricsPort: '0', metricsHold: '60s' });
  await until(() => process.stderr.text.includes('stays up'));
  const url = /live page: (http:\S+)/.exec(process.stdout.text)![1]!;
  const ask = (path: string) =>
    new Promise<string>((resolve, reject) => {
      get(`${url}${path}`, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        answer.on('end', () => resolve(body));
      }).on('error', reject);
    });
  expect(await ask('metrics')).toMatch(
    /eventmill_records_total\{profile="async",topic="\w+",fate="acked"\} \d+/,
  );
  expect(JSON.parse(await ask('healthz'))).toEqual({ status: 'ok', phase: 'done' });
  expect(await ask('')).toContain('<th scope="row">async</th>');
  expect(JSON.parse(await ask('snapshot.json'))).toMatchObject({ workload: 'smoke', phase: 'done' });
  process.signal();
  expect(await process.done).toBe(0);
  await expect(ask('healthz')).rejects.toThrow();
});
