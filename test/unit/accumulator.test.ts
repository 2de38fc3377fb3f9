import { describe, expect, it } from 'vitest';
import { Pipeline } from '../support/pipeline.js';
import { OK } from '../support/recording-driver.js';
import { settle } from '../support/virtual-clock.js';

describe('batches', () => {
  it('close at batchRecords', async () => {
    const p = new Pipeline({ batchRecords: 2 });
    p.add(2);
    await settle();
    expect(p.waiting).toEqual(['t/0@0×2']);
  });

  it('close at batchBytes', async () => {
    const p = new Pipeline({ batchBytes: 20 });
    p.add(2);
    await settle();
    expect(p.waiting).toEqual(['t/0@0×2']);
  });

  it('fill beyond their linger while nothing can be sent', async () => {
    const p = new Pipeline({ inFlightMax: 1, lingerMs: 5 }, { recordsPerBatch: 100 });
    p.add(1);
    await p.clock.advance(5);
    p.add(1);
    await p.clock.advance(50);
    p.add(3);
    await p.answer(OK);
    expect(p.driver.history).toEqual(['t/0@0×1', 't/0@1×4']);
  });

  it('with linger 0 go at the end of the turn in which they were made', async () => {
    const p = new Pipeline({ lingerMs: 0 });
    p.add(2);
    await settle();
    expect(p.waiting).toEqual(['t/0@0×2']);
  });
});

describe('a driver that chooses partitions itself', () => {
  it('gets all records of a topic through one queue, and no partition is said to have them', async () => {
    const p = new Pipeline({}, { partitions: 3 });
    Object.assign(p.driver, { spreads: true });
    expect(p.accumulator.queuesOf('t').map(({ partition }) => partition)).toEqual([-1]);
    p.add(3);
    await settle();
    await p.answer({ ...OK, offset: -1 });
    expect(p.tally.topics.get('t')!.snapshot()).toMatchObject({
      records: 3,
      partitions: 3,
      written: {},
      offsets: {},
    });
  });

  it('is the exception: else each partition is said to have what was acknowledged there', async () => {
    const p = new Pipeline({}, { partitions: 3 });
    p.add(3, 1);
    await settle();
    await p.answer(OK);
    expect(p.tally.topics.get('t')!.snapshot()).toMatchObject({ records: 3, written: { '1': 3 } });
  });
});

describe('back-pressure', () => {
  it('answers false when the buffer is full, and drains when something leaves', async () => {
    const p = new Pipeline({ bufferBytes: 60 });
    expect(p.add(5)).toBe(true);
    expect(p.add(1)).toBe(false);
    let drained = false;
    p.accumulator.drained().then(() => {
      drained = true;
    });
    await settle();
    expect(drained).toBe(false);
    await p.answer(OK);
    expect(drained).toBe(true);
  });

  it('bounds each partition on its own', () => {
    const p = new Pipeline({ partitionBufferBytes: 20 });
    expect(p.add(1, 1)).toBe(true);
    expect(p.add(2, 0)).toBe(false);
    expect(p.add(1, 1)).toBe(false);
  });

  it('sends everything when it is full, whatever the linger', async () => {
    const p = new Pipeline({ bufferBytes: 20, lingerMs: 60_000 });
    p.add(2);
    await settle();
    expect(p.waiting).toEqual(['t/0@0×2']);
  });

  it('drops by name when the profile says so', () => {
    const p = new Pipeline({ bufferBytes: 30, whenFull: 'drop' });
    expect(p.add(5)).toBe(true);
    expect(p.tally.fates.dropped).toBe(2);
    expect([...p.tally.errors]).toEqual([['BUFFER_FULL', 2]]);
  });

  it('fails by name when the profile says so', () => {
    const p = new Pipeline({ bufferBytes: 30, whenFull: 'fail' });
    p.add(4);
    expect(p.tally.fates.failed).toBe(1);
  });

  it('in mode sync has one record under way', async () => {
    const p = new Pipeline({ mode: 'sync', lingerMs: 0 });
    expect(p.add(1)).toBe(false);
    await settle();
    await p.answer(OK);
    await p.accumulator.drained();
    expect(p.add(1)).toBe(false);
    await settle();
    expect(p.driver.history).toEqual(['t/0@0×1', 't/0@1×1']);
  });
});
