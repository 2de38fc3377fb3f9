/** What comes before a record is in a batch: the topic, the limits, the partition, room. Time passes as the test says. */
import { describe, expect, it } from 'vitest';
import { producerSettings } from '../../../src/console/producer-settings.js';
import { Sender } from '../../../src/console/sender.js';
import { EventmillError } from '../../../src/errors.js';
import { keyHash } from '../../../src/partition.js';
import { createRandom } from '../../../src/random.js';
import type { Entry } from '../../../src/types.js';
import { final, OK, RecordingDriver } from '../../support/recording-driver.js';
import { settle, VirtualClock } from '../../support/virtual-clock.js';

const BODY = Buffer.from('value');

function entry(key: string | null = null): Entry {
  const bytes = key === null ? null : Buffer.from(key);
  return {
    serializer: { write: (_value, buffer, offset) => offset + BODY.copy(buffer, offset) },
    value: BODY,
    key: bytes,
    keyStart: 0,
    keyLength: bytes?.length ?? 0,
    timestamp: 0,
    headers: null,
    headerPairs: null,
  };
}

interface Wishes {
  readonly properties?: { readonly [name: string]: string };
  readonly sync?: boolean;
  readonly topicProblem?: string;
  readonly partition?: number;
  readonly driver?: RecordingDriver;
}

function setUp({
  properties = {},
  sync = false,
  topicProblem,
  partition,
  driver = new RecordingDriver({ recordsPerBatch: 3 }),
}: Wishes = {}) {
  const clock = new VirtualClock();
  const lost: string[] = [];
  const settings = producerSettings(
    {
      properties: new Map(Object.entries(properties)),
      flags: new Map(),
      flagNames: new Map(),
      compression: 'none',
      sync,
      batchRecords: undefined,
    },
    () => {},
  );
  const sender = new Sender({
    settings,
    driver,
    topic: 't',
    topicProblem,
    partition,
    clock,
    random: createRandom(1),
    onLost: (count, code, why) => lost.push(`${count} ${code}${why === undefined ? '' : `: ${why}`}`),
  });
  const put = async (record = entry()) => sender.put(record, BODY.length, clock.now());
  return { clock, driver, sender, lost, put };
}

/** A driver whose first connections fail. */
class LateDriver extends RecordingDriver {
  readonly failures: EventmillError[];
  dials = 0;

  constructor(...failures: EventmillError[]) {
    super();
    this.failures = failures;
  }

  override async connect(): Promise<void> {
    this.dials++;
    const failure = this.failures.length > 1 ? this.failures.shift() : this.failures[0];
    if (failure !== undefined && !failure.message.startsWith('none')) throw failure;
  }
}

const unreachable = () => new EventmillError('BROKER_UNREACHABLE', 'nobody there', { retriable: true });
const reachable = () => new EventmillError('INTERNAL', 'none');

describe('the topic', () => {
  it('is waited for up to max.block.ms by each record, and then that record is lost', async () => {
    const { clock, sender, lost, put } = setUp({
      properties: { 'max.block.ms': '5000' },
      driver: new LateDriver(unreachable()),
    });
    for (const already of [0, 1]) {
      let done = false;
      void put().then(() => {
        done = true;
      });
      await clock.advance(4999);
      expect({ done, lost: lost.length }).toEqual({ done: false, lost: already });
      await clock.advance(1);
      expect({ done, lost: lost.length }).toEqual({ done: true, lost: already + 1 });
    }
    expect(lost).toEqual(Array(2).fill('1 NO_METADATA: nobody there'));
    expect(sender.tally.fates.failed).toBe(2);
  });

  it('that comes back in time takes the record', async () => {
    const driver = new LateDriver(unreachable(), unreachable(), reachable());
    const { clock, sender, lost, put } = setUp({ driver });
    const done = put();
    await clock.advance(1000);
    await done;
    expect({ lost, dials: driver.dials, held: sender.accumulator.heldRecords }).toEqual({
      lost: [],
      dials: 3,
      held: 1,
    });
  });

  it('that Kafka does not allow loses its records, and no broker is asked', async () => {
    const driver = new LateDriver(unreachable());
    const { lost, put } = setUp({ driver, topicProblem: 'a bad name' });
    await put();
    expect({ lost, dials: driver.dials }).toEqual({
      lost: ['1 INVALID_TOPIC_EXCEPTION: a bad name'],
      dials: 0,
    });
  });

  it('that can never be had loses its records at once, and is not asked for again', async () => {
    const driver = new LateDriver(new EventmillError('TOPIC', 'a bad name'));
    const { lost, put } = setUp({ driver });
    await put();
    await put();
    expect({ lost, dials: driver.dials }).toEqual({
      lost: Array(2).fill('1 NO_METADATA: a bad name'),
      dials: 1,
    });
  });

  it('is not waited for any longer once all is stopped', async () => {
    const { sender, lost, put } = setUp({ driver: new LateDriver(unreachable()) });
    const done = put();
    await settle();
    sender.stop();
    await done;
    expect(lost).toHaveLength(1);
  });
});

