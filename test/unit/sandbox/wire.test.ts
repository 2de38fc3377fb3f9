import { describe, expect, test } from 'vitest';
import { CODES, errorName } from '../../../src/protocol/codes.js';
import { API_KEYS } from '../../../src/protocol/keys.js';
import { startServer } from '../../support/sandbox-server.js';
import { makeBatch, request, writeProduce } from '../../support/sandbox-wire.js';

describe('ApiVersions', () => {
  const list = async (version: number) => {
    const { connect } = await startServer();
    const client = await connect();
    const reader = await client.call('ApiVersions', version, () => {});
    const code = reader.int16();
    const apis = reader.array(() => [reader.int16(), [reader.int16(), reader.int16()]] as const);
    return { code, apis: new Map(apis), reader };
  };

  test('names what is served, and Produce from 0 for the sake of librdkafka', async () => {
    const { code, apis, reader } = await list(2);
    expect(code).toBe(CODES.NONE);
    expect(reader.int32()).toBe(0);
    expect(apis.get(API_KEYS.Produce)).toEqual([0, 8]);
    expect(apis.get(API_KEYS.Fetch)).toEqual([4, 11]);
    expect(apis.size).toBe(19);
  });

  test('answers a version from the future with the list in version 0', async () => {
    const { code, apis, reader } = await list(5);
    expect(errorName(code)).toBe('UNSUPPORTED_VERSION');
    expect(apis.get(API_KEYS.Metadata)).toEqual([0, 8]);
    expect(reader.remaining).toBe(0);
  });
});

