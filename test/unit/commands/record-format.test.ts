import { expect, it } from 'vitest';
import { recordFormat, type ShownRecord } from '../../../src/commands/bodies/record-format.js';

const record = (over: Partial<ShownRecord> = {}): ShownRecord => ({
  partition: 3,
  offset: 42,
  timestamp: Date.UTC(2025, 5, 3, 12),
  key: Buffer.from('AAPL'),
  value: Buffer.from('{"price":1.5}'),
  headers: [],
  ...over,
});

const json = recordFormat({ json: true, terminal: false, color: false });
const cells = recordFormat({ json: false, terminal: false, color: false });
const people = recordFormat({ json: false, terminal: true, color: false });

it('gives JSON with the value as it is, for jq', () => {
  expect(JSON.parse(json(record({ headers: [['h', Buffer.from('x')]] })))).toEqual({
    partition: 3,
    offset: 42,
    timestamp: 1_748_952_000_000,
    key: 'AAPL',
    value: { price: 1.5 },
    headers: { h: 'x' },
  });
});

it('keeps text that is no JSON, null, and bytes that are no text apart', () => {
  expect(JSON.parse(json(record({ value: Buffer.from('plain') })))).toMatchObject({ value: 'plain' });
  expect(JSON.parse(json(record({ key: null, value: null })))).toMatchObject({ key: null, value: null });
  expect(JSON.parse(json(record({ value: Buffer.from([0xff, 0]) })))).toMatchObject({
    value: '/wA=',
    valueEncoding: 'base64',
  });
  // A key is text even where it looks like a number.
  expect(JSON.parse(json(record({ key: Buffer.from('12') })))).toMatchObject({ key: '12' });
});

it('gives six columns in a pipe, whatever the record holds', () => {
  const line = cells(
    record({
      key: Buffer.from('a\tb'),
      value: Buffer.from('two\nlines'),
      headers: [
        ['h', Buffer.from('x')],
        ['n', null],
      ],
    }),
  );
  expect(line).toBe('3\t42\t1748952000000\ta\\tb\ttwo\\nlines\th=x,n=null\n');
});

it('aligns for people and lets no record move their cursor', () => {
  const line = people(record({ value: Buffer.from('\u001B[2Jgone\u0085') }));
  expect(line).toBe(' 3       42  2025-06-03T12:00:00.000Z  AAPL      \\u001b[2Jgone\\u0085\n');
  expect(people(record({ key: Buffer.from('a-longer-key') }))).toContain('a-longer-key  {');
  expect(people(record())).toContain('AAPL          {');
});

it('shows a record without a timestamp', () => {
  expect(people(record({ timestamp: -1 }))).toContain('------------------------');
});
