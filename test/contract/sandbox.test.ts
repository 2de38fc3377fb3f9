/** The sandbox as kafkajs sees it, in its own thread, as users start it. Other clients are tried in test/clients. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventmillError } from '../../src/errors.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { CompressionTypes, KafkaClient } from '../support/sandbox-kafkajs.js';

let sandbox: Sandbox;
let client: KafkaClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new KafkaClient(sandbox.address);
});

afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const texts = (prefix: string, count: number) => {
  return Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: `${prefix}${index}` }));
};

/** Reads until `count` values have come. */
async function read(topic: string, groupId: string, count: number): Promise<string[]> {
  const values: string[] = [];
  let done = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const consumer = await client.consume(groupId, [topic], async ({ message }) => {
    values.push(String(message.value));
    if (values.length >= count) done();
  });
  await all;
  await consumer.disconnect();
  return values;
}

const ends = async (topic: string): Promise<number> => {
  const offsets = await (await client.admin()).fetchTopicOffsets(topic);
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
};

describe('producing', () => {
  test.for([
    ['acks 0', 0],
    ['acks 1', 1],
    ['acks all', -1],
  ] as const)('with %s stores what was sent', async ([, acks]) => {
    const topic = `acks${acks}`;
    const producer = await client.producer();
    await producer.send({ topic, acks, messages: texts('v', 100) });
    await expect.poll(() => ends(topic)).toBe(100);
    const values = await read(topic, `read-${topic}`, 100);
    expect(values.sort()).toEqual(
      texts('v', 100)
        .map(({ value }) => value)
        .sort(),
    );
  });

  test('with gzip stores what was sent', async () => {
    const producer = await client.producer();
    await producer.send({ topic: 'gzip', compression: CompressionTypes.GZIP, messages: texts('v', 500) });
    expect(await read('gzip', 'read-gzip', 500)).toHaveLength(500);
  });

  test('answers with the first offset, and keeps keys, headers and timestamps', async () => {
    const producer = await client.producer({ idempotent: true });
    const message = { key: 'k', value: null, headers: { h: 'x' }, timestamp: '1600000000000', partition: 2 };
    const send = () => producer.send({ topic: 'kept', acks: -1, messages: [message] });
    expect(await send()).toMatchObject([{ partition: 2, baseOffset: '0', errorCode: 0 }]);
    expect(await send()).toMatchObject([{ baseOffset: '1' }]);
    const seen = await new Promise((resolve) => {
      void client.consume('kept', ['kept'], async (payload) => resolve(payload));
    });
    expect(seen).toMatchObject({ topic: 'kept', partition: 2 });
    const { message: got } = seen as { message: { key: Buffer; headers: { h: Buffer } } };
    expect({ ...got, key: got.key.toString(), headers: { h: got.headers.h.toString() } }).toMatchObject({
      ...{ key: 'k', value: null, headers: { h: 'x' } },
      ...{ timestamp: '1600000000000', offset: '0' },
    });
  });

  test('with a transactional id fails at once', async () => {
    const producer = await client.producer({ idempotent: true, transactionalId: 'tx' });
    await expect(producer.transaction()).rejects.toThrow();
  });
});

describe('administration', () => {
  test('creates, lists, describes and deletes topics', async () => {
    const admin = await client.admin();
    const topics = [
      { topic: 'made', numPartitions: 3, configEntries: [{ name: 'max.message.bytes', value: '2000' }] },
    ];
    expect(await admin.createTopics({ topics })).toBe(true);
    expect(await admin.createTopics({ topics })).toBe(false);
    expect(await admin.listTopics()).toContain('made');
    const [made] = (await admin.fetchTopicMetadata({ topics: ['made'] })).topics;
    expect(made?.partitions.map(({ leader }) => leader)).toEqual([1, 1, 1]);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'made', configNames: ['max.message.bytes'] }],
    });
    expect(resources[0]?.configEntries).toMatchObject([
      { configName: 'max.message.bytes', configValue: '2000' },
    ]);
    await admin.deleteTopics({ topics: ['made'] });
    expect(await admin.listTopics()).not.toContain('made');
    await expect(admin.deleteTopics({ topics: ['made'] })).rejects.toThrow();
  });

  test('tells the cluster, and offsets by time', async () => {
    const admin = await client.admin();
    const { brokers, controller, clusterId } = await admin.describeCluster();
    expect(brokers).toEqual([{ nodeId: 1, host: '127.0.0.1', port: Number(sandbox.address.split(':')[1]) }]);
    expect([controller, clusterId]).toEqual([1, 'eventmill-sandbox']);
    const producer = await client.producer();
    for (const timestamp of ['1000', '2000', '3000']) {
      await producer.send({ topic: 'times', messages: [{ value: 'v', timestamp, partition: 0 }] });
    }
    const at = async (time: number) => {
      const offsets = await admin.fetchTopicOffsetsByTimestamp('times', time);
      return offsets.find(({ partition }) => partition === 0)?.offset;
    };
    expect([await at(1000), await at(1500), await at(3000)]).toEqual(['0', '1', '2']);
  });
});

