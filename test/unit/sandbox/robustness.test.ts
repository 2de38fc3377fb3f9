/** Whatever a stranger sends, the sandbox answers or hangs up; it does not fail, and it does not grow. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CODES } from '../../../src/protocol/codes.js';
import type { Writer } from '../../../src/protocol/writer.js';
import { APIS } from '../../../src/sandbox/apis.js';
import { startServer, type TestServer } from '../../support/sandbox-server.js';
import { makeBatch, request, writeProduce } from '../../support/sandbox-wire.js';

const text = (writer: Writer, value: string) => writer.string(value);

/** A right request of each API, as seeds for wrong ones. */
const SEEDS: readonly Buffer[] = [
  request('Produce', 8, writeProduce('t', 0, makeBatch({ count: 2, producerId: 1, epoch: 0, sequence: 0 }))),
  request('Produce', 3, writeProduce('t', 0, makeBatch(), 0)),
  request('Fetch', 4, (writer) => {
    writer.int32(-1).int32(20).int32(1).int32(1000).int8(0);
    writer.array(['t'], (name) => {
      text(writer, name).array([0], (index) => writer.int32(index).int64(0).int32(1000));
    });
  }),
  request('ListOffsets', 1, (writer) => {
    writer.int32(-1).array(['t'], (name) => {
      text(writer, name).array([0], (index) => writer.int32(index).int64(-1));
    });
  }),
  request('Metadata', 4, (writer) => writer.array(['t', 'u'], (name) => text(writer, name)).boolean(true)),
  request('OffsetCommit', 2, (writer) => {
    writer
      .string('g')
      .int32(-1)
      .string('')
      .int64(-1)
      .array(['t'], (name) => {
        text(writer, name).array([0], (index) => writer.int32(index).int64(5).nullableString('m'));
      });
  }),
  request('OffsetFetch', 2, (writer) => {
    writer.string('g').array(['t'], (name) => text(writer, name).array([0], (index) => writer.int32(index)));
  }),
  request('FindCoordinator', 1, (writer) => writer.string('g').int8(0)),
  request('JoinGroup', 0, (writer) => {
    writer.string('g').int32(6000).string('').string('consumer');
    writer.array(['range'], (name) => text(writer, name).bytes(Buffer.from('m')));
  }),
  request('SyncGroup', 0, (writer) => {
    writer
      .string('g')
      .int32(1)
      .string('m')
      .array(['m'], (id) => text(writer, id).bytes(Buffer.from('a')));
  }),
  request('Heartbeat', 0, (writer) => writer.string('g').int32(1).string('m')),
  request('LeaveGroup', 3, (writer) =>
    writer.string('g').array(['m'], (id) => text(writer, id).nullableString(null)),
  ),
  request('DescribeGroups', 0, (writer) => writer.array(['g'], (id) => text(writer, id))),
  request('ListGroups', 0, () => {}),
  request('ApiVersions', 2, () => {}),
  request('CreateTopics', 2, (writer) => {
    writer.array(['v'], (name) => text(writer, name).int32(2).int16(1).int32(0).int32(0));
    writer.int32(1000).boolean(false);
  }),
  request('DeleteTopics', 1, (writer) => writer.array(['v'], (name) => text(writer, name)).int32(1000)),
  request('InitProducerId', 0, (writer) => writer.nullableString(null).int32(0)),
  request('OffsetForLeaderEpoch', 2, (writer) => {
    writer.array(['t'], (name) => {
      text(writer, name).array([0], (index) => writer.int32(index).int32(-1).int32(0));
    });
  }),
  request('DescribeConfigs', 1, (writer) => {
    writer.array(['t'], (name) => text(writer.int8(2), name).nullableArray(null, () => {})).boolean(false);
  }),
];

const mutated = fc
  .record({
    seed: fc.constantFrom(...SEEDS),
    changes: fc.array(
      fc.record({ where: fc.double({ min: 0, max: 0.9999, noNaN: true }), byte: fc.nat(255) }),
      {
        maxLength: 6,
      },
    ),
    cut: fc.double({ min: 0.3, max: 1, noNaN: true }),
    version: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
  })
  .map(({ seed, changes, cut, version }) => {
    const frame = Buffer.from(seed.subarray(4));
    for (const { where, byte } of changes) frame[2 + Math.floor(where * (frame.length - 2))] = byte;
    if (version !== undefined) frame.writeInt16BE(version, 2);
    return framed(frame.subarray(0, Math.max(8, Math.ceil(cut * frame.length))));
  });

const aimed = fc
  .record({
    api: fc.constantFrom(...APIS),
    version: fc.nat(12),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ api, version, body }) => request(api.name, version, (writer) => writer.raw(body)));

const noise = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));

function framed(frame: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(frame.length);
  return Buffer.concat([length, frame]);
}

/** Sends, lets the sandbox work on it, and checks that it still serves others. */
async function attack({ connect }: TestServer, pieces: readonly Buffer[]): Promise<void> {
  const attacker = await connect();
  for (const piece of pieces) if (attacker.socket.writable) attacker.socket.write(piece);
  const other = await connect();
  expect((await other.call('ApiVersions', 0, () => {})).int16()).toBe(CODES.NONE);
  attacker.close();
  other.close();
}

describe('a sandbox under strange requests', () => {
  test('knows a right request for each API', async () => {
    const { connect, server } = await startServer();
    for (const seed of SEEDS) {
      const client = await connect();
      client.socket.on('data', () => {});
      client.socket.write(seed);
      client.socket.end();
      await client.closed;
    }
    expect(Object.keys(server.stats().requests).sort()).toEqual(APIS.map(({ name }) => name).sort());
  });

  test.for([
    ['mutated requests', mutated, 600],
    ['right headers over random bodies', aimed, 600],
    ['noise', noise, 200],
  ] as const)('survives %s', async ([, pieces, numRuns]) => {
    const server = await startServer({ memoryBytes: 4 * 1024 * 1024 });
    await (await server.connect()).createTopic('t', 1);
    const attacks = fc.asyncProperty(
      fc.array<Buffer>(pieces, { minLength: 1, maxLength: 4 }),
      async (list) => {
        await attack(server, list);
        expect(server.bugs).toEqual([]);
      },
    );
    await fc.assert(attacks, { numRuns, endOnFailure: true });
    const stats = server.server.stats();
    expect(stats.heldBytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(stats.partitions).toBeLessThan(5000);
    await expect.poll(() => server.server.stats().connections).toBeLessThanOrEqual(1);
    await expect.poll(() => server.server.cluster.inboundBytes).toBe(0);
  });

  test('hangs up on connections that announce much and together send too much', async () => {
    const { server, connect } = await startServer();
    const announced = Buffer.alloc(100 * 1024 * 1024 - 10);
    announced.writeInt32BE(100 * 1024 * 1024);
    const clients = await Promise.all([connect(), connect(), connect()]);
    for (const client of clients) client.socket.write(announced);
    await Promise.race(clients.map(({ closed }) => closed));
    expect(server.cluster.inboundBytes).toBeLessThanOrEqual(256 * 1024 * 1024);
    for (const client of clients) client.close();
    await expect.poll(() => server.cluster.inboundBytes).toBe(0);
  });
});
