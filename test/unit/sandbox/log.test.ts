import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BatchHeader, inspectBatch } from '../../../src/sandbox/batch.js';
import { Log } from '../../../src/sandbox/log.js';
import { Memory } from '../../../src/sandbox/memory.js';
import { type BatchWish, makeBatch } from '../../support/sandbox-wire.js';

const MIB = 1024 * 1024;

function batch(wish: BatchWish = {}): BatchHeader {
  const inspected = inspectBatch(makeBatch(wish), 10 * MIB, 8);
  if ('code' in inspected) throw new Error(inspected.message);
  return inspected;
}

/** The bytes shown, joined. */
function read(log: Log, offset: number, maxBytes: number, atLeastOne = true): Buffer {
  const views: Buffer[] = [];
  log.read(offset, maxBytes, atLeastOne, (segment, start, end) => {
    views.push(segment.buffer.subarray(start, end));
  });
  return Buffer.concat(views);
}

/** The base offsets of the batches in `bytes`. */
function offsets(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; at += 12 + bytes.readInt32BE(at + 8)) {
    found.push(Number(bytes.readBigInt64BE(at)));
  }
  return found;
}

describe('a log', () => {
  test('gives each batch the next offsets and writes them into its header, and nothing else', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    expect(log.append(batch({ count: 3 })).offset).toBe(0);
    expect(log.append(batch({ count: 2 })).offset).toBe(3);
    expect(log.endOffset).toBe(5);
    const bytes = read(log, 0, MIB);
    expect(offsets(bytes)).toEqual([0, 3]);
    expect(bytes.subarray(16, 100)).toEqual(makeBatch({ count: 3 }).subarray(16));
  });

  test('shows whole batches from the one that holds the offset, across segments', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ count: fc.integer({ min: 1, max: 5 }), bytes: fc.integer({ min: 61, max: 9000 }) }),
          {
            minLength: 1,
            maxLength: 60,
          },
        ),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 40_000 }),
        (wishes, where, maxBytes) => {
          const log = new Log('t', 0, [1], new Memory(64 * MIB));
          const stored = wishes.map((wish) => ({ from: log.append(batch(wish)).offset, ...wish }));
          const offset = Math.floor(where * log.endOffset);
          const from = stored.findIndex((each) => each.from <= offset && offset < each.from + each.count);
          const fitting = stored.slice(from).filter((_, index, rest) => {
            const bytes = rest.slice(0, index + 1).reduce((sum, each) => sum + each.bytes, 0);
            return bytes <= maxBytes || index === 0;
          });
          expect(offsets(read(log, offset, maxBytes))).toEqual(fitting.map((each) => each.from));
        },
      ),
    );
  });

  test('shows nothing at its end, and a batch that is too large only when it must', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    log.append(batch({ bytes: 500 }));
    expect(read(log, 1, MIB)).toHaveLength(0);
    expect(read(log, 0, 499, false)).toHaveLength(0);
    expect(read(log, 0, 499, true)).toHaveLength(500);
  });

  test('finds the first batch with a record as late as a time', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    for (const maxTimestamp of [1000, 3000, 2000, 5000]) log.append(batch({ count: 10, maxTimestamp }));
    expect(log.batchAtTime(0)).toEqual({ offset: 0, timestamp: 1000 });
    expect(log.batchAtTime(1001)).toEqual({ offset: 10, timestamp: 3000 });
    expect(log.batchAtTime(4000)).toEqual({ offset: 30, timestamp: 5000 });
    expect(log.batchAtTime(5001)).toBeUndefined();
  });

  test('tells those who wait, of appends and of its end', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    const heard: number[] = [];
    log.waiters.add((bytes) => heard.push(bytes));
    log.append(batch({ bytes: 200 }));
    log.delete();
    expect(heard).toEqual([200, Number.POSITIVE_INFINITY]);
  });
});