describe('a connection', () => {
  test.for([
    ['an API that is not served', 'SaslHandshake', 0],
    ['a version before the first', 'Produce', 2],
    ['a version behind the last', 'Produce', 9],
  ] as const)('is closed on %s', async ([, api, version]) => {
    const { connect } = await startServer();
    const client = await connect();
    await expect(client.call(api, version, () => {})).rejects.toThrow('the connection was closed');
  });

  test.for([
    ['a frame that is too large', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
    ['a frame of negative length', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['a request that is cut off', request('Produce', 8, (writer) => writer.int16(5))],
    ['more elements than bytes', request('Metadata', 1, (writer) => writer.int32(0x7fffffff))],
  ] as const)('is closed on %s, and others go on', async ([, bytes]) => {
    const { server, connect } = await startServer();
    const [bad, good] = [await connect(), await connect()];
    bad.socket.write(bytes);
    await bad.closed;
    expect((await good.call('ApiVersions', 0, () => {})).int16()).toBe(CODES.NONE);
    expect(server.stats().connections).toBe(1);
  });

  test('answers in the order of the requests, also behind one that waits', async () => {
    const { connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 1);
    const started = performance.now();
    // The client fails the call whose answer comes out of turn.
    const waiting = client.fetch('t', 0, 0, { maxWaitMs: 100 });
    await client.call('ApiVersions', 0, () => {});
    expect(performance.now() - started).toBeGreaterThanOrEqual(95);
    expect((await waiting).code).toBe(CODES.NONE);
  });

  test('takes requests byte by byte and many in one piece', async () => {
    const { connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 1);
    const one = request('Produce', 8, writeProduce('t', 0, makeBatch(), 0));
    for (const byte of one) client.socket.write(Buffer.from([byte]));
    client.socket.write(Buffer.concat(Array.from({ length: 50 }, () => one)));
    expect((await client.fetch('t', 0, 0)).highWatermark).toBe(51);
  });

  test('holds nothing any more when what waited was served', async () => {
    const { server, connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 1);
    const waiting = client.fetch('t', 0, 0, { maxWaitMs: 60 });
    const behind = [1, 2, 3].map(() => client.produce('t', 0, makeBatch({ bytes: 50_000 })));
    await expect.poll(() => server.cluster.inboundBytes).toBeGreaterThan(150_000);
    await Promise.all([waiting, ...behind]);
    expect(server.cluster.inboundBytes).toBe(0);
  });

  test('is not read while the client does not read its answers, so that memory stays bounded', async () => {
    const { server, connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 1);
    for (let index = 0; index < 4; index++) await client.produce('t', 0, makeBatch({ bytes: 1_000_000 }));
    client.socket.pause();
    const asked = 60;
    const all = Array.from({ length: asked }, () => client.fetch('t', 0, 0, { maxBytes: 4_000_000 }));
    const served = () => server.stats().requests['Fetch'] ?? 0;
    await expect.poll(served).toBeGreaterThan(0);
    let last = -1;
    const settled = () => {
      const before = last;
      last = served();
      return before === last;
    };
    await expect.poll(settled, { interval: 100 }).toBe(true);
    expect(served()).toBeLessThan(asked / 2);
    client.socket.resume();
    const answers = await Promise.all(all);
    expect(answers.every(({ records }) => records.length === 4_000_000)).toBe(true);
  });
});

describe('Produce and Fetch', () => {
  test('store batches as they came, at the next offsets', async () => {
    const { connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 2);
    expect(await client.produce('t', 1, makeBatch({ count: 3 }))).toMatchObject({ code: 0, offset: 0 });
    expect(await client.produce('t', 1, makeBatch({ count: 2 }), 1)).toMatchObject({ code: 0, offset: 3 });
    const fetched = await client.fetch('t', 1, 0);
    expect(fetched).toMatchObject({ topCode: 0, code: 0, highWatermark: 5, startOffset: 0 });
    expect(fetched.records).toHaveLength(200);
    expect(fetched.records.readBigInt64BE(100)).toBe(3n);
    expect((await client.fetch('t', 0, 0)).records).toHaveLength(0);
  });

  test('answer what cannot be with an error and a sentence', async () => {
    const { connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 1);
    const produced = async (...args: Parameters<typeof client.produce>) => {
      const { code, message } = await client.produce(...args);
      return [errorName(code), message];
    };
    expect(await produced('t', 9, makeBatch())).toEqual(['UNKNOWN_TOPIC_OR_PARTITION', null]);
    expect(await produced('u', 0, makeBatch())).toEqual(['UNKNOWN_TOPIC_OR_PARTITION', null]);
    expect(await produced('t', 0, makeBatch(), 2)).toEqual([
      'INVALID_REQUIRED_ACKS',
      'expected acks 0, 1 or -1 (all), got 2',
    ]);
    expect(await produced('t', 0, null)).toEqual([
      'INVALID_RECORD',
      'expected exactly one record batch, got none',
    ]);
    expect(await produced('t', 0, makeBatch({ bytes: 1_048_589 }))).toEqual([
      'MESSAGE_TOO_LARGE',
      'the batch has 1048589 bytes, max.message.bytes is 1048588',
    ]);
    expect(await produced('t', 0, makeBatch({ bytes: 1_048_588 }))).toEqual(['NONE', null]);
    const fetched = async (...args: Parameters<typeof client.fetch>) =>
      errorName((await client.fetch(...args)).code);
    expect(await fetched('u', 0, 0)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
    expect(await fetched('t', 0, 2)).toBe('OFFSET_OUT_OF_RANGE');
    expect(await fetched('t', 0, -1)).toBe('OFFSET_OUT_OF_RANGE');
    expect(await fetched('t', 0, 0, { leaderEpoch: 1 })).toBe('UNKNOWN_LEADER_EPOCH');
    expect((await client.fetch('t', 0, 0, { sessionId: 5 })).topCode).toBe(CODES.FETCH_SESSION_ID_NOT_FOUND);
  });

  test('with acks 0 stay silent on success and close the connection on failure', async () => {
    const { connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 1);
    client.tell('Produce', 8, writeProduce('t', 0, makeBatch(), 0));
    expect((await client.fetch('t', 0, 0)).highWatermark).toBe(1);
    expect(client.unasked).toBe(0);
    client.tell('Produce', 8, writeProduce('t', 0, makeBatch({ bytes: 2_000_000 }), 0));
    await client.closed;
  });

  test('wait until enough bytes are there, or the time is over', async () => {
    const { connect } = await startServer();
    const [reader, writer] = [await connect(), await connect()];
    await writer.createTopic('t', 1);
    const waiting = reader.fetch('t', 0, 0, { maxWaitMs: 60_000, minBytes: 250 });
    for (let index = 0; index < 3; index++) await writer.produce('t', 0, makeBatch());
    expect((await waiting).records).toHaveLength(300);
    const started = performance.now();
    expect((await reader.fetch('t', 0, 3, { maxWaitMs: 50 })).records).toHaveLength(0);
    expect(performance.now() - started).toBeGreaterThanOrEqual(45);
  });

  test('tell one who waits when the topic is deleted', async () => {
    const { connect } = await startServer();
    const [reader, admin] = [await connect(), await connect()];
    await admin.createTopic('t', 1);
    const waiting = reader.fetch('t', 0, 0, { maxWaitMs: 60_000 });
    const deleted = await admin.call('DeleteTopics', 1, (writer) => {
      writer.array(['t'], (name) => writer.string(name)).int32(1000);
    });
    deleted.int32();
    expect(deleted.array(() => [deleted.string(), deleted.int16()])).toEqual([['t', 0]]);
    expect(errorName((await waiting).code)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
  });

  test('forget one who waits and goes away', async () => {
    const { server, connect } = await startServer();
    const [reader, writer] = [await connect(), await connect()];
    await writer.createTopic('t', 1);
    reader.fetch('t', 0, 0, { maxWaitMs: 60_000 }).catch(() => {});
    const { waiters } = server.cluster.topics.log('t', 0)!;
    await expect.poll(() => waiters.size).toBe(1);
    reader.close();
    await expect.poll(() => waiters.size).toBe(0);
  });

  test('do not give zstd to consumers too old for it', async () => {
    const { connect } = await startServer();
    const client = await connect();
    await client.createTopic('t', 1);
    await client.produce('t', 0, makeBatch({ attributes: 4 }));
    expect((await client.fetch('t', 0, 0, { version: 10 })).records).toHaveLength(100);
    const refused = await client.fetch('t', 0, 0, { version: 9 });
    expect(errorName(refused.code)).toBe('UNSUPPORTED_COMPRESSION_TYPE');
  });

  test('keep within the memory, and answer OFFSET_OUT_OF_RANGE for what was evicted', async () => {
    const { server, connect } = await startServer({ memoryBytes: 1024 * 1024 });
    const client = await connect();
    await client.createTopic('t', 1);
    for (let index = 0; index < 200; index++) await client.produce('t', 0, makeBatch({ bytes: 10_000 }));
    const stats = server.stats();
    expect(stats.heldBytes).toBeLessThanOrEqual(1024 * 1024);
    expect(stats).toMatchObject({ topics: 1, records: 200, bytes: 2_000_000 });
    expect(errorName((await client.fetch('t', 0, 0)).code)).toBe('OFFSET_OUT_OF_RANGE');
    const { startOffset } = await client.fetch('t', 0, 199);
    expect(startOffset).toBe(stats.evictedRecords);
    expect((await client.fetch('t', 0, startOffset)).code).toBe(CODES.NONE);
  });
});

describe('topics', () => {
  const metadata = async (allow: boolean, auto: boolean, name: string) => {
    const { server, connect } = await startServer({ partitions: 3, autoCreateTopics: auto });
    const reader = await (await connect()).call('Metadata', 4, (writer) => {
      writer.array([name], (topic) => writer.string(topic)).boolean(allow);
    });
    reader.int32();
    reader.array(() => [reader.int32(), reader.string(), reader.int32(), reader.nullableString()]);
    reader.nullableString();
    reader.int32();
    const [topic] = reader.array(() => {
      const code = errorName(reader.int16());
      reader.string();
      reader.boolean();
      const ints = () => reader.array(() => reader.int32());
      const partitions = reader.array(() => [reader.int16(), reader.int32(), reader.int32(), ints(), ints()]);
      return { code, partitions: partitions.length };
    });
    return { ...topic, topics: server.stats().topics };
  };

  test('are created on first use, if client and sandbox agree', async () => {
    expect(await metadata(true, true, 't')).toEqual({ code: 'NONE', partitions: 3, topics: 1 });
    const unknown = { code: 'UNKNOWN_TOPIC_OR_PARTITION', partitions: 0, topics: 0 };
    expect(await metadata(false, true, 't')).toEqual(unknown);
    expect(await metadata(true, false, 't')).toEqual(unknown);
    const invalid = { code: 'INVALID_TOPIC_EXCEPTION', partitions: 0, topics: 0 };
    expect(await metadata(true, true, 'no spaces')).toEqual(invalid);
  });

  test('are created when asked for, and refused with Kafka’s errors', async () => {
    const { server, connect } = await startServer();
    const client = await connect();
    const create = async (topic: string, partitions: number) =>
      errorName(await client.createTopic(topic, partitions));
    expect(await create('t', 2)).toBe('NONE');
    expect(await create('t', 2)).toBe('TOPIC_ALREADY_EXISTS');
    expect(await create('u', 0)).toBe('INVALID_PARTITIONS');
    expect(await create('u', 1_000_000)).toBe('INVALID_PARTITIONS');
    expect(await create('x'.repeat(250), 1)).toBe('INVALID_TOPIC_EXCEPTION');
    expect(await create('..', 1)).toBe('INVALID_TOPIC_EXCEPTION');
    expect(await create('d', -1)).toBe('NONE');
    expect(server.stats()).toMatchObject({ topics: 2, partitions: 8 });
  });

  test('take the configs that Kafka has; max.message.bytes is heeded', async () => {
    const { connect } = await startServer();
    const client = await connect();
    const create = async (topic: string, replicas: number, configs: { [name: string]: string }) => {
      const reader = await client.call('CreateTopics', 4, (writer) => {
        writer.array([topic], (name) => {
          writer.string(name).int32(1).int16(replicas).int32(0);
          writer.array(Object.entries(configs), ([key, value]) => writer.string(key).nullableString(value));
        });
        writer.int32(1000).boolean(false);
      });
      reader.int32();
      return reader.array(() => {
        reader.string();
        return [errorName(reader.int16()), reader.nullableString()];
      })[0];
    };
    expect(await create('small', 1, { 'max.message.bytes': '150', 'retention.ms': '-1' })).toEqual([
      'NONE',
      null,
    ]);
    expect((await client.produce('small', 0, makeBatch({ bytes: 150 }))).code).toBe(CODES.NONE);
    expect((await client.produce('small', 0, makeBatch({ bytes: 151 }))).code).toBe(CODES.MESSAGE_TOO_LARGE);
    expect(await create('u', 1, { 'retention.mss': '1' })).toEqual([
      'INVALID_CONFIG',
      'there is no topic config retention.mss',
    ]);
    expect(await create('u', 1, { 'message.timestamp.type': 'LogAppendTime' })).toEqual([
      'INVALID_CONFIG',
      'message.timestamp.type: the sandbox expects CreateTime, got LogAppendTime',
    ]);
    expect(await create('u', 3, {})).toEqual([
      'INVALID_REPLICATION_FACTOR',
      'expected replication factor 1 (the sandbox has one broker), got 3',
    ]);
  });
});

describe('transactions', () => {
  test('are refused wherever they begin', async () => {
    const { connect } = await startServer();
    const client = await connect();
    const coordinator = await client.call('FindCoordinator', 2, (writer) => writer.string('tx').int8(1));
    coordinator.int32();
    expect(errorName(coordinator.int16())).toBe('INVALID_REQUEST');
    expect(coordinator.nullableString()).toContain('no transactions');
    const id = await client.call('InitProducerId', 1, (writer) => writer.nullableString('tx').int32(1000));
    id.int32();
    expect(errorName(id.int16())).toBe('INVALID_REQUEST');
    await client.createTopic('t', 1);
    const transactional = await client.produce('t', 0, makeBatch({ attributes: 0x10 }));
    expect(transactional).toMatchObject({
      code: CODES.INVALID_TXN_STATE,
      message: 'the sandbox has no transactions',
    });
  });
});

describe('faults', () => {
  const start = async (...faults: string[]) => {
    const { server, connect } = await startServer({ faults });
    const client = await connect();
    await client.createTopic('t', 4);
    const end = () => server.cluster.topics.log('t', 0)!.endOffset;
    const produce = (partition = 0) => client.produce('t', partition, makeBatch());
    return { server, client, connect, end, produce };
  };

  test('error: refuses and stores nothing', async () => {
    const { end, produce } = await start('produce:error=NOT_LEADER_OR_FOLLOWER,every=2');
    const codes = [await produce(), await produce(), await produce(), await produce()].map(
      ({ code }) => code,
    );
    expect(codes).toEqual([0, 6, 0, 6]);
    expect(end()).toBe(2);
  });

  test('error-after: stores and denies it', async () => {
    const { end, produce } = await start('produce:error-after=REQUEST_TIMED_OUT,count=1');
    expect(await produce()).toMatchObject({ code: 7, offset: -1 });
    expect(end()).toBe(1);
  });

  test('partition-error: refuses that partition alone', async () => {
    const { produce } = await start('produce:partition-error=KAFKA_STORAGE_ERROR,partition=3');
    expect([(await produce(2)).code, (await produce(3)).code]).toEqual([0, 56]);
  });

  test('drop and drop-after: close the connection before or after the append', async () => {
    for (const [spec, stored] of [
      ['produce:drop', 0],
      ['produce:drop-after', 1],
    ] as const) {
      const { end, produce } = await start(spec);
      await expect(produce()).rejects.toThrow('the connection was closed');
      expect(end()).toBe(stored);
    }
  });

  test('silence and silence-after: never answer on that connection again, and others do not notice', async () => {
    for (const [spec, stored] of [
      ['produce:silence,count=1', 0],
      ['produce:silence-after,count=1', 1],
    ] as const) {
      const { client, connect, end, produce } = await start(spec);
      const lost = [produce(), client.fetch('t', 0, 0)];
      const other = await connect();
      expect((await other.produce('t', 0, makeBatch())).offset).toBe(stored);
      const answered = await Promise.race([...lost, other.fetch('t', 0, 0, { maxWaitMs: 100 })]);
      expect(answered).toHaveProperty('highWatermark', stored + 1);
      expect(end()).toBe(stored + 1);
      for (const each of lost) each.catch(() => {});
    }
  });

  test('delay: comes before the append', async () => {
    const { produce } = await start('produce:delay=60ms');
    const started = performance.now();
    expect((await produce()).code).toBe(CODES.NONE);
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  });

  test('throttle: answers at once, says how long, and listens no sooner', async () => {
    const { produce } = await start('produce:throttle=80ms,count=1');
    const started = performance.now();
    const [first, second] = [produce(), produce()];
    expect((await first).throttleMs).toBe(80);
    const atFirst = performance.now() - started;
    expect((await second).throttleMs).toBe(0);
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
    expect(atFirst).toBeLessThan(75);
  });

  test('are told by the stats and can be replaced', async () => {
    const { server, produce } = await start('produce:error=UNKNOWN_SERVER_ERROR');
    await produce();
    expect(server.stats().faults).toEqual({ 'produce:error=UNKNOWN_SERVER_ERROR': 1 });
    await server.setFaults([]);
    expect((await produce()).code).toBe(CODES.NONE);
    expect(server.stats()).toMatchObject({ faults: {}, requests: { Produce: 2, CreateTopics: 1 } });
  });
});

describe('idempotent producers', () => {
  test('leave each batch once when the connection is lost after the append and they send again', async () => {
    const { server, connect } = await startServer({ faults: ['produce:drop-after,every=3'] });
    let client = await connect();
    await client.createTopic('t', 1);
    const reader = await client.call('InitProducerId', 0, (writer) => writer.nullableString(null).int32(0));
    expect([reader.int32(), reader.int16()]).toEqual([0, 0]);
    const producerId = reader.int64Number();
    const offsets: number[] = [];
    for (let sequence = 0; sequence < 20; ) {
      try {
        const batch = makeBatch({ producerId, epoch: 0, sequence, count: 2 });
        const { code, offset } = await client.produce('t', 0, batch);
        expect(code).toBe(CODES.NONE);
        offsets.push(offset);
        sequence += 2;
      } catch {
        client = await connect();
      }
    }
    expect(offsets).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(server.stats().records).toBe(20);
  });
});
