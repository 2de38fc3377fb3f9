/** Topics that take less than a profile's batches: everything that can be stored is stored, once and in order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { deliverTooLarge } from '../support/small-topic.js';
import type { profile } from '../support/workloads.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const COUNT = 5000;
const deliver = (settings: Parameters<typeof profile>[1], maxMessageBytes: number, count = COUNT) =>
  deliverTooLarge({ brokers: sandbox.brokers, settings, maxMessageBytes, count });
const EXACT = { read: COUNT, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };

describe.each([
  ['kafka', {}],
  ['kafka with lz4', { compression: 'lz4' }],
  ['kafka, not idempotent', { idempotent: false, acks: 1 }],
  ['kafkajs', { driver: 'kafkajs', inFlightMax: 1, batchRecords: 500 }],
] as const)('%s', (_, settings) => {
  it('splits what is too large, and loses, doubles and reorders nothing', async () => {
    const { it: profile, exitCode, reasons } = await deliver(settings, 6000);
    expect({ reasons, exitCode }).toEqual({ reasons: [], exitCode: 0 });
    expect(profile).toMatchObject({ due: COUNT, acked: COUNT, failed: 0 });
    expect(profile.retries).toBeGreaterThan(0);
    expect(profile.verify).toEqual(EXACT);
  });
});

it.each(['lz4', 'zstd'])(
  'survives a topic that takes batches of batchBytes, but none as full as %s makes room for',
  async (compression) => {
    const { it: profile, exitCode, reasons } = await deliver({ compression, lingerMs: 1000 }, 30_000, 40_000);
    expect({ reasons, exitCode }).toEqual({ reasons: [], exitCode: 0 });
    expect(profile).toMatchObject({ due: 40_000, acked: 40_000, failed: 0 });
    expect(profile.retries).toBeGreaterThan(0);
    expect(profile.verify).toEqual({ ...EXACT, read: 40_000 });
  },
);

it('kafkajs, not idempotent, splits and loses nothing, but doubles what it sent beside the batch that was refused', async () => {
  const settings = { driver: 'kafkajs', idempotent: false, batchRecords: 500 };
  const { it: profile, reasons } = await deliver(settings, 6000);
  expect(reasons).toEqual([]);
  expect(profile).toMatchObject({ acked: COUNT, failed: 0 });
  expect(profile.verify).toMatchObject({ lost: 0, reordered: 0 });
});

it('fails single records by name when they are too large themselves, and delivers all others', async () => {
  const { it: profile, exitCode, reasons } = await deliver({}, 700, 1000);
  expect(profile.failed).toBeGreaterThan(0);
  expect(profile.acked).toBeGreaterThan(0);
  expect(profile.acked + profile.failed).toBe(1000);
  expect(profile.errors).toEqual({ MESSAGE_TOO_LARGE: profile.failed });
  expect(profile.verify).toMatchObject({ read: profile.acked, lost: 0, duplicated: 0, reordered: 0 });
  expect(exitCode).toBe(1);
  expect(reasons.join()).toMatch(/MESSAGE_TOO_LARGE/);
});

it('does not end at single records when as large a batch as was taken before is refused now and then', async () => {
  await sandbox.setFaults(['produce:error=MESSAGE_TOO_LARGE,every=3']);
  const { it: profile } = await deliver({}, 1_000_000, 20_000);
  await sandbox.setFaults([]);
  expect(profile.acked + profile.failed).toBe(20_000);
  expect(profile.failed).toBeLessThan(2000);
  expect(profile.verify).toMatchObject({ read: profile.acked, lost: 0, duplicated: 0, reordered: 0 });
});

it('stays exact while answers are lost as well', async () => {
  await sandbox.setFaults(['produce:drop-after,every=7', 'produce:error=NOT_LEADER_OR_FOLLOWER,every=11']);
  const { it: profile, reasons } = await deliver({}, 6000);
  await sandbox.setFaults([]);
  expect(reasons).toEqual([]);
  expect(profile.verify).toEqual(EXACT);
});
