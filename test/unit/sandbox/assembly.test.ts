import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameSplitter } from '../../../src/protocol/frames.js';
import { Writer } from '../../../src/protocol/writer.js';
import { Assembly } from '../../../src/sandbox/assembly.js';
import { startServer } from '../../support/sandbox-server.js';
import { makeBatch, writeProduce } from '../../support/sandbox-wire.js';

const framed = (contents: readonly Uint8Array[]) => {
  const writer = new Writer();
  for (const content of contents) writer.bytes(content);
  return writer.finish();
};

test('connections that take turns are given their own requests, and keep those that they left there', () => {
  const streams = fc.array(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  const turns = fc.array(fc.record({ size: fc.integer({ min: 1, max: 50 }), keeps: fc.boolean() }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(streams, turns, (contents, sizes) => {
      const assembly = new Assembly();
      const connections = contents.map((each) => {
        const splitter = new FrameSplitter(100, assembly.join);
        return { splitter, left: framed(each), read: [] as number[][], kept: [] as [number, Buffer][] };
      });
      for (let turn = 0; connections.some(({ left }) => left.length > 0); turn++) {
        const one = connections[turn % connections.length]!;
        const { size, keeps } = sizes[turn % sizes.length]!;
        one.splitter.push(one.left.subarray(0, size), (frame) => {
          if (keeps) {
            one.kept.push([one.read.length, frame]);
            assembly.leave(frame);
          }
          one.read.push([...frame]);
        });
        one.left = one.left.subarray(size);
      }
      for (const [i, { read, kept, splitter }] of connections.entries()) {
        expect(read).toEqual(contents[i]!.map((content) => [...content]));
        for (const [place, frame] of kept) expect([...frame]).toEqual(read[place]);
        expect(splitter.pendingBytes).toBe(0);
      }
    }),
  );
});

test('requests in pieces take the same place again, until one is left there', () => {
  const assembly = new Assembly();
  const joined = () => assembly.join([Buffer.alloc(600), Buffer.alloc(400)], 1000);
  const first = joined();
  expect(joined().buffer).toBe(first.buffer);
  assembly.leave(first);
  expect(joined().buffer).not.toBe(first.buffer);
});

test('a request that waits is stored as it came, whatever comes in pieces meanwhile', async () => {
  const { connect } = await startServer({ faults: ['produce:delay=30ms,client=slow'] });
  const [slow, quick] = [await connect(), await connect()];
  await quick.createTopic('t', 2);
  // Larger than what a socket is read by.
  const batchOf = (fill: string) => makeBatch({ bytes: 300_000, fill });
  const waiting = slow.call('Produce', 8, writeProduce('t', 0, batchOf('a')), 'slow');
  for (const fill of ['b', 'c']) await quick.produce('t', 1, batchOf(fill));
  await waiting;
  const { records } = await quick.fetch('t', 0, 0);
  expect(records.subarray(16)).toEqual(batchOf('a').subarray(16));
});