describe('the memory of all logs', () => {
  test('stays within its limit; the log begins later, and what is left can be read', () => {
    const memory = new Memory(MIB);
    const log = new Log('t', 0, [1], memory);
    for (let index = 0; index < 4000; index++) log.append(batch({ count: 2, bytes: 1000 }));
    expect(memory.heldBytes).toBeLessThanOrEqual(MIB);
    expect(log.startOffset).toBeGreaterThan(0);
    expect(log.endOffset).toBe(8000);
    expect(memory.evictedRecords).toBe(log.startOffset);
    expect(offsets(read(log, log.startOffset, 2000))).toEqual([log.startOffset, log.startOffset + 2]);
    expect(offsets(read(log, 7999, MIB))).toEqual([7998]);
  });

  test('loses the oldest data of all partitions, not those of the largest', () => {
    const memory = new Memory(MIB);
    const early = new Log('early', 0, [1], memory);
    const busy = new Log('busy', 0, [1], memory);
    const quiet = new Log('quiet', 0, [1], memory);
    early.append(batch());
    for (let index = 0; index < 500; index++) busy.append(batch({ bytes: 1000 }));
    quiet.append(batch());
    while (early.startOffset === 0) busy.append(batch({ bytes: 1000 }));
    expect([busy.startOffset, quiet.startOffset]).toEqual([0, 0]);
    while (quiet.startOffset === 0) busy.append(batch({ bytes: 1000 }));
    expect(busy.startOffset).toBeGreaterThan(400);
  });

  test('counts a segment as new as its last batch', () => {
    const memory = new Memory(MIB);
    const slow = new Log('slow', 0, [1], memory);
    const busy = new Log('busy', 0, [1], memory);
    for (let index = 0; index < 5000; index++) {
      if (index % 100 === 0 && index < 3000) slow.append(batch());
      busy.append(batch({ bytes: 1000 }));
    }
    expect(busy.startOffset).toBeGreaterThan(3000);
    expect(slow.startOffset).toBe(30);
    expect(slow.append(batch()).offset).toBe(30);
    expect(offsets(read(slow, 30, 1000))).toEqual([30]);
  });

  test('uses the memory of an evicted segment again, but not while an answer still shows it', () => {
    const memory = new Memory(MIB);
    const log = new Log('t', 0, [1], memory);
    const seen = new Set<Buffer>();
    const pinned: { view: Buffer; text: string }[] = [];
    let reused = 0;
    for (let index = 0; index < 4000; index++) {
      log.append(batch({ bytes: 1000, fill: String.fromCharCode(65 + (index % 26)) }));
      log.read(log.endOffset - 1, 1000, true, (segment, start, end) => {
        if (start === 0 && seen.has(segment.buffer)) reused++;
        seen.add(segment.buffer);
        if (index !== 2000) return;
        segment.pins++;
        const view = segment.buffer.subarray(start, end);
        pinned.push({ view, text: view.toString('latin1') });
      });
    }
    expect(reused).toBeGreaterThan(50);
    expect(log.startOffset).toBeGreaterThan(2000);
    expect(pinned.map(({ view }) => view.toString('latin1'))).toEqual(pinned.map(({ text }) => text));
    expect(pinned).toHaveLength(1);
  });

  test('uses the memory of a deleted log again, and all that it keeps stays within the limit', () => {
    const memory = new Memory(MIB);
    const blocks = (log: Log) => {
      const found = new Set<Buffer>();
      log.read(log.startOffset, Number.POSITIVE_INFINITY, true, ({ buffer }) => found.add(buffer));
      return [...found].filter(({ length }) => length === memory.segmentBytes);
    };
    const fill = (log: Log, batches: number) => {
      for (let index = 0; index < batches; index++) log.append(batch({ bytes: 1000 }));
      return blocks(log);
    };
    const old = new Log('old', 0, [1], memory);
    const before = new Set(fill(old, 2000));
    expect(before.size).toBeGreaterThan(50);
    old.delete();
    expect(memory.heldBytes).toBe(0);
    const half = fill(new Log('half', 0, [1], memory), 450);
    expect(half.length).toBeGreaterThan(20);
    expect(half.every((block) => before.has(block))).toBe(true);
    // Values that take blocks of another size leave no room for what was kept.
    const large = new Log('large', 0, [1], memory);
    for (let index = 0; index < 9; index++) large.append(batch({ bytes: 100_000 }));
    large.delete();
    const after = fill(new Log('after', 0, [1], memory), 900);
    expect(memory.heldBytes).toBeLessThanOrEqual(MIB);
    expect(after.some((block) => before.has(block) && !half.includes(block))).toBe(false);
  });
});

describe('idempotent producers', () => {
  const from = (sequence: number, count = 10, epoch = 0) =>
    batch({ producerId: 7, epoch, sequence, count, bytes: 100 });

  test('are answered with the old offset when they send a batch again', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    log.append(from(0));
    log.append(from(10));
    expect(log.append(from(0))).toEqual({ code: 0, offset: 0, message: null });
    expect(log.append(from(10)).offset).toBe(10);
    expect(log.endOffset).toBe(20);
  });

  test('are refused when a batch is missing, or lies behind the window of five', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    for (let sequence = 0; sequence < 60; sequence += 10) log.append(from(sequence));
    const gap = log.append(from(70));
    expect(gap).toEqual({ code: 45, offset: -1, message: 'expected sequence number 60, got 70' });
    expect(log.append(from(10)).offset).toBe(10);
    expect(log.append(from(0)).code).toBe(45);
    expect(log.endOffset).toBe(60);
  });

  test('may begin anywhere while unknown, and at 0 in a later epoch; an older epoch is refused', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    expect(log.append(from(500)).code).toBe(0);
    expect(log.append(from(3, 10, 1)).code).toBe(45);
    expect(log.append(from(0, 10, 1)).code).toBe(0);
    expect(log.append(from(510)).code).toBe(47);
  });

  test('go on at 0 behind the largest sequence number', () => {
    const log = new Log('t', 0, [1], new Memory(MIB));
    expect(log.append(from(2 ** 31 - 5, 5)).code).toBe(0);
    expect(log.append(from(0, 5)).code).toBe(0);
    const over = new Log('t', 1, [1], new Memory(MIB));
    expect(over.append(from(2 ** 31 - 5, 8)).code).toBe(0);
    expect(over.append(from(3, 5)).code).toBe(0);
  });

  test('do not disturb one another, and the one silent longest is forgotten when there are too many', () => {
    const log = new Log('t', 0, [1], new Memory(8 * MIB));
    const first = (producerId: number, sequence: number) => batch({ producerId, epoch: 0, sequence });
    for (let id = 0; id < 1000; id++) log.append(first(id, 0));
    log.append(first(0, 1));
    log.append(first(1000, 0));
    expect(log.append(first(0, 5)).code).toBe(45);
    expect(log.append(first(1, 5)).code).toBe(0);
  });
});
