import { describe, expect, it } from 'vitest';
import { behind, LinePress, Offsets } from '../../../src/lines.js';
import type { Headers } from '../../../src/types.js';
import { binary, entryOf, json } from './harness.js';

const roomy = { batchBytes: 100_000, batchRecords: 1_000, envelope: false };

describe('lines', () => {
  it('are the values alone, each with a newline', () => {
    const lines = new LinePress(roomy).open();
    expect(lines.add(entryOf({ a: 1 }, { text: 'key' }))).toBe('{"a":1}'.length + 3);
    lines.add(entryOf('two'));
    expect(lines.text.toString()).toBe('{"a":1}\n"two"\n');
    expect(lines.bytes).toBe(lines.text.length);
    expect(lines.count).toBe(2);
  });

  it('are written as they are when the value is no JSON', () => {
    const lines = new LinePress(roomy).open();
    lines.add(entryOf(Buffer.from([1, 255, 2]), { serializer: binary }));
    expect([...lines.text]).toEqual([1, 255, 2, 10]);
  });

  it('carry key, timestamp and headers in an envelope', () => {
    const lines = new LinePress({ ...roomy, envelope: true }).open();
    const headers: Headers = { trace: 'ü"1', raw: Buffer.from('x'), none: null };
    const bytes = lines.add(entryOf({ a: 1 }, { text: 'k"1', timestamp: 5, headers }));
    expect(bytes).toBe('{"a":1}'.length + 3 + 'trace'.length + 4 + 'raw'.length + 1 + 'none'.length);
    lines.add(entryOf({ b: 2 }));
    expect(lines.text.toString().split('\n')).toEqual([
      '{"key":"k\\"1","value":{"a":1},"timestamp":5,"headers":{"trace":"ü\\"1","raw":"x","none":null}}',
      '{"key":null,"value":{"b":2},"timestamp":1700000000000,"headers":{}}',
      '',
    ]);
  });

  it('show bytes that are no text as base64 and say so', () => {
    const lines = new LinePress({ ...roomy, envelope: true }).open();
    const noise = Buffer.from([0, 255, 254]);
    lines.add(
      entryOf(noise, { serializer: binary, key: noise, keyLength: 3, headers: { h: noise }, timestamp: 5 }),
    );
    expect(JSON.parse(lines.text.toString())).toEqual({
      key: 'AP/+',
      keyEncoding: 'base64',
      value: 'AP/+',
      valueEncoding: 'base64',
      timestamp: 5,
      headers: { h: 'AP/+', hEncoding: 'base64' },
    });
  });

  it('take the key from its place in a larger table', () => {
    const lines = new LinePress({ ...roomy, envelope: true }).open();
    lines.add(entryOf(1, { key: Buffer.from('aaBBBcc'), keyStart: 2, keyLength: 3 }));
    expect(JSON.parse(lines.text.toString())).toMatchObject({ key: 'BBB' });
  });

  it('grow for a record larger than the batch when it is the first, and refuse it when it is not', () => {
    const lines = new LinePress({ ...roomy, batchBytes: 100 }).open();
    expect(lines.add(entryOf('x'.repeat(5_000)))).toBe(5_002);
    expect(lines.add(entryOf('y'))).toBe(-1);
    expect(lines.text.toString()).toBe(`"${'x'.repeat(5_000)}"\n`);
  });

  it('are as before after a record that had no room', () => {
    const lines = new LinePress({ ...roomy, batchBytes: 20 }).open();
    lines.add(entryOf('12345'));
    expect(lines.add(entryOf('1234567890123'))).toBe(-1);
    expect(lines.add(entryOf('67890'))).toBe(7);
    expect(lines.text.toString()).toBe('"12345"\n"67890"\n');
    expect(lines.count).toBe(2);
  });

  it('stop at the number of records asked for', () => {
    const lines = new LinePress({ ...roomy, batchRecords: 2 }).open();
    expect([1, 2, 3].map((value) => lines.add(entryOf(value)))).toEqual([1, 1, -1]);
  });

  it('do not see their bytes again in the batch that reuses their buffer', () => {
    const press = new LinePress(roomy);
    const first = press.open();
    first.add(entryOf('first'));
    first.release();
    first.release();
    const second = press.open();
    const third = press.open();
    second.add(entryOf('second'));
    third.add(entryOf('third'));
    expect(second.text.toString()).toBe('"second"\n');
    expect(third.text.toString()).toBe('"third"\n');
  });

  it('count what a serializer wrote, not what it looks like', () => {
    const lines = new LinePress(roomy).open();
    expect(lines.add(entryOf('ü', { serializer: json }))).toBe(4);
  });
});

it('offsets count the records of each partition from zero', () => {
  const offsets = new Offsets();
  expect(offsets.take('a', 0, 3)).toBe(0);
  expect(offsets.take('a', 0, 2)).toBe(3);
  expect(offsets.take('a', 2, 1)).toBe(0);
  expect(offsets.take('b', 0, 1)).toBe(0);
  expect(offsets.take('a', 0, 1)).toBe(5);
});

it.each([
  [0, 'abcdef'],
  [1, 'bcdef'],
  [2, 'cdef'],
  [5, 'f'],
  [6, ''],
])('%d bytes written leave what is behind them', (bytes, rest) => {
  const texts = ['ab', 'c', 'def'].map((text) => Buffer.from(text));
  const left = behind(texts, bytes);
  expect(Buffer.concat(left).toString()).toBe(rest);
  expect(left.every(({ length }) => length > 0)).toBe(true);
});
