import { expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { Cluster } from '../../../src/transport/cluster.js';
import { FakeBroker } from '../../support/fake-broker.js';

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
