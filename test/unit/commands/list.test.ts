import { expect, it } from 'vitest';
import { KINDS, printList } from '../../../src/commands/bodies/list.js';
import { fakeProcess, invocation } from '../../support/context.js';

async function list(kind?: string, columns?: number): Promise<string> {
  const { context, stdout } = fakeProcess(columns === undefined ? {} : { columns });
  expect(await printList(invocation(kind === undefined ? [] : [kind], { color: false }), context)).toBe(0);
  return stdout.text;
}

const rows = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

it('gives kind, name and meaning of everything, three columns each, in a pipe', async () => {
  const all = rows(await list());
  expect(all.every((row) => row.length === 3 && row.every((cell) => cell !== ''))).toBe(true);
  expect(new Set(all.map(([kind]) => kind))).toEqual(new Set(KINDS));
  const names = all.map(([kind, name]) => `${kind}/${name}`);
  expect(names).toEqual(
    expect.arrayContaining([
      'generators/stock',
      'generators/pizza',
      'profiles/durable',
      'workloads/demo',
      'rates/ramp',
      'codecs/zstd',
      'drivers/kafkajs',
      'reporters/terminal',
    ]),
  );
  expect(names).toEqual([...new Set(names)]);
});

it('gives each option of a generator with default, unit and meaning', async () => {
  const stock = rows(await list('generators')).filter(([name]) => name === 'stock');
  expect(stock[0]).toHaveLength(2);
  const trades = stock.find(([, option]) => option === 'tradesPerDay');
  expect(trades).toHaveLength(5);
  expect(trades![2]).toMatch(/^\d+$/);
  expect(trades![3]).toBe('trades a day');
  expect(trades![4]).not.toBe('');
});

it('shows the same to people, within the width of their terminal', async () => {
  const text = await list('generators', 80);
  expect(text).toMatch(/^Generators\n/);
  expect(text).toMatch(/tradesPerDay +\d+ trades a day/);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('says which kinds there are when one is misspelt', async () => {
  await expect(list('genrators')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('did you mean generators?') as string,
  });
});

it('names the rates without a formula, too', async () => {
  const kinds = rows(await list('rates')).map(([name]) => name);
  expect(kinds).toEqual(expect.arrayContaining(['constant', 'max', 'natural', 'ramp']));
  expect(kinds).toEqual([...kinds].sort());
});
