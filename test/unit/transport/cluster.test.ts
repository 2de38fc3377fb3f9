import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { Cluster } from '../../../src/transport/cluster.js';
import { FakeBroker } from '../../support/fake-broker.js';
import { ScriptedBroker } from '../../support/scripted-broker.js';

const clusterAt = (port: number) =>
  new Cluster({
    brokers: [`127.0.0.1:${port}`],
    clientId: 'test',
    clock: systemClock,
    connectTimeoutMs: 500,
    requestTimeoutMs: 100,
  });

it('counts the bytes of a lost connection once, however often it is dialled in vain', async () => {
  const broker = await FakeBroker.start();
  const cluster = clusterAt(broker.port);
  await cluster.refresh().catch(() => {});
  const before = cluster.wireBytes;
  await broker.close();
  for (let i = 0; i < 5; i++) await cluster.refresh().catch(() => {});
  expect(before).toBeGreaterThan(0);
  expect(cluster.wireBytes).toBe(before);
  cluster.close();
});

it('dials nobody once it is closed', async () => {
  const broker = await FakeBroker.start();
  const cluster = clusterAt(broker.port);
  cluster.close();
  await expect(cluster.refresh()).rejects.toThrow(/closed/);
  expect(broker.sockets.size).toBe(0);
  await broker.close();
});

describe('a list of brokers', () => {
  it('of which one takes connections and says nothing is served by the other', async () => {
    const [silent, good] = [await FakeBroker.start(), await ScriptedBroker.start()];
    const cluster = new Cluster({
      brokers: [`127.0.0.1:${silent.port}`, good.address],
      clientId: 'test',
      clock: systemClock,
      connectTimeoutMs: 500,
      requestTimeoutMs: 100,
    });
    await cluster.connect(['t']);
    expect(cluster.partitionCount('t')).toBe(2);
    expect(silent.requests).toHaveLength(1);
    cluster.close();
    await Promise.all([silent.close(), good.fake.close()]);
  });

  it('none of which speaks is told of with the first one’s reason', async () => {
    const silent = [await FakeBroker.start(), await FakeBroker.start()];
    const brokers = silent.map(({ port }) => `127.0.0.1:${port}`);
    const options = { clientId: 'test', clock: systemClock, connectTimeoutMs: 500, requestTimeoutMs: 100 };
    const cluster = new Cluster({ brokers, ...options });
    await expect(cluster.connect([])).rejects.toThrow(
      `${brokers[0]} took the connection and then said nothing`,
    );
    cluster.close();
    for (const broker of silent) await broker.close();
  });
});

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const gone = await FakeBroker.start();
  const { port } = gone;
  await gone.close();
  return port;
}

it('waits for the next leader when a broker has died of which the others have not heard yet', async () => {
  const broker = await ScriptedBroker.start();
  broker.others = [await deadPort()];
  broker.leaders = [2, 2];
  const cluster = clusterAt(broker.fake.port);
  await cluster.connect(['t']);
  expect(cluster.leaderOf('t', 0)).toBe(1);
  cluster.close();
  await broker.fake.close();
});

it('names the broker that others say still leads, when its time is over', async () => {
  const broker = await ScriptedBroker.start();
  const port = await deadPort();
  broker.others = [port];
  broker.leaders = Array.from({ length: 100 }, () => 2);
  const cluster = clusterAt(broker.fake.port);
  await expect(cluster.connect(['t'])).rejects.toMatchObject({
    code: 'ADVERTISED_UNREACHABLE',
    message: expect.stringMatching(
      new RegExp(`127\\.0\\.0\\.1:${port}.*that it is up.*advertised\\.listeners`),
    ),
  });
  cluster.close();
  await broker.fake.close();
});
