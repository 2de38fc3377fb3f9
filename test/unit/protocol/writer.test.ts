import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reader } from '../../../src/protocol/reader.js';
import { Writer } from '../../../src/protocol/writer.js';

describe('Writer', () => {
  test('writes lengths and big-endian numbers as the protocol has them', () => {
    const buffer = new Writer()
      .int16(258)
      .string('ab')
      .array([1, 2], () => {})
      .int64(1)
      .finish();
    expect(buffer.toString('hex')).toBe('0102' + '00026162' + '00000002' + '0000000000000001');
  });

  test('patches a length that was reserved, even after it had to grow', () => {
    const writer = new Writer(16);
    const at = writer.reserve(4);
    writer.raw(Buffer.alloc(1000, 7)).patchLength(at);
    const buffer = writer.finish();
    expect(buffer.length).toBe(1004);
    expect(buffer.readInt32BE(0)).toBe(1000);
  });

  test('keeps any safe integer as an int64', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(new Reader(new Writer().int64(value).finish()).int64Number()).toBe(value);
        expect(new Writer().int64(BigInt(value)).finish()).toEqual(new Writer().int64(value).finish());
      }),
    );
  });

  test('refuses numbers and strings that the protocol cannot hold', () => {
    expect(() => new Writer().int64(2 ** 53)).toThrow('int64 expects a safe integer');
    expect(() => new Writer().string('x'.repeat(40_000))).toThrow('a string may have 32767 bytes, got 40000');
  });
});
