import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameSplitter } from '../../../src/protocol/frames.js';
import { ProtocolError } from '../../../src/protocol/reader.js';
import { Writer } from '../../../src/protocol/writer.js';

const framed = (...contents: Uint8Array[]) => {
  const writer = new Writer();
  for (const content of contents) writer.bytes(content);
  return writer.finish();
};

function split(splitter: FrameSplitter, ...chunks: Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  for (const chunk of chunks) splitter.push(chunk, (frame) => frames.push(frame));
  return frames;
}

describe('FrameSplitter', () => {
  test('gives frames that came whole as views on the chunk', () => {
    const chunk = framed(Buffer.from('one'), Buffer.from('two'));
    const frames = split(new FrameSplitter(100), chunk);
    expect(frames.map(String)).toEqual(['one', 'two']);
    expect(frames.every((frame) => frame.buffer === chunk.buffer)).toBe(true);
  });

  test('gives the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (contents, sizes) => {
          const stream = framed(...contents);
          const splitter = new FrameSplitter(40);
          const frames: Buffer[] = [];
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const size = sizes[cut % sizes.length]!;
            frames.push(...split(splitter, stream.subarray(at, at + size)));
            at += size;
          }
          expect(frames.map((frame) => [...frame])).toEqual(contents.map((content) => [...content]));
          expect(splitter.pendingBytes).toBe(0);
        },
      ),
    );
  });

  test('holds only what has come, not what was announced', () => {
    const splitter = new FrameSplitter(100_000_000);
    split(splitter, new Writer().int32(100_000_000).int8(1).finish());
    expect(splitter.pendingBytes).toBe(5);
  });

  test.for([
    ['a negative length', -1, /declares -1 bytes, but 0 to 50 are allowed$/],
    ['a length beyond the maximum', 51, /declares 51 bytes/],
    ['a TLS handshake', 0x16030100, /look like TLS/],
    ['a TLS alert', 0x15030100, /look like TLS/],
    ['an HTTP request', Buffer.from('GET ').readInt32BE(), /look like HTTP/],
  ] as const)('refuses %s', ([, length, message]) => {
    const chunk = new Writer().int32(length).finish();
    expect(() => split(new FrameSplitter(50), chunk)).toThrow(ProtocolError);
    expect(() => split(new FrameSplitter(50), chunk.subarray(0, 2), chunk.subarray(2))).toThrow(message);
  });

  test('takes a frame of exactly the maximum, and an empty one', () => {
    const frames = split(new FrameSplitter(3), framed(Buffer.from('abc'), Buffer.alloc(0)));
    expect(frames.map(String)).toEqual(['abc', '']);
  });
});
