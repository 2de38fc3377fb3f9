import { expect, it } from 'vitest';
import { compileKey, noKey, putKey } from '../../src/key.js';
import { keyHash } from '../../src/partition.js';
import type { Entry, Fields } from '../../src/types.js';

const FIELDS: Fields = {
  symbol: { type: 'code', values: ['AAPL', 'MSFT'] },
  price: { type: 'decimal', scale: 4, digits: 2 },
  size: { type: 'int' },
  name: { type: 'string', optional: true },
};

function keyOf(field: string, value: unknown, fields: Fields | undefined = FIELDS) {
  const entry = { key: null, keyStart: 0, keyLength: 0 } as unknown as Entry;
  const hash = compileKey(field, fields)(value, entry);
  const text =
    entry.key === null
      ? null
      : Buffer.from(entry.key).toString('utf8', entry.keyStart, entry.keyStart + entry.keyLength);
  return { text, hash };
}

it('is the text of the field as the value shows it', () => {
  const value = { symbol: 1, price: 1_411_300, size: -7, name: 'Zoë' };
  expect(keyOf('symbol', value).text).toBe('MSFT');
  expect(keyOf('price', value).text).toBe('141.13');
  expect(keyOf('size', value).text).toBe('-7');
  expect(keyOf('name', value).text).toBe('Zoë');
});

it('is hashed as the same bytes are', () => {
  const bytes = Buffer.from('AAPL');
  expect(keyOf('symbol', { symbol: 0 }).hash).toBe(keyHash(bytes, 0, bytes.length));
});

it('is none where the field is not there', () => {
  expect(keyOf('name', { symbol: 0 })).toEqual({ text: null, hash: -1 });
  expect(noKey({}, {} as Entry)).toBe(-1);
});

it('is taken from values without declared fields too, whatever it is', () => {
  expect(keyOf('id', { id: 12.5 }, undefined).text).toBe('12.5');
  expect(keyOf('id', { id: { a: 1 } }, undefined).text).toBe('{"a":1}');
  expect(keyOf('id', { id: 'x'.repeat(200) }, undefined).text).toBe('x'.repeat(200));
});

it('may be given as text or bytes', () => {
  const entry = {} as Entry;
  expect(putKey('AAPL', entry)).toBe(putKey(Buffer.from('AAPL'), entry));
});
