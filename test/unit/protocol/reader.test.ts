import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError, Reader } from '../../../src/protocol/reader.js';
import { Writer } from '../../../src/protocol/writer.js';

const bytes = (...list: number[]) => Buffer.from(list);

describe('Reader', () => {
  test('reads what Writer wrote, in order', () => {
    const buffer = new Writer(1)
      .int8(-5)
      .int16(-300)
      .int32(-70_000)
      .uint32(4_000_000_000)
      .int64(-(2n ** 63n))
      .int64(-1_700_000_000_123)
      .varint(-12_345)
      .unsignedVarint(4_294_967_295)
      .boolean(true)
      .string('naïve')
      .nullableString(null)
      .bytes(bytes(1, 2, 3))
      .nullableBytes(null)
      .raw(bytes(9, 8))
      .finish();
    const reader = new Reader(buffer);
    expect(reader.int8()).toBe(-5);
    expect(reader.int16()).toBe(-300);
    expect(reader.int32()).toBe(-70_000);
    expect(reader.uint32()).toBe(4_000_000_000);
    expect(reader.int64()).toBe(-(2n ** 63n));
    expect(reader.int64Number()).toBe(-1_700_000_000_123);
    expect(reader.varint()).toBe(-12_345);
    expect(reader.unsignedVarint()).toBe(4_294_967_295);
    expect(reader.boolean()).toBe(true);
    expect(reader.string()).toBe('naïve');
    expect(reader.nullableString()).toBeNull();
    expect(reader.bytes()).toEqual(bytes(1, 2, 3));
    expect(reader.nullableBytes()).toBeNull();
    expect(reader.raw(2)).toEqual(bytes(9, 8));
    expect(reader.remaining).toBe(0);
  });

  test('gives views, not copies', () => {
    const buffer = new Writer().bytes(bytes(7)).finish();
    const view = new Reader(buffer).bytes();
    buffer[4] = 42;
    expect(view[0]).toBe(42);
  });

  test('reads a null array as an empty one, and tells them apart when asked to', () => {
    const write = () => new Writer().nullableArray(null, () => {}).finish();
    expect(new Reader(write()).array(() => 1)).toEqual([]);
    expect(new Reader(write()).nullableArray(() => 1)).toBeNull();
  });

  test.for([
    ['a cut-off int32', bytes(0, 0, 1), (r: Reader) => r.int32(), /int32 at byte 0 needs 4 bytes, but 3/],
    [
      'a string that ends too soon',
      bytes(0, 9, 65),
      (r: Reader) => r.string(),
      /string at byte 0 declares 9, but 1/,
    ],
    ['a string of negative length', bytes(255, 254), (r: Reader) => r.string(), /declares -2/],
    ['a null string', bytes(255, 255), (r: Reader) => r.string(), /string at byte 0 is null/],
    ['null bytes', bytes(255, 255, 255, 255), (r: Reader) => r.bytes(), /bytes at byte 0 are null/],
    ['bytes of two gigabytes', bytes(127, 255, 255, 255), (r: Reader) => r.bytes(), /declares 2147483647/],
    [
      'a varint without end',
      Buffer.alloc(9, 0xff),
      (r: Reader) => r.varint(),
      /varint at byte 0 has more than 32 bits/,
    ],
    ['an int64 beyond exactness', Buffer.alloc(8, 0x7f), (r: Reader) => r.int64Number(), /int64 at byte 0/],
    ['a negative stretch', bytes(1), (r: Reader) => r.raw(-1), /raw bytes at byte 0/],
  ] as const)('refuses %s, saying what and where', ([, buffer, read, message]) => {
    const reading = () => read(new Reader(buffer));
    expect(reading).toThrow(ProtocolError);
    expect(reading).toThrow(message);
  });

  test('refuses an array that declares more elements than bytes are left, before reading one', () => {
    const buffer = new Writer().int32(0x7fffffff).int32(1).finish();
    let read = 0;
    const reader = new Reader(buffer);
    expect(() => reader.array(() => read++)).toThrow(/array count at byte 0 declares 2147483647, but 4/);
    expect(read).toBe(0);
  });

  test('keeps every varint, signed and unsigned', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 0xffffffff }), (signed, unsigned) => {
        const reader = new Reader(new Writer().varint(signed).unsignedVarint(unsigned).finish());
        expect([reader.varint(), reader.unsignedVarint()]).toEqual([signed, unsigned]);
      }),
    );
  });

  test('throws nothing but a ProtocolError, whatever the bytes', () => {
    const reads = ['int64', 'varint', 'string', 'nullableString', 'bytes', 'nullableBytes'] as const;
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(...reads), (content, method) => {
        const reader = new Reader(Buffer.from(content));
        try {
          reader.array(() => reader[method]());
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
        expect(reader.offset).toBeLessThanOrEqual(content.length);
      }),
    );
  });
});
