import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import part from '../../../src/drivers/kafkajs.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { ensureTopics, topicOffsets } from '../../../src/topics/index.js';
import type { Batch, CodecPart, Driver, ProfileSettings } from '../../../src/types.js';
import { batchOf, driverContext, entryOf, sendOne } from './harness.js';

let sandbox: Sandbox;
let counter = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

/** A driver connected to a topic of its own with three partitions, and faults that start now. */
async function connected(
  settings: Partial<ProfileSettings> = {},
  faults: readonly string[] = [],
  codec = 'none',
): Promise<{ driver: Driver; topic: string; warnings: string[] }> {
  await sandbox.setFaults([]);
  const topic = `baseline-${counter++}`;
  await ensureTopics([sandbox.address], [{ name: topic, partitions: 3 }], { create: true });
  const warnings: string[] = [];
  const loaded = codec === 'none' ? null : await (await codecPart(codec)).load();
  const driver = part.create(
    driverContext(
      { brokers: [sandbox.address], codec: loaded, warn: (message) => warnings.push(message) },
      { compression: codec, ...settings },
    ),
  );
  await driver.connect([topic]);
  await sandbox.setFaults(faults);
  return { driver, topic, warnings };
}

async function codecPart(name: string): Promise<CodecPart> {
  const file = new URL(`../../../src/codecs/${name}.ts`, import.meta.url).href;
  return ((await import(file)) as { default: CodecPart }).default;
}

/** The next offset of each partition. */
async function stored(topic: string): Promise<number[]> {
  await sandbox.setFaults([]);
  return (await topicOffsets([sandbox.address], topic)).map(({ high }) => high);
}

/** Sends until all have succeeded, as the dispatcher would, without its pauses. */
async function deliver(driver: Driver, batches: readonly Batch[]): Promise<string[]> {
  const codes: string[] = [];
  let rest = [...batches];
  for (let attempt = 0; rest.length > 0 && attempt < 10; attempt++) {
    const outcomes = await driver.send(0, rest);
    codes.push(...outcomes.map(({ code }) => code));
    rest = rest.filter((_, index) => outcomes[index]!.retriable);
  }
  return codes;
}

describe('driver kafkajs without its guards', () => {
  it('leaves the partitions of records without a key to kafkajs, and their order to one queue', async () => {
    const { driver, topic } = await connected({ guards: false });
    expect(driver.spreads).toBe(true);
    expect(await driver.send(0, [await batchOf(driver, topic, -1, [1, 2, 3, 4, 5, 6])])).toEqual([
      { code: 'NONE', retriable: false, offset: -1 },
    ]);
    expect(await stored(topic)).toEqual([2, 2, 2]);
    await driver.close();
  });

  it('leaves retries to kafkajs, and takes its last word', async () => {
    const fault = 'produce:error=NOT_LEADER_OR_FOLLOWER';
    const quick = { guards: false, retryBackoffMs: 1, retryBackoffMsMax: 5, retriesMax: 3 };
    const passing = await connected(quick, [`${fault},count=2`]);
    const send = ({ driver, topic }: Awaited<ReturnType<typeof connected>>) =>
      batchOf(driver, topic, -1, [1], { text: 'k' }).then((batch) => sendOne(driver, batch));
    expect(await send(passing)).toMatchObject({ code: 'NONE' });
    await passing.driver.close();
    const lasting = await connected(quick, [fault]);
    expect(await send(lasting)).toEqual({ code: 'NOT_LEADER_OR_FOLLOWER', retriable: false, offset: -1 });
    await lasting.driver.close();
  });

  it('has sends overlap when idempotent', async () => {
    const { driver } = await connected({ guards: false, idempotent: true });
    expect(driver.ordered).toBe(true);
    await driver.close();
  });
});

