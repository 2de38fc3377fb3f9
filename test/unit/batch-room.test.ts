import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchRoom, type RoomSettings } from '../../src/batch-room.js';
import { BufferPool } from '../../src/protocol/buffer-pool.js';
import { RecordBatch } from '../../src/protocol/record-batch.js';
import type { Codec, Driver, Entry } from '../../src/types.js';
import { Pipeline } from '../support/pipeline.js';
import '../support/properties.js';
import { final, OK } from '../support/recording-driver.js';
import { settle } from '../support/virtual-clock.js';

const KIB = 1024;
const SETTINGS: RoomSettings = {
  batchBytes: 64 * KIB,
  bufferBytes: 32 * KIB * KIB,
  partitionBufferBytes: 32 * KIB * KIB,
};

/** Full batches that each come out at this share of what they held. */
function filled(ratios: readonly number[], settings = SETTINGS): BatchRoom {
  const room = new BatchRoom(settings);
  for (const ratio of ratios) room.packed(room.bytes, room.bytes * ratio);
  return room;
}

const times = (count: number, ratio: number): number[] => new Array<number>(count).fill(ratio);
const ratio = fc.double({ min: 0.001, max: 1.2, noNaN: true });
const settings = fc
  .record({ batchBytes: fc.integer({ min: 1, max: 1 << 26 }), more: fc.nat(1 << 28), most: fc.nat(1 << 28) })
  .map(({ batchBytes, more, most }) => ({
    batchBytes,
    bufferBytes: batchBytes + more,
    partitionBufferBytes: batchBytes + most,
  }));

describe('the room of a batch', () => {
  it('is batchBytes while nothing is known, as without a codec', () => {
    expect(filled([]).bytes).toBe(64 * KIB);
  });

  it('is never below batchBytes, and never so large that a broker could not take it unpacked', () => {
    fc.assert(
      fc.property(settings, fc.array(ratio), (some, ratios) => {
        const { bytes } = filled(ratios, some);
        expect(bytes).toBeGreaterThanOrEqual(some.batchBytes);
        expect(bytes).toBeLessThanOrEqual(Math.max(some.batchBytes, 1_000_000));
        expect(Number.isInteger(bytes)).toBe(true);
      }),
    );
  });

  it('comes, whatever was before, to what batches take when they all pack alike', () => {
    fc.assert(
      fc.property(fc.array(ratio), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (before, then) => {
        const { bytes } = filled([...before, ...times(30, then)]);
        expect((bytes * then) / (64 * KIB)).toBeCloseTo(1 / 1.05, 3);
      }),
    );
  });

  it('grows by steps, and shrinks at once', () => {
    const room = filled([0.2]);
    expect(room.bytes).toBeLessThan(120 * KIB);
    for (const one of times(10, 0.2)) room.packed(room.bytes, room.bytes * one);
    expect(room.bytes).toBeGreaterThan(300 * KIB);
    room.packed(room.bytes, room.bytes * 0.5);
    expect(room.bytes).toBeLessThan(125 * KIB);
  });

  it('believes no small batch', () => {
    const room = filled(times(20, 0.2));
    const { bytes } = room;
    room.packed(500, 480);
    expect(room.bytes).toBe(bytes);
  });

  it('is batchBytes again after a refusal for size', () => {
    const room = filled(times(20, 0.2));
    room.refused();
    expect(room.bytes).toBe(64 * KIB);
  });

  it('leaves the buffer, and that of a partition, room for several batches', () => {
    const small = 2 * KIB * KIB;
    expect(filled(times(50, 0.01), { ...SETTINGS, bufferBytes: small }).bytes).toBe(256 * KIB);
    expect(filled(times(50, 0.01), { ...SETTINGS, partitionBufferBytes: small }).bytes).toBe(256 * KIB);
  });
});

/** Makes everything a quarter as large. */
const QUARTER: Codec = {
  id: 1,
  compress: (raw) => Promise.resolve(raw.subarray(0, Math.ceil(raw.length / 4))),
  decompress: () => Promise.reject(new Error('never asked')),
};
const HUNDRED_BYTES: Entry = {
  serializer: { write: (_value, _buffer, offset) => offset + 100 },
  value: {},
  key: null,
  keyStart: 0,
  keyLength: 0,
  timestamp: 0,
  headers: null,
};

/** Full batches of hundred-byte records in a partition, so many that a codec's work is believed. */
function pipeline(codec: Codec | null) {
  const p = new Pipeline({
    batchBytes: 4000,
    batchRecords: 1e6,
    bufferBytes: 1e6,
    partitionBufferBytes: 1e6,
  });
  const batches = { pool: new BufferPool(1e6), batchBytes: 4000, codec, level: undefined };
  const openBatch: Driver['openBatch'] = (_topic, _partition, expected, room) =>
    new RecordBatch(batches, expected, room);
  Object.assign(p.driver, { openBatch });
  return { p, queue: p.accumulator.queuesOf('t')[0]! };
}

/** The sizes of batches before compression, in the order in which they were closed. */
async function sizes(codec: Codec | null): Promise<number[]> {
  const { p, queue } = pipeline(codec);
  const closed: number[] = [];
  for (let n = 0; n < 4000; n++) {
    const { open } = queue;
    p.accumulator.append(queue, HUNDRED_BYTES, 0, 0);
    if (queue.open !== open && open !== null) closed.push(open.builder.bytes);
    if (n % 20 === 0) await settle();
    while (p.driver.attempts.length > 0) await p.answer(OK);
  }
  return closed;
}

describe('batches', () => {
  it('fill to batchBytes as they are compressed', async () => {
    const all = await sizes(QUARTER);
    expect(all[0]).toBeLessThanOrEqual(4000);
    expect(all.at(-1)! / 4).toBeGreaterThan(3600);
    expect(all.at(-1)! / 4).toBeLessThanOrEqual(4000);
  });

  it('begin anew with batchBytes unpacked once a refusal for size is believed, whose halves go in its place', async () => {
    const { p, queue } = pipeline(QUARTER);
    for (let n = 0; n < 2000; n++) {
      p.accumulator.append(queue, HUNDRED_BYTES, 0, 0);
      if (n % 20 === 0) await settle();
      while (p.driver.attempts.length > 0) await p.answer(OK);
    }
    const full = queue.room.bytes;
    expect(full).toBeGreaterThan(14_000);
    while (p.driver.attempts.length === 0) {
      p.accumulator.append(queue, HUNDRED_BYTES, 0, 0);
      await settle();
    }
    const refused = p.driver.attempts[0]!.batches[0]!.count;
    const before = p.tally.batches;
    // As large ones were taken before, so one refusal is not believed.
    for (let n = 0; n < 3; n++) await p.answer(final('MESSAGE_TOO_LARGE'));
    expect(p.tally.batches).toBe(before + 1);
    // The halves were packed meanwhile, and have told of the codec again.
    expect(queue.room.bytes).toBeLessThan(0.65 * full);
    const half = p.driver.attempts[0]!.batches[0]!;
    expect(half.count).toBeLessThanOrEqual(refused / 2 + 1);
  });

  it('fill to batchBytes as they are without a codec', async () => {
    expect(Math.max(...(await sizes(null)))).toBeLessThanOrEqual(4000);
  });
});
