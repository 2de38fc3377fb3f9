import { expect, test } from 'vitest';
import type { FlagValues } from '../../../src/command.js';
import { calibrate } from '../../../src/commands/bodies/calibrate.js';
import { fakeProcess, invocation } from '../../support/context.js';

async function measured(flags: FlagValues, interrupt = false) {
  const { context, stdout, stderr, signal } = fakeProcess();
  const done = calibrate(invocation([], flags), context);
  if (interrupt) signal();
  return { code: await done, text: stdout.text, said: stderr.text };
}

const SHORT = { generator: 'stock', rounds: '1', round: '20ms' };

test('tells every ceiling with its range, and what it means', async () => {
  const { code, text, said } = await measured(SHORT);
  expect(code).toBe(0);
  expect(said).toMatch(/^calibrating: about \d/);
  for (const row of ['generator', 'and serializer', 'pipeline into null', 'into the sandbox'])
    expect(text).toMatch(new RegExp(`^stock: ${row} +[1-9][\\d,]+ +[\\d,]+ +[\\d,]+ +records/s`, 'm'));
  for (const codec of ['gzip', 'lz4', 'snappy', 'zstd'])
    expect(text).toMatch(new RegExp(`^${codec}: compression +\\d.* MB/s +\\d+\\.\\d times smaller`, 'm'));
  expect(text).toMatch(/^checksum \(CRC-32C\): each batch is summed once/m);
  expect(text).toMatch(/^1 ms timer late by, p99 +\d/m);
});

test('gives a program the figures of each round: no stage is faster than what it begins with', async () => {
  const { text } = await measured({ ...SHORT, rounds: '3', json: true });
  const { machine, ceilings } = JSON.parse(text) as {
    machine: { processors: number };
    ceilings: { name: string; median: number; rounds: number[] }[];
  };
  expect(machine.processors).toBeGreaterThan(0);
  expect(ceilings).toHaveLength(10);
  for (const { rounds, median } of ceilings) {
    expect(rounds).toHaveLength(3);
    expect(rounds).toContain(median);
  }
  const best = (name: string) => Math.max(...ceilings.find((one) => one.name === name)!.rounds);
  expect(best('and serializer')).toBeLessThan(best('generator'));
});

test('tells its mistakes together, and ends with 130 when interrupted', async () => {
  await expect(measured({ rounds: '0', round: 'soon', generator: ',' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/--generator: .*\n--rounds: .*\n--round: /),
  });
  await expect(measured({ ...SHORT, rounds: '0', generator: 'stok,stock,foo' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/--rounds: .*\n--generator: .*"stok".*\n--generator: .*"foo"/),
  });
  expect(await measured({ ...SHORT, rounds: '100' }, true)).toMatchObject({ code: 130, text: '' });
});
