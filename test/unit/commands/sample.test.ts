import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FlagValues } from '../../../src/command.js';
import { printSample } from '../../../src/commands/bodies/sample.js';
import { fakeProcess, invocation } from '../../support/context.js';

async function sample(generator: string, flags: FlagValues = {}): Promise<{ [name: string]: unknown }[]> {
  const { context, stdout } = fakeProcess();
  expect(await printSample(invocation([generator], flags), context)).toBe(0);
  return stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { [name: string]: unknown });
}

const withoutTime = (events: { [name: string]: unknown }[]) =>
  events.map(({ timestamp: _timestamp, promisedAt: _promisedAt, ...rest }) => rest);

it('prints ten events, a JSON value a line, unless asked for more', async () => {
  expect(await sample('stock')).toHaveLength(10);
  expect(await sample('stock', { count: '2500' })).toHaveLength(2500);
});

it('prints the same for the same seed, but for the time of day, and other events for another', async () => {
  const first = withoutTime(await sample('pizza', { seed: '7', count: '50' }));
  expect(withoutTime(await sample('pizza', { seed: '7', count: '50' }))).toEqual(first);
  expect(withoutTime(await sample('pizza', { seed: '8', count: '50' }))).not.toEqual(first);
});

it('shows whole records when asked to', async () => {
  const [record] = await sample('stock', { count: '1', envelope: true });
  expect(Object.keys(record!)).toEqual(['key', 'value', 'timestamp', 'headers']);
  expect((record!['value'] as { symbol: string }).symbol).toBe(record!['key']);
});

it('takes options as a workload would have them, lists as words with commas', async () => {
  const events = await sample('stock', { option: ['symbols=AAPL,MSFT'], count: '40' });
  expect(new Set(events.map(({ symbol }) => symbol))).toEqual(new Set(['AAPL', 'MSFT']));
  const few = await sample('stock', { option: ['symbols=1'], count: '5' });
  expect(new Set(few.map(({ symbol }) => symbol)).size).toBe(1);
});

it('spaces due times by the rate asked for, without waiting', async () => {
  const times = (await sample('stock', { rate: '2/min', count: '3' })).map(
    ({ timestamp }) => timestamp as number,
  );
  expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(59_998);
  expect(times[2]! - times[0]!).toBeLessThanOrEqual(60_002);
});

it('tells all mistakes among its flags at once', async () => {
  await expect(sample('stock', { count: 'many', seed: '-1', rate: '5' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/^--count: .*\n--seed: .*\n--rate: .*$/) as string,
  });
});

it('tells what is wrong with options and generator beside what is wrong with flags', async () => {
  const { context } = fakeProcess();
  const wrong = { rate: 'often', option: ['simbols=3', 'symbols=0'] };
  const refused = printSample(invocation(['stock'], wrong), context);
  await expect(refused).rejects.toThrow(/--rate: .*\n.*options\.simbols: .*\n.*options\.symbols: /s);
  const nobody = printSample(invocation(['stok'], { rate: 'often' }), context);
  await expect(nobody).rejects.toThrow(/--rate: .*\n.*got "stok"/s);
});

it('names the nearest option and generator', async () => {
  await expect(sample('stock', { option: ['symbls=3'] })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('nearest: symbols') as string,
  });
  await expect(sample('stok')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('Did you mean stock?') as string,
  });
});

it("shows a user's own generator by path, and ends where its events end", async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'eventmill-sample-')), 'mine.mjs');
  writeFileSync(
    file,
    `let n = 0;
     export default { doc: 'Counts.', topic: 'counts', create: () => ({ next: (dueAt) => ({ value: { n: ++n }, timestamp: Math.floor(dueAt) }) }) };`,
  );
  expect(await sample(file, { count: '3' })).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

it('stops when nobody reads any more', async () => {
  const { context, stdout, hangUp } = fakeProcess();
  hangUp();
  expect(await printSample(invocation(['stock'], { count: '1000000' }), context)).toBe(0);
  expect(stdout.text).toBe('');
});
