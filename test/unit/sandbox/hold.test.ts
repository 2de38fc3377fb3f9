import { describe, expect, test } from 'vitest';
import { type BatchHeader, inspectBatch } from '../../../src/sandbox/batch.js';
import { Hold } from '../../../src/sandbox/hold.js';
import { Log } from '../../../src/sandbox/log.js';
import { Memory } from '../../../src/sandbox/memory.js';
import { makeBatch } from '../../support/sandbox-wire.js';
import { settle, VirtualClock } from '../../support/virtual-clock.js';

const KIB = 1024;

function held() {
  const clock = new VirtualClock();
  const memory = new Memory(256 * KIB);
  const hold = new Hold('reader*', clock, memory);
  memory.hold = hold;
  return { clock, memory, hold, log: new Log('t', 0, [1], memory) };
}

function batch(): BatchHeader {
  const inspected = inspectBatch(makeBatch({ count: 1, bytes: 8 * KIB }), 1024 * KIB, 8);
  if ('code' in inspected) throw new Error(inspected.message);
  return inspected;
}

describe('a hold', () => {
  test('keeps what its reader has not fetched, and lets go of what it has', () => {
    const { memory, hold, log } = held();
    while (memory.hasRoom(16 * KIB)) log.append(batch());
    expect(log.startOffset).toBe(0);
    expect(memory.hasRoom(16 * KIB)).toBe(false);
    hold.fetched(log, log.endOffset);
    expect(memory.hasRoom(16 * KIB)).toBe(true);
    for (let i = 0; i < 4; i++) log.append(batch());
    expect(log.startOffset).toBeGreaterThan(0);
    expect(memory.heldBytes).toBeLessThanOrEqual(256 * KIB);
  });

  test('lets others wait until the reader has come on', async () => {
    const { clock, memory, hold, log } = held();
    expect(hold.room(16 * KIB)).toBeUndefined();
    while (memory.hasRoom(16 * KIB)) log.append(batch());
    let over = false;
    void hold.room(16 * KIB)!.then(() => {
      over = true;
    });
    await clock.advance(5000);
    expect(over).toBe(false);
    hold.fetched(log, 10);
    await clock.advance(100);
    await settle();
    expect({ over, waits: hold.waits, stalls: hold.stalls }).toEqual({ over: true, waits: 1, stalls: 0 });
  });

  test('gives up on a reader that has gone, counts that, and takes it back when it comes again', async () => {
    const { clock, memory, hold, log } = held();
    while (memory.hasRoom(16 * KIB)) log.append(batch());
    let over = false;
    void hold.room(16 * KIB)!.then(() => {
      over = true;
    });
    await clock.advance(30_000);
    await settle();
    expect({ over, stalls: hold.stalls, room: memory.hasRoom(16 * KIB) }).toEqual({
      over: true,
      stalls: 1,
      room: true,
    });
    hold.fetched(log, 1);
    expect(memory.hasRoom(200 * KIB)).toBe(false);
  });

  test('knows its reader by the client id', () => {
    const { hold } = held();
    expect(['reader', 'reader-2', 'other'].map((id) => hold.isFor(id))).toEqual([true, true, false]);
  });
});