describe('a consumer group', () => {
  test('goes on where it had committed', async () => {
    const producer = await client.producer();
    const send = (prefix: string) => producer.send({ topic: 'resumed', messages: texts(prefix, 50) });
    await send('a');
    expect(await read('resumed', 'resuming', 50)).toHaveLength(50);
    await send('b');
    const values = await read('resumed', 'resuming', 50);
    expect(values.every((value) => value.startsWith('b'))).toBe(true);
    const offsets = await (await client.admin()).fetchOffsets({ groupId: 'resuming', topics: ['resumed'] });
    const committed = offsets[0]!.partitions.reduce(
      (sum, { offset }) => sum + Math.max(0, Number(offset)),
      0,
    );
    expect(committed).toBe(100);
  });

  test('shares the partitions of a topic, and gives them all to the one that is left', async () => {
    const admin = await client.admin();
    await admin.createTopics({ topics: [{ topic: 'shared', numPartitions: 4 }] });
    const producer = await client.producer();
    const send = async (prefix: string) => {
      const messages = [0, 1, 2, 3].map((partition) => ({ value: `${prefix}${partition}`, partition }));
      await producer.send({ topic: 'shared', messages });
    };
    const seen = { one: new Set<string>(), two: new Set<string>() };
    const start = (name: 'one' | 'two') =>
      client.consume('sharing', ['shared'], async ({ message }) => {
        seen[name].add(String(message.value));
      });
    const members = async () => {
      const { groups } = await admin.describeGroups(['sharing']);
      return `${groups[0]?.state} ${groups[0]?.members.length}`;
    };
    const first = await start('one');
    await expect.poll(members, { timeout: 15_000 }).toBe('Stable 1');
    await start('two');
    await expect.poll(members, { timeout: 15_000 }).toBe('Stable 2');
    await send('a');
    await expect.poll(() => [seen.one.size, seen.two.size], { timeout: 15_000 }).toEqual([2, 2]);
    await first.disconnect();
    await expect.poll(members, { timeout: 15_000 }).toBe('Stable 1');
    await send('b');
    await expect.poll(() => seen.two.size, { timeout: 15_000 }).toBe(6);
    expect((await admin.listGroups()).groups).toContainEqual({
      groupId: 'sharing',
      protocolType: 'consumer',
    });
  });
});

describe('a sandbox', () => {
  test('says that a port is in use, and what to do', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const starting = startSandbox({ port });
    await expect(starting).rejects.toThrow(EventmillError);
    await expect(starting).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringMatching(`port ${port} on 127.0.0.1 is in use: .*choose another port`),
    });
    server.close();
  });

  test.for([
    [{ port: 70_000 }, /sandbox port: expected a whole number from 0 to 65535, got 70000/],
    [{ partitions: 0 }, /sandbox partitions: expected a whole number from 1/],
    [{ memoryBytes: 100 }, /sandbox memoryBytes: expected a whole number from 1048576/],
    [{ faults: ['produce:dropp'] }, /did you mean drop\?/],
    [{ host: '192.0.2.1' }, /cannot listen on 192\.0\.2\.1 .*name an address of this machine/],
  ] as const)('refuses %o in words', async ([options, message]) => {
    const starting = startSandbox(options);
    await expect(starting).rejects.toMatchObject({ code: 'CONFIG', message: expect.stringMatching(message) });
  });

  test('takes other faults while it runs, and refuses wrong ones', async () => {
    const own = await startSandbox({ faults: ['metadata:error=TOPIC_AUTHORIZATION_FAILED'] });
    const ownClient = new KafkaClient(own.address);
    const admin = await ownClient.admin();
    await expect(admin.fetchTopicMetadata({ topics: ['t'] })).rejects.toThrow(
      /authori[sz]ed|authori[sz]ation/i,
    );
    await expect(own.setFaults(['nope'])).rejects.toMatchObject({ code: 'CONFIG' });
    await own.setFaults([]);
    expect(await admin.createTopics({ topics: [{ topic: 't' }] })).toBe(true);
    expect((await admin.fetchTopicMetadata({ topics: ['t'] })).topics[0]?.partitions).toHaveLength(6);
    await ownClient.close();
    await own.close();
  });

  test('tells what it holds and what it costs', async () => {
    const stats = await sandbox.stats();
    expect(stats.requests['Produce']).toBeGreaterThan(5);
    expect(stats.records).toBeGreaterThan(800);
    expect(stats.connections).toBeGreaterThan(0);
    expect(stats.evictedRecords).toBe(0);
    if (process.platform === 'linux') expect(stats.cpuSeconds).toBeGreaterThan(0);
  });

  test('closes within two seconds with clients connected and waiting, once, and is then gone', async () => {
    const own = await startSandbox();
    const ownClient = new KafkaClient(own.address);
    await (await ownClient.producer()).send({ topic: 't', messages: [{ value: 'v' }] });
    await ownClient.consume('g', ['t'], async () => {});
    const started = performance.now();
    await Promise.all([own.close(), own.close()]);
    expect(performance.now() - started).toBeLessThan(2000);
    await expect(own.stats()).rejects.toMatchObject({ code: 'BROKER_LOST' });
    await ownClient.close();
  });
});