describe('a record', () => {
  it('goes where its key sends it, and without one stays with the others until a batch is full', async () => {
    const { driver, sender, put } = setUp({
      driver: new RecordingDriver({ partitions: 8, recordsPerBatch: 99 }),
    });
    const keys = ['a', 'b', 'c', 'd'];
    for (const key of keys) await put(entry(key));
    for (let i = 0; i < 20; i++) await put();
    void sender.finish();
    await settle();
    const sent = driver.history.join(' ').split(' ');
    const partitions = new Set(sent.map((text) => Number(/\/(\d+)@/.exec(text)![1])));
    for (const key of keys) expect(partitions).toContain(keyHash(Buffer.from(key), 0, 1) % 8);
    expect(sent.filter((text) => /×2[0-9]$/.test(text))).toHaveLength(1);
  });

  it('goes to the one partition that was asked for, which must exist', async () => {
    const { driver, sender, put } = setUp({ partition: 1 });
    await put(entry('a'));
    await put(entry('b'));
    void sender.finish();
    await settle();
    expect(driver.history).toEqual(['t/1@0×2']);
    await expect(setUp({ partition: 2 }).put()).rejects.toThrow(/--partition: expected 0 to 1/);
  });

  it('that is larger than max.request.size or buffer.memory is lost, and the next is not', async () => {
    for (const name of ['max.request.size', 'buffer.memory']) {
      const { sender, lost, put } = setUp({ properties: { [name]: '90', 'batch.size': '0' } });
      await put(entry('k'));
      await put();
      expect(lost).toEqual(['1 RECORD_TOO_LARGE: it takes up to 91 bytes']);
      expect(sender.accumulator.heldRecords).toBe(1);
    }
  });

  it('finds out that batches do not fit the buffer', async () => {
    await expect(setUp({ properties: { 'buffer.memory': '1000' } }).put()).rejects.toThrow(
      /batches of 16384 bytes in 1000/,
    );
  });

  it('waits up to max.block.ms for room, and is lost when there is none', async () => {
    const properties = { 'buffer.memory': '100', 'batch.size': '30', 'max.block.ms': '50', 'linger.ms': '0' };
    const { clock, driver, sender, lost, put } = setUp({ properties });
    for (let i = 0; i < 10; i++) await put();
    const late = put();
    await clock.advance(50);
    await late;
    expect(lost).toEqual(['1 BUFFER_FULL']);
    const early = put();
    while (driver.attempts.length > 0) {
      driver.attempts[0]!.answer(OK);
      await settle();
    }
    await early;
    expect(sender.tally.fates).toMatchObject({ failed: 1 });
    expect(sender.tally.madeCount).toBe(12);
    expect(lost).toHaveLength(1);
  });
});

describe('with --sync', () => {
  it('each record waits for its acknowledgement', async () => {
    const { driver, put } = setUp({ sync: true });
    let done = false;
    const first = put().then(() => {
      done = true;
    });
    await settle();
    expect({ done, waiting: driver.attempts.length }).toEqual({ done: false, waiting: 1 });
    driver.attempts[0]!.answer(OK);
    await first;
  });

  it('a record that is lost ends it with exit code 1', async () => {
    const { driver, put } = setUp({ sync: true });
    const first = put();
    await settle();
    driver.attempts[0]!.answer(final('MESSAGE_TOO_LARGE'));
    await expect(first).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('--sync') });
  });
});

it('tells of lost batches when they are lost', async () => {
  const { driver, sender, lost, put } = setUp({ partition: 0 });
  await put();
  await put();
  void sender.finish();
  await settle();
  driver.attempts[0]!.answer(final('TOPIC_AUTHORIZATION_FAILED'));
  await settle();
  expect(lost).toEqual(['2 TOPIC_AUTHORIZATION_FAILED']);
});

it('leaves no timer behind, and asks for the leaders anew every metadata.max.age.ms', async () => {
  const { clock, driver, sender, put } = setUp({ properties: { 'metadata.max.age.ms': '2000' } });
  await put();
  await settle();
  driver.attempts[0]?.answer(OK);
  await clock.advance(4500);
  while (driver.attempts.length > 0) {
    driver.attempts[0]!.answer(OK);
    await settle();
  }
  expect(driver.refreshes).toBe(2);
  await sender.finish();
  expect(clock.pending).toBe(0);
});
