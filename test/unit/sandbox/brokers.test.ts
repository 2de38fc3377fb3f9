import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { CODES, errorName } from '../../../src/protocol/codes.js';
import type { SandboxOptions } from '../../../src/sandbox/settings.js';
import { startServer } from '../../support/sandbox-server.js';
import { makeBatch, WireClient } from '../../support/sandbox-wire.js';

interface Described {
  readonly nodes: readonly { id: number; port: number }[];
  readonly controller: number;
  readonly partitions: readonly {
    code: number;
    leader: number;
    epoch: number;
    replicas: number[];
    inSync: number[];
    offline: number[];
  }[];
}

async function describeTopic(client: WireClient, topic: string): Promise<Described> {
  const reader = await client.call('Metadata', 7, (writer) => {
    writer.array([topic], (name) => writer.string(name)).boolean(true);
  });
  const ints = () => reader.array(() => reader.int32());
  reader.int32();
  const nodes = reader.array(() => {
    const node = { id: reader.int32(), host: reader.string(), port: reader.int32() };
    reader.nullableString();
    return { id: node.id, port: node.port };
  });
  reader.nullableString();
  const controller = reader.int32();
  const [partitions = []] = reader.array(() => {
    reader.int16();
    reader.string();
    reader.boolean();
    return reader.array(() => {
      const [code, , leader, epoch] = [
        reader.int16(),
        reader.int32(),
        reader.int32(),
        reader.int32(),
      ] as const;
      return { code, leader, epoch, replicas: ints(), inSync: ints(), offline: ints() };
    });
  });
  return { nodes, controller, partitions };
}

async function produce(client: WireClient, topic: string, partition: number, acks = -1): Promise<string> {
  return errorName((await client.produce(topic, partition, makeBatch(), acks)).code);
}

async function start(options: SandboxOptions = {}) {
  const { server } = await startServer({ nodes: 3, partitions: 3, ...options });
  const clients = await Promise.all(server.brokers.map((address) => WireClient.connect(address)));
  return { server, clients, one: clients[0]! };
}

describe('what a leader takes with it', () => {
  test('is answered with the offsets that come next, and gone, unless the followers were waited for', async () => {
    const { server, one } = await start({ faults: ['produce:lose'] });
    await describeTopic(one, 't');
    const batch = makeBatch();
    const offsetOf = async (acks: number) => (await one.produce('t', 0, batch, acks)).offset;
    const next = await offsetOf(-1);
    const stored = await offsetOf(-1);
    expect(stored).toBeGreaterThan(next);
    expect(await offsetOf(1)).toBe(2 * stored);
    expect(await offsetOf(1)).toBe(2 * stored);
    expect(await offsetOf(-1)).toBe(2 * stored);
    await server.close();
  });
});

