/** Whole runs into the sandbox, with every fault it can have: what the profile promises must hold, and all sums match. */
import { describe, expect, it } from 'vitest';
import { run } from '../../src/run.js';
import { profile, source, workload } from '../support/workloads.js';

const RECORDS = 20_000;

async function deliver(
  faults: string[],
  settings: Parameters<typeof profile>[1] = {},
  count = RECORDS,
  nodes = 1,
) {
  const result = await run({
    workload: workload({ count }, [source('stock'), source('pizza')]),
    profiles: [profile('it', settings)],
    sandbox: { faults, nodes },
    verify: true,
  });
  return { ...result, it: result.snapshot.profiles[0]!.profile };
}

const SURVIVED = [
  'produce:drop-after,every=5',
  'produce:drop,every=5',
  'produce:error=NOT_LEADER_OR_FOLLOWER,every=4',
  'produce:error-after=REQUEST_TIMED_OUT,every=4',
  'produce:partition-error=NOT_ENOUGH_REPLICAS,partition=3,every=2',
  'produce:delay=20ms,every=3',
  'produce:silence,every=20',
  'produce:throttle=30ms,every=5',
  'produce:drop-after,probability=0.2',
];

const OF_BROKERS = [
  'produce:leader-move,every=5',
  'produce:leader-move,topic=stock_price_updates,partition=2,every=3',
  'broker:leader-move,every=7',
  'broker:gone=100ms,every=10',
  'broker:gone=200ms,after=20,every=40,count=3',
  'produce:gone-after=50ms,every=15',
];

describe('an idempotent profile loses nothing, doubles nothing and keeps each key in order', () => {
  for (const fault of SURVIVED) {
    it(`under ${fault}`, async () => {
      const { it: profile, exitCode, reasons } = await deliver([fault], { requestTimeoutMs: 300 });
      expect({ reasons, exitCode }).toEqual({ reasons: [], exitCode: 0 });
      expect(profile).toMatchObject({ due: RECORDS, acked: RECORDS, failed: 0, expired: 0 });
      expect(profile.verify).toEqual({ read: RECORDS, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    });
  }

  for (const fault of OF_BROKERS) {
    it(`with three brokers under ${fault}`, async () => {
      const settings = { requestTimeoutMs: 300, lingerMs: 1, batchBytes: 4096 };
      const { it: profile, exitCode, reasons } = await deliver([fault], settings, RECORDS, 3);
      expect({ reasons, exitCode }).toEqual({ reasons: [], exitCode: 0 });
      expect(profile).toMatchObject({ due: RECORDS, acked: RECORDS });
      expect(profile.retries).toBeGreaterThan(0);
      expect(profile.verify).toEqual({ read: RECORDS, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    });
  }

  it('with its only broker gone for a while', async () => {
    for (const fault of ['broker:gone=200ms,after=10', 'produce:gone-after=200ms,after=10,count=2']) {
      const { it: profile, reasons } = await deliver([fault]);
      expect(reasons).toEqual([]);
      expect(profile.retries).toBeGreaterThan(0);
      expect(profile.verify).toEqual({ read: RECORDS, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
    }
  });

  it('with every codec', { timeout: 60_000 }, async () => {
    for (const compression of ['gzip', 'snappy', 'lz4', 'zstd']) {
      const { it: profile, reasons } = await deliver(['produce:drop-after,every=7'], { compression }, 5000);
      expect(reasons).toEqual([]);
      expect(profile.verify).toMatchObject({
        read: 5000,
        lost: 0,
        duplicated: 0,
        reordered: 0,
        corrupted: 0,
      });
    }
  });
});

describe('what a profile does not promise is told', () => {
  it('without idempotence a lost answer doubles records, and keeps their order', async () => {
    const { it: profile, exitCode } = await deliver(['produce:drop-after,every=5'], {
      acks: 1,
      idempotent: false,
    });
    expect(profile.acked).toBe(RECORDS);
    expect(profile.verify!.duplicated).toBeGreaterThan(0);
    expect(profile.verify).toMatchObject({ lost: 0, reordered: 0 });
    expect(exitCode).toBe(0);
  });

  it('with acks 1 the order is kept while leaders move and brokers go', async () => {
    const settings = { acks: 1, idempotent: false, requestTimeoutMs: 300 } as const;
    for (const fault of ['produce:leader-move,every=5', 'broker:gone=100ms,every=10']) {
      const { it: profile, reasons } = await deliver([fault], settings, RECORDS, 3);
      expect(reasons).toEqual([]);
      expect(profile).toMatchObject({ due: RECORDS, acked: RECORDS });
      expect(profile.retries).toBeGreaterThan(0);
      expect(profile.verify).toMatchObject({ lost: 0, reordered: 0, corrupted: 0 });
    }
  });

  it('fails records for good when the retries are used up, by the name of the cause', async () => {
    const {
      it: profile,
      exitCode,
      reasons,
    } = await deliver(['produce:error=NOT_ENOUGH_REPLICAS'], { retriesMax: 2 }, 500);
    expect(profile).toMatchObject({ due: 500, acked: 0, failed: 500 });
    expect(profile.errors).toEqual({ NOT_ENOUGH_REPLICAS: 500 });
    expect(exitCode).toBe(1);
    expect(reasons.join()).toMatch(/500 records failed.*NOT_ENOUGH_REPLICAS/);
  });

  it('expires records after deliveryTimeoutMs when nobody answers', async () => {
    const settings = { requestTimeoutMs: 200, deliveryTimeoutMs: 600, lingerMs: 0 };
    const { it: profile, exitCode } = await deliver(['produce:silence'], settings, 500);
    expect(profile.due).toBe(500);
    expect(profile.expired).toBe(500);
    expect(exitCode).toBe(1);
  });

  it('without acknowledgements everything written counts as unacknowledged', async () => {
    const { it: profile, exitCode } = await deliver([], { acks: 0, idempotent: false }, 5000);
    expect(profile).toMatchObject({ due: 5000, acked: 0, unacknowledged: 5000 });
    expect(exitCode).toBe(0);
  });

  it('drops what finds no room, counts it, and delivers the rest', async () => {
    const settings = { whenFull: 'drop', bufferBytes: 64 * 1024, inFlightMax: 1 } as const;
    const { it: profile, exitCode } = await deliver(['produce:delay=5ms'], settings);
    expect(profile.dropped).toBeGreaterThan(0);
    expect(profile.acked + profile.dropped).toBe(RECORDS);
    expect(profile.verify).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
    expect(exitCode).toBe(0);
  });
});