describe('driver kafkajs: what it sends', () => {
  it('keeps each record in the partition chosen for it, with a key or without', async () => {
    const { driver, topic } = await connected();
    const batches = [
      await batchOf(driver, topic, 0, [1], { text: 'same key' }),
      await batchOf(driver, topic, 1, [1, 2], { text: 'same key' }),
      await batchOf(driver, topic, 2, [1, 2, 3]),
    ];
    expect((await driver.send(0, batches)).map(({ code }) => code)).toEqual(['NONE', 'NONE', 'NONE']);
    expect(await stored(topic)).toEqual([1, 2, 3]);
    await driver.close();
  });

  it('keeps records without a key in their partition across retries', async () => {
    const fault = 'produce:partition-error=NOT_LEADER_OR_FOLLOWER,partition=1,count=2';
    const { driver, topic } = await connected({ idempotent: true }, [fault]);
    const batches = [
      await batchOf(driver, topic, 0, [1, 2]),
      await batchOf(driver, topic, 1, [3, 4, 5]),
      await batchOf(driver, topic, 2, [6]),
    ];
    await deliver(driver, batches);
    expect(await stored(topic)).toEqual([2, 3, 1]);
    await driver.close();
  });

  it('sends batches of several topics in one request', async () => {
    const { driver, topic } = await connected();
    const other = await connected();
    const before = driver.requests;
    const batches = [await batchOf(driver, topic, 0, [1]), await batchOf(driver, other.topic, 0, [1, 2])];
    expect(await driver.send(0, batches)).toEqual([
      { code: 'NONE', retriable: false, offset: 0 },
      { code: 'NONE', retriable: false, offset: 0 },
    ]);
    expect(driver.requests - before).toBe(1);
    await driver.close();
    await other.driver.close();
  });

  it('carries keys, values, timestamps and headers, a header without a value as an empty one', async () => {
    const { driver, topic } = await connected();
    const headers = { trace: 'ü', blob: Buffer.from([0, 255]), none: null };
    await sendOne(
      driver,
      await batchOf(driver, topic, 1, [{ a: 1 }], { text: 'k', timestamp: 1_234, headers }),
    );
    await sendOne(driver, await batchOf(driver, topic, 1, ['x']));
    const [first, second] = await consume(topic, 2);
    expect(first).toMatchObject({ partition: 1, key: 'k', value: '{"a":1}', timestamp: '1234' });
    expect(first!.headers).toEqual({
      trace: Buffer.from('ü'),
      blob: Buffer.from([0, 255]),
      none: Buffer.alloc(0),
    });
    expect(second).toMatchObject({ partition: 1, key: null, value: '"x"' });
    await driver.close();
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'compresses with %s, and is read back exactly',
    async (codec) => {
      const { driver, topic } = await connected({}, [], codec);
      const values = Array.from({ length: 40 }, (_, index) => ({ text: 'the same again and again', index }));
      const before = driver.wireBytes;
      const batch = await batchOf(driver, topic, 0, values);
      expect(await sendOne(driver, batch)).toMatchObject({ code: 'NONE', offset: 0 });
      expect(driver.wireBytes - before).toBeLessThan(batch.builder.bytes / 2);
      const records = await consume(topic, values.length);
      expect(records.map(({ value }) => value)).toEqual(values.map((value) => JSON.stringify(value)));
      await driver.close();
    },
  );

  it('keeps apart the levels of two producers that compress at the same time', async () => {
    const fast = await connected({ compressionLevel: 1 }, [], 'gzip');
    const small = await connected({ compressionLevel: 9 }, [], 'gzip');
    const values = Array.from({ length: 300 }, (_, index) => `${(index * 7919) % 1009} ${index % 17} words`);
    const sizes = await Promise.all(
      [fast, small].map(async ({ driver, topic }) => {
        const before = driver.wireBytes;
        await sendOne(driver, await batchOf(driver, topic, 0, values));
        return driver.wireBytes - before;
      }),
    );
    expect(sizes[1]).toBeLessThan(sizes[0]!);
    await fast.driver.close();
    await small.driver.close();
  });

  it('has no offsets to tell with acks 0', async () => {
    const { driver, topic } = await connected({ acks: 0 });
    const outcome = await sendOne(driver, await batchOf(driver, topic, 0, [1]));
    expect(outcome).toEqual({ code: 'NONE', retriable: false, offset: -1 });
    await driver.close();
    expect(await stored(topic)).toEqual([1, 0, 0]);
  });

  it('predicts the size of a batch to the byte', async () => {
    const { driver, topic } = await connected();
    const headers = { trace: 'x'.repeat(100), other: Buffer.alloc(200) };
    // The first send asks for metadata as well.
    await sendOne(driver, await batchOf(driver, topic, 0, ['']));
    for (const values of [
      ['a'],
      Array.from({ length: 200 }, (_, index) => ({ index, text: 'y'.repeat(index) })),
    ]) {
      const empty = await wireBytesOf(driver, await batchOf(driver, topic, 0, ['']));
      const batch = await batchOf(driver, topic, 0, values, { headers, text: 'key' });
      const overhead = empty - (await batchOf(driver, topic, 0, [''])).builder.bytes;
      expect(await wireBytesOf(driver, batch)).toBe(batch.builder.bytes + overhead);
    }
    await driver.close();
  });

  it('keeps to batchRecords, since kafkajs groups messages in quadratic time', async () => {
    const { driver, topic } = await connected({ batchRecords: 3, batchBytes: 1_000_000 });
    const builder = driver.openBatch(topic, 0);
    expect([1, 2, 3, 4].map((value) => builder.add(entryOf(value)) > 0)).toEqual([true, true, true, false]);
    await driver.close();
  });
});

async function wireBytesOf(driver: Driver, batch: Batch): Promise<number> {
  const before = driver.wireBytes;
  await sendOne(driver, batch);
  return driver.wireBytes - before;
}

describe('driver kafkajs: what fails', () => {
  it('makes one attempt and leaves retries to others, whatever NODE_ENV is', async () => {
    const { driver, topic } = await connected({}, ['produce:error=NOT_LEADER_OR_FOLLOWER']);
    const before = driver.requests;
    const started = performance.now();
    expect(await sendOne(driver, await batchOf(driver, topic, 0, [1]))).toEqual({
      code: 'NOT_LEADER_OR_FOLLOWER',
      retriable: true,
      offset: -1,
    });
    expect(driver.requests - before).toBe(1);
    expect(performance.now() - started).toBeLessThan(1_000);
    await driver.close();
  });

  it('names errors that are newer than kafkajs', async () => {
    const { driver, topic } = await connected({}, ['produce:error=THROTTLING_QUOTA_EXCEEDED']);
    expect(await sendOne(driver, await batchOf(driver, topic, 0, [1]))).toMatchObject({
      code: 'THROTTLING_QUOTA_EXCEEDED',
      retriable: true,
    });
    await driver.close();
  });

  it('finds the batch that a final error is about, and saves the others', async () => {
    const fault = 'produce:partition-error=MESSAGE_TOO_LARGE,partition=1';
    const { driver, topic } = await connected({ idempotent: true }, [fault]);
    const batches = [
      await batchOf(driver, topic, 0, [1]),
      await batchOf(driver, topic, 1, [2, 2]),
      await batchOf(driver, topic, 2, [3, 3, 3]),
    ];
    const together = await driver.send(0, batches);
    expect(together.map(({ code, retriable }) => `${code} ${retriable}`)).toEqual(
      batches.map(() => 'MESSAGE_TOO_LARGE true'),
    );
    const alone = await driver.send(0, batches);
    expect(alone.map(({ code, retriable }) => `${code} ${retriable}`)).toEqual([
      'NONE false',
      'MESSAGE_TOO_LARGE false',
      'NONE false',
    ]);
    expect(await stored(topic)).toEqual([1, 0, 3]);
    await driver.close();
  });

  it('tells a lost connection, and goes on over a new one', async () => {
    const { driver, topic } = await connected({}, ['produce:drop,count=1']);
    const batch = await batchOf(driver, topic, 0, [1]);
    expect(await sendOne(driver, batch)).toEqual({ code: 'NETWORK_EXCEPTION', retriable: true, offset: -1 });
    expect(await sendOne(driver, batch)).toMatchObject({ code: 'NONE', offset: 0 });
    await driver.close();
  });

  it('gets out of a connection that has gone silent, which kafkajs alone never does', async () => {
    const { driver, topic } = await connected({ requestTimeoutMs: 300 }, ['produce:silence,count=1']);
    const batch = await batchOf(driver, topic, 0, [1]);
    expect(await sendOne(driver, batch)).toEqual({ code: 'REQUEST_TIMED_OUT', retriable: true, offset: -1 });
    expect(await sendOne(driver, batch)).toMatchObject({ code: 'NONE', offset: 0 });
    await driver.close();
  });

  it('neither loses nor duplicates when answers are lost and sends overlap, if idempotent', async () => {
    const { driver, topic } = await connected({ idempotent: true }, ['produce:drop-after,every=3']);
    const partitions = [0, 1, 2];
    await Promise.all(
      partitions.map(async (partition) => {
        for (let round = 0; round < 8; round++) {
          const batch = await batchOf(driver, topic, partition, [round, round]);
          const codes = await deliver(driver, [batch]);
          expect(codes.at(-1)).toBe('NONE');
        }
      }),
    );
    expect(await stored(topic)).toEqual([16, 16, 16]);
    await driver.close();
  });

  it('has one send under way at most, if idempotent', async () => {
    const { driver, topic } = await connected({ idempotent: true, retriesMax: 0 }, ['produce:delay=150ms']);
    const batches = await Promise.all([0, 1, 2].map((partition) => batchOf(driver, topic, partition, [1])));
    const started = performance.now();
    await Promise.all(batches.map((batch) => sendOne(driver, batch)));
    expect(performance.now() - started).toBeGreaterThan(3 * 140);
    await driver.close();
  });

  it('begins anew with a new producer when the sequence has to', async () => {
    const { driver, topic } = await connected({ idempotent: true });
    await sendOne(driver, await batchOf(driver, topic, 0, [1, 2]));
    const producers = async () => (await sandbox.stats()).requests['InitProducerId'] ?? 0;
    const before = await producers();
    const batch = await batchOf(driver, topic, 0, [3]);
    batch.epoch = 1;
    expect(await sendOne(driver, batch)).toMatchObject({ code: 'NONE', offset: 2 });
    expect(await sendOne(driver, batch)).toMatchObject({ code: 'NONE', offset: 3 });
    expect((await producers()) - before).toBe(1);
    await driver.close();
  });

  it('does not take a partition that is not there for a success', async () => {
    const { driver, topic } = await connected();
    expect(await sendOne(driver, await batchOf(driver, topic, 9, [1]))).toEqual({
      code: 'UNKNOWN_TOPIC_OR_PARTITION',
      retriable: true,
      offset: -1,
    });
    await driver.close();
  });
});

it('waits for a peer that does not read what acks 0 sends it', async () => {
  const { topic, driver: unused } = await connected();
  await unused.close();
  const readers: Socket[] = [];
  const proxy = await startProxy((socket) => readers.push(socket));
  const driver = part.create(
    driverContext({ brokers: [`127.0.0.1:${proxy.port}`] }, { acks: 0, batchBytes: 4_000_000 }),
  );
  await driver.connect([topic]);
  await sendOne(driver, await batchOf(driver, topic, 0, ['warm']));
  for (const socket of readers) socket.pause();
  let settled = 0;
  const sends = [];
  for (let index = 0; index < 12; index++) {
    // Records of their own, so that none is refused for its size.
    const batch = await batchOf(driver, topic, 0, ['x'.repeat(900_000)]);
    sends.push(sendOne(driver, batch).then(() => settled++));
  }
  await expect.poll(() => driver.congested(0)).toBe(true);
  expect(settled).toBeLessThan(12);
  for (const socket of readers) socket.resume();
  await Promise.all(sends);
  expect(driver.congested(0)).toBe(false);
  await driver.close();
  proxy.server.close();
});

/** Stands before the sandbox and puts itself in its place wherever that names its own port. */
async function startProxy(onClient: (socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const behind = Number(sandbox.address.split(':')[1]);
  const [theirs, ours] = [Buffer.alloc(4), Buffer.alloc(4)];
  const server = createServer((socket) => {
    const upstream = connect(behind, '127.0.0.1');
    for (const one of [socket, upstream]) one.on('error', () => {});
    onClient(socket);
    socket.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      for (let at = data.indexOf(theirs); at >= 0; at = data.indexOf(theirs, at + 4)) ours.copy(data, at);
      socket.write(data);
    });
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  theirs.writeInt32BE(behind);
  ours.writeInt32BE(port);
  return { port, server };
}

describe('driver kafkajs: where no broker answers', () => {
  it('says so at once, with address and remedy', async () => {
    const driver = part.create(driverContext({ brokers: ['127.0.0.1:1'] }));
    await expect(driver.connect(['t'])).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringMatching(/127\.0\.0\.1:1 \(ECONNREFUSED\).*--brokers/),
    });
  });

  it('tries every broker of the list', async () => {
    const { topic } = await connected();
    const driver = part.create(driverContext({ brokers: ['127.0.0.1:1', sandbox.address] }));
    await driver.connect([topic]);
    expect(driver.partitionCount(topic)).toBe(3);
    await driver.close();
  });

  it('fails in a way that may be tried again, and closes in time, once the broker has gone', async () => {
    const gone = await startSandbox();
    await ensureTopics([gone.address], [{ name: 't', partitions: 1 }], { create: true });
    const driver = part.create(driverContext({ brokers: [gone.address] }));
    await driver.connect(['t']);
    const batch = await batchOf(driver, 't', 0, [1]);
    expect(await sendOne(driver, batch)).toMatchObject({ code: 'NONE' });
    await gone.close();
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await sendOne(driver, batch)).toMatchObject({ code: 'NETWORK_EXCEPTION', retriable: true });
    }
    const started = performance.now();
    await driver.close();
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

interface Consumed {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string;
  readonly timestamp: string;
  readonly headers: unknown;
}

/** Reads `count` records of a topic from its beginning through kafkajs's consumer. */
async function consume(topic: string, count: number): Promise<Consumed[]> {
  const kafka = new Kafka({ brokers: [sandbox.address], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `group-${topic}` });
  const records: Consumed[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          const { key, value, timestamp, headers } = message;
          const text = key === null ? null : key.toString();
          records.push({ partition, key: text, value: value!.toString(), timestamp, headers });
          if (records.length === count) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return records;
}

it('names the topic that does not exist when it connects', async () => {
  const { topic, driver } = await connected();
  await driver.close();
  await sandbox.setFaults(['metadata:error=UNKNOWN_TOPIC_OR_PARTITION,topic=missing']);
  const other = part.create(driverContext({ brokers: [sandbox.address] }));
  await expect(other.connect([topic, 'missing'])).rejects.toMatchObject({
    code: 'TOPIC',
    message: expect.stringMatching(/^topic missing: .*UNKNOWN_TOPIC_OR_PARTITION/),
  });
});
