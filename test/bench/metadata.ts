/** What a client pays to learn who leads what, by the number of brokers: from a server that says nothing else. */
import { createServer, type Socket } from 'node:net';
import { systemClock } from '../../src/clock.js';
import { FrameSplitter } from '../../src/protocol/frames.js';
import { API_VERSIONS } from '../../src/protocol/messages.js';
import { Writer } from '../../src/protocol/writer.js';
import { Cluster } from '../../src/transport/cluster.js';
import type { Measured } from './stages.js';

const TOPIC = 'bench';
const PARTITIONS_EACH = 5;

/** Asks `times` over; a record is one broker with its five partitions, told once. */
export async function metadataOf(brokers: number, times: number): Promise<Measured> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const frames = new FrameSplitter(1 << 20);
    socket.on('data', (chunk) => frames.push(chunk, (frame) => socket.write(answerTo(frame, brokers, port))));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const cluster = new Cluster({
    brokers: [`127.0.0.1:${port}`],
    clientId: 'bench',
    clock: systemClock,
    connectTimeoutMs: 10_000,
    requestTimeoutMs: 10_000,
  });
  await cluster.connect([TOPIC]);
  if (cluster.leaderOf(TOPIC, brokers * PARTITIONS_EACH - 1) !== brokers - 1)
    throw new Error('a leader is not as told');
  const before = process.cpuUsage();
  const from = systemClock.now();
  for (let i = 0; i < times; i++) await cluster.refresh();
  const seconds = (systemClock.now() - from) / 1000;
  const { user, system } = process.cpuUsage(before);
  cluster.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  return { records: brokers * times, seconds, cpuSeconds: (user + system) / 1e6, valueBytes: 0 };
}

function answerTo(frame: Buffer, brokers: number, port: number): Buffer {
  const to = new Writer(64 + brokers * 256);
  to.int32(0).int32(frame.readInt32BE(4));
  if (frame.readInt16BE(0) === API_VERSIONS.key) {
    const keys = Array.from({ length: 60 }, (_, key) => key);
    to.int16(0).array(keys, (key) => to.int16(key).int16(0).int16(20));
  } else {
    const ids = Array.from({ length: brokers }, (_, id) => id);
    const partitions = Array.from({ length: brokers * PARTITIONS_EACH }, (_, partition) => partition);
    to.int32(0);
    to.array(ids, (id) => to.int32(id).string('127.0.0.1').int32(port).nullableString(null));
    to.nullableString('bench').int32(0);
    to.array([TOPIC], (topic) => {
      to.int16(0).string(topic).boolean(false);
      to.array(partitions, (partition) => {
        const leader = partition % brokers;
        to.int16(0).int32(partition).int32(leader);
        to.array([leader], (id) => to.int32(id)).array([leader], (id) => to.int32(id));
      });
    });
  }
  return to.patchLength(0).finish();
}
