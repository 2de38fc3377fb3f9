import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { ensureTopics } from '../../src/topics/index.js';
import type { Driver, DriverContext, DriverPart, ProfileSettings } from '../../src/types.js';
import { batchOf, driverContext, entryOf } from '../unit/drivers/harness.js';

const folder = new URL('../../src/drivers/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
const PARTITIONS = 3;

let sandbox: Sandbox;
let scratch: string;
let counter = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
  scratch = await mkdtemp(join(tmpdir(), 'eventmill-drivers-'));
});

afterAll(async () => {
  await sandbox.close();
  await rm(scratch, { recursive: true, force: true });
});

async function partOf(name: string): Promise<DriverPart> {
  return ((await import(new URL(`${name}.ts`, folder).href)) as { default: DriverPart }).default;
}

/** A stream that takes everything. */
const anywhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** A driver connected to a topic of its own. */
async function connected(
  name: string,
  settings: Partial<ProfileSettings> = {},
  changes: Partial<DriverContext> = {},
): Promise<{ driver: Driver; topic: string }> {
  const part = await partOf(name);
  const topic = `${name}-${counter++}`;
  const brokers = part.needsBrokers ? [sandbox.address] : [];
  if (part.needsBrokers)
    await ensureTopics(brokers, [{ name: topic, partitions: PARTITIONS }], { create: true });
  const places = { brokers, partitions: PARTITIONS, output: anywhere(), folder: join(scratch, topic) };
  const driver = part.create(driverContext({ ...places, ...changes }, settings));
  await driver.connect([topic]);
  return { driver, topic };
}

describe.each(names)('driver %s', (name) => {
  it('says in one sentence what it is', async () => {
    const { doc } = await partOf(name);
    expect(doc.length).toBeGreaterThan(10);
    expect(doc).not.toContain('\n');
  });

  it('knows how many partitions there are, and a leader for each', async () => {
    const { driver, topic } = await connected(name);
    expect(driver.partitionCount(topic)).toBe(PARTITIONS);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      expect(driver.leaderOf(topic, partition)).toBeGreaterThanOrEqual(0);
    }
    await driver.close();
  });

  it('fills a batch until its bytes are used up, never beyond them', async () => {
    const { driver, topic } = await connected(name, { batchBytes: 2_000 });
    const builder = driver.openBatch(topic, 0);
    expect(builder.count).toBe(0);
    let added = 0;
    while (builder.add(entryOf({ text: 'x'.repeat(50) }, { text: 'key' })) > 0) {
      added++;
      expect(builder.count).toBe(added);
      expect(builder.bytes).toBeLessThanOrEqual(2_000);
    }
    expect(added).toBeGreaterThan(15);
    expect(added).toBeLessThan(40);
    expect(builder.count).toBe(added);
    builder.release();
    await driver.close();
  });

  it('takes any record into an empty batch, and counts keys, values and headers as they were made', async () => {
    const { driver, topic } = await connected(name, { batchBytes: 200 });
    const large = driver.openBatch(topic, 0);
    expect(large.add(entryOf('y'.repeat(1_000)))).toBe(1_002);
    expect(large.add(entryOf('y'.repeat(1_000)))).toBe(-1);
    large.release();
    const small = driver.openBatch(topic, 0);
    const headers = { trace: 'é', blob: Buffer.from([1, 2, 3]) };
    expect(small.add(entryOf({ a: 1 }, { text: 'ké', headers }))).toBe(3 + 7 + 5 + 2 + 4 + 3);
    small.release();
    await driver.close();
  });

  it('tells one outcome per batch, in their order, with growing offsets where they can be known', async () => {
    const { driver, topic } = await connected(name);
    let known = 0;
    for (let round = 0; round < 3; round++) {
      const batches = [];
      for (const partition of [2, 0, 1]) {
        const batch = await batchOf(driver, topic, partition, [1, 2, 3, partition].slice(0, partition + 1));
        batch.sequence = round * batch.count;
        batches.push(batch);
      }
      const byLeader = new Map<number, typeof batches>();
      for (const batch of batches) {
        const leader = driver.leaderOf(topic, batch.partition);
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), batch]);
      }
      for (const [leader, group] of byLeader) {
        const outcomes = await driver.send(leader, group);
        expect(outcomes.map(({ code }) => code)).toEqual(group.map(() => 'NONE'));
        outcomes.forEach(({ offset }, index) => {
          if (offset === -1) return;
          expect(offset).toBe(round * group[index]!.count);
          known++;
        });
        for (const batch of group) batch.builder.release();
      }
    }
    if (name !== 'null') expect(known).toBe(9);
    if (name !== 'null') expect(driver.requests).toBeGreaterThanOrEqual(3);
    await driver.close();
  });

  it('counts what went over the wire', async () => {
    const { driver, topic } = await connected(name);
    const before = driver.wireBytes;
    const batch = await batchOf(driver, topic, 0, ['z'.repeat(5_000)]);
    await driver.send(driver.leaderOf(topic, 0), [batch]);
    const sent = driver.wireBytes - before;
    expect(sent).toBeGreaterThan(name === 'null' ? -1 : 5_000);
    expect(sent).toBeLessThan(6_000);
    await driver.close();
  });

  it('refreshes when asked to, and is not congested by a peer that reads', async () => {
    const { driver, topic } = await connected(name);
    await driver.refresh();
    expect(driver.congested(driver.leaderOf(topic, 0))).toBe(false);
    await driver.close();
  });

  it('can be closed again and again, and after that fails in a way that may be tried again', async () => {
    const { driver, topic } = await connected(name);
    const leader = driver.leaderOf(topic, 0);
    const batch = await batchOf(driver, topic, 0, [1]);
    await Promise.all([driver.close(), driver.close()]);
    await driver.close();
    const outcomes = await driver.send(leader, [batch]);
    expect(outcomes).toHaveLength(1);
    if (name !== 'null') expect(outcomes[0]).toMatchObject({ retriable: true, offset: -1 });
  });
});