describe('several brokers', () => {
  test('each have a port, are all named, and lead partitions in turn', async () => {
    const { server, one, clients } = await start();
    const described = await describeTopic(one, 't');
    expect(described.nodes.map(({ id, port }) => `${id} 127.0.0.1:${port}`)).toEqual(
      server.brokers.map((address, index) => `${index + 1} ${address}`),
    );
    expect(new Set(server.brokers).size).toBe(3);
    expect(described.partitions.map(({ leader }) => leader)).toEqual([1, 2, 3]);
    expect(described.partitions[1]).toMatchObject({
      epoch: 0,
      replicas: [2, 3, 1],
      inSync: [2, 3, 1],
      offline: [],
    });
    expect(await describeTopic(clients[2]!, 't')).toEqual(described);
  });

  test('have neighbouring ports when the first one is given', async () => {
    // Somebody else may have the port behind a free one; then another is tried.
    const two = async (tries: number): Promise<readonly [number, readonly string[]]> => {
      const { server: first } = await startServer();
      const port = Number(first.brokers[0]!.split(':')[1]);
      await first.close();
      try {
        return [port, (await startServer({ nodes: 2, port })).server.brokers];
      } catch (error) {
        if (tries === 0) throw error;
        return two(tries - 1);
      }
    };
    const [port, brokers] = await two(10);
    expect(brokers).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port + 1}`]);
  });

  test('take records only for what they lead', async () => {
    const { clients, one } = await start();
    await describeTopic(one, 't');
    expect(await produce(clients[0]!, 't', 0)).toBe('NONE');
    expect(await produce(clients[1]!, 't', 0)).toBe('NOT_LEADER_OR_FOLLOWER');
    expect(await produce(clients[1]!, 't', 1)).toBe('NONE');
  });

  test('look after groups, each one its own', async () => {
    const { clients, one } = await start();
    const asked = async (group: string) => {
      const reader = await one.call('FindCoordinator', 0, (writer) => writer.string(group));
      return { code: reader.int16(), id: reader.int32() };
    };
    const groups = Array.from({ length: 20 }, (_, index) => `g${index}`);
    const found = await Promise.all(groups.map(asked));
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
    const beat = async (client: WireClient) => {
      const reader = await client.call('Heartbeat', 0, (writer) => {
        writer.string('g0').int32(0).string('');
      });
      return errorName(reader.int16());
    };
    const wrong = clients.filter((_, index) => index + 1 !== found[0]!.id);
    expect(await beat(wrong[0]!)).toBe('NOT_COORDINATOR');
    expect(await beat(clients[found[0]!.id - 1]!)).toBe('UNKNOWN_MEMBER_ID');
  });
});

describe('leadership that moves', () => {
  test('is refused by the old leader, taken up by the next under a new epoch, and the log goes on', async () => {
    const { server, clients, one } = await start();
    await describeTopic(one, 't');
    await produce(one, 't', 0);
    await server.setFaults(['produce:leader-move,topic=t,partition=0,count=1']);
    expect(await produce(one, 't', 0)).toBe('NOT_LEADER_OR_FOLLOWER');
    const { partitions } = await describeTopic(one, 't');
    expect(partitions.map(({ leader, epoch }) => `${leader}@${epoch}`)).toEqual(['2@1', '2@0', '3@0']);
    expect(await produce(clients[1]!, 't', 0)).toBe('NONE');
    expect(server.cluster.topics.log('t', 0)!.endOffset).toBe(2);
  });

  test('moves by the clock as well, all partitions at once', async () => {
    const { server, one } = await start();
    await describeTopic(one, 't');
    await server.setFaults(['broker:leader-move,at=1ms']);
    const leaders = async () => (await describeTopic(one, 't')).partitions.map(({ leader }) => leader);
    await expect.poll(leaders).toEqual([2, 3, 1]);
    expect(server.stats().faults).toEqual({ 'broker:leader-move,at=1ms': 1 });
  });

  test('tells a consumer that waits at the old leader at once', async () => {
    const { server, one } = await start();
    await describeTopic(one, 't');
    const began = systemClock.now();
    const waiting = one.fetch('t', 0, 0, { maxWaitMs: 10_000 });
    await server.setFaults(['broker:leader-move,at=20ms']);
    expect((await waiting).code).toBe(CODES.NOT_LEADER_OR_FOLLOWER);
    expect(systemClock.now() - began).toBeLessThan(5000);
  });

  test('has an end for each epoch, so that consumers see that nothing was cut off', async () => {
    const { server, clients, one } = await start();
    await describeTopic(one, 't');
    await produce(one, 't', 0);
    await produce(one, 't', 0);
    const { topics } = server.cluster;
    const log = topics.log('t', 0)!;
    topics.move(log);
    topics.move(log);
    await produce(clients[2]!, 't', 0);
    expect(log.leaderEpoch).toBe(2);
    expect(log.endOfEpoch(0)).toEqual({ epoch: 0, end: 2 });
    // Nothing was written under epoch 1.
    expect(log.endOfEpoch(1)).toEqual({ epoch: 0, end: 2 });
    expect(log.endOfEpoch(2)).toEqual({ epoch: 2, end: 3 });
    expect(log.endOfEpoch(3)).toBeUndefined();
  });
});

describe('a broker that is gone', () => {
  const refused = (address: string) =>
    WireClient.connect(address).then(
      (client) => {
        client.close();
        return 'open';
      },
      () => 'refused',
    );

  test('cuts its connections and refuses new ones until it is back on the same port', async () => {
    const { server, clients, one } = await start();
    await describeTopic(one, 't');
    await server.setFaults(['broker:gone=300ms,at=0,node=2']);
    await clients[1]!.closed;
    expect(await refused(server.brokers[1]!)).toBe('refused');
    const without = await describeTopic(one, 't');
    expect(without.nodes.map(({ id }) => id)).toEqual([1, 3]);
    expect(without.partitions[1]).toMatchObject({ leader: 3, epoch: 1, inSync: [3, 1], offline: [2] });
    expect(await produce(clients[2]!, 't', 1)).toBe('NONE');
    await expect.poll(() => refused(server.brokers[1]!)).toBe('open');
    const back = await describeTopic(one, 't');
    expect(back.nodes).toHaveLength(3);
    // Leadership does not return by itself.
    expect(back.partitions[1]).toMatchObject({ leader: 3, epoch: 1, inSync: [2, 3, 1], offline: [] });
  });

  test('is the one that was called, before or after what was asked', async () => {
    for (const [what, records] of [
      ['gone', 0],
      ['gone-after', 1],
    ] as const) {
      const { server, one, clients } = await start();
      await describeTopic(one, 't');
      await server.setFaults([`produce:${what}=10s,count=1`]);
      await expect(produce(clients[0]!, 't', 0)).rejects.toThrow('the connection was closed');
      expect(server.stats().records).toBe(records);
      expect(server.cluster.nodesUp.map(({ id }) => id)).toEqual([2, 3]);
    }
  });

  test('is each in turn when none is named', async () => {
    const { server } = await start();
    const gone: number[] = [];
    await server.setFaults(['broker:gone=15ms,every=30ms']);
    await expect
      .poll(
        () => {
          const down = server.cluster.nodes.find(({ up }) => !up)?.id;
          if (down !== undefined && gone.at(-1) !== down) gone.push(down);
          return gone.slice(0, 4);
        },
        { interval: 2, timeout: 5000 },
      )
      .toEqual([1, 2, 3, 1]);
  });

  test('leaves acks all without enough replicas, and acks 1 alone', async () => {
    const { server, one } = await start({ minInsyncReplicas: 2 });
    await describeTopic(one, 't');
    await server.setFaults(['broker:gone=10s,at=0,node=2', 'broker:gone=10s,at=0,node=3']);
    await expect.poll(() => server.cluster.nodesUp.length).toBe(1);
    expect(await produce(one, 't', 1)).toBe('NOT_ENOUGH_REPLICAS');
    expect(await produce(one, 't', 1, 1)).toBe('NONE');
  });

  test('leaves a partition without other replicas without a leader until it is back', async () => {
    const { server, one } = await start();
    const created = await one.call('CreateTopics', 2, (writer) => {
      writer.array(['t'], (name) => {
        writer.string(name).int32(-1).int16(-1);
        writer.array([3], (id) => writer.int32(0).array([id], (broker) => writer.int32(broker)));
        writer.array([], () => {});
      });
      writer.int32(1000).boolean(false);
    });
    created.int32();
    expect(created.array(() => [created.string(), created.int16(), created.nullableString()])).toEqual([
      ['t', 0, null],
    ]);
    await server.setFaults(['broker:gone=200ms,at=0,node=3']);
    const only = async () => (await describeTopic(one, 't')).partitions[0];
    await expect.poll(only).toMatchObject({ leader: -1, code: CODES.LEADER_NOT_AVAILABLE, offline: [3] });
    await expect.poll(only).toMatchObject({ leader: 3, code: 0, epoch: 2 });
  });

  test('comes back although the faults were taken back, and never once the sandbox is closed', async () => {
    const { server } = await start({ nodes: 1 });
    await server.setFaults(['broker:gone=100ms,at=0']);
    await expect.poll(() => server.cluster.nodesUp.length).toBe(0);
    await server.setFaults([]);
    await expect.poll(() => server.cluster.nodesUp.length).toBe(1);
    await server.setFaults(['broker:gone=50ms,at=0']);
    await expect.poll(() => server.cluster.nodesUp.length).toBe(0);
    await server.close();
    await systemClock.sleep(120);
    expect(await refused(server.brokers[0]!)).toBe('refused');
  });
});
