/** One batch of 64 KiB, made once and sent over and over, several to a request, over several connections: what a broker takes in. */
import { systemClock } from '../../src/clock.js';
import { prepareSource } from '../../src/prepare.js';
import { BufferPool } from '../../src/protocol/buffer-pool.js';
import { PRODUCE, type ProduceItem, produceFrame, readProduce } from '../../src/protocol/messages.js';
import { RecordBatch } from '../../src/protocol/record-batch.js';
import { createRandom } from '../../src/random.js';
import { Cluster } from '../../src/transport/cluster.js';
import type { Connection } from '../../src/transport/connection.js';

/** What stands on the command line, as JSON. */
export interface BlastOrder {
  /** host:port */
  readonly broker: string;
  /** One that is there. */
  readonly topic: string;
  readonly seconds: number;
  readonly connections: number;
  /** Of each connection. */
  readonly requestsAtOnce: number;
  readonly batchesEach: number;
}

/** What was acknowledged, and how long that took from the first request to the last answer. */
export interface Blast {
  readonly batches: number;
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
}

const BATCH_BYTES = 64 * 1024;
const TIMEOUT_MS = 30_000;

async function fullBatch(): Promise<RecordBatch> {
  const source = { name: 'stock', generator: 'stock', serializer: 'json', rate: { kind: 'max' } } as const;
  const prepared = await prepareSource(
    { ...source, time: { kind: 'live' }, options: {} },
    'bench',
    createRandom(1),
  );
  const { feed, serializer } = prepared.open();
  const batch = new RecordBatch({
    pool: new BufferPool(0),
    batchBytes: BATCH_BYTES,
    codec: null,
    level: undefined,
  });
  const plain = { serializer, key: null, keyStart: 0, keyLength: 0, headers: null };
  const now = Math.floor(systemClock.now());
  while (batch.add({ ...plain, value: feed.next(now).value, timestamp: now }) >= 0);
  await batch.close();
  // Not numbered, so that the same bytes may come again.
  batch.stamp(-1, -1, -1);
  return batch;
}

async function blast(order: BlastOrder): Promise<Blast> {
  const batch = await fullBatch();
  const { bytes, count } = { bytes: batch.wireBytes, count: batch.count };
  const clusters = Array.from(
    { length: order.connections },
    () =>
      new Cluster({
        brokers: [order.broker],
        clientId: 'bench-blast',
        clock: systemClock,
        connectTimeoutMs: 10_000,
        requestTimeoutMs: 10_000,
      }),
  );
  await Promise.all(clusters.map((cluster) => cluster.connect([order.topic])));
  const startedAt = systemClock.now();
  const endAt = startedAt + order.seconds * 1000;
  let batches = 0;
  let turn = 0;
  const sender = async (cluster: Cluster, connection: Connection): Promise<void> => {
    const partitions = cluster.partitionCount(order.topic);
    while (systemClock.now() < endAt) {
      const items: ProduceItem[] = Array.from({ length: Math.min(order.batchesEach, partitions) }, () => ({
        partition: turn++ % partitions,
        bytes,
        pieces: (take) => batch.pieces(take),
      }));
      const { header, correlationId } = connection.begin(PRODUCE);
      const frame = produceFrame(header, -1, TIMEOUT_MS, new Map([[order.topic, items]]));
      const body = await connection.request(frame, correlationId, TIMEOUT_MS);
      readProduce(body, (_topic, partition, error) => {
        if (error !== 0) throw new Error(`partition ${partition} answered with error ${error}`);
        batches++;
      });
    }
  };
  await Promise.all(
    clusters.flatMap(async (cluster) => {
      const connection = await cluster.connection(cluster.leaderOf(order.topic, 0));
      await Promise.all(Array.from({ length: order.requestsAtOnce }, () => sender(cluster, connection)));
    }),
  );
  const seconds = (systemClock.now() - startedAt) / 1000;
  for (const cluster of clusters) cluster.close();
  return { batches, records: batches * count, bytes: batches * bytes, seconds };
}

const order = JSON.parse(process.argv.at(-1)!) as BlastOrder;
process.stdout.write(`${JSON.stringify(await blast(order))}\n`);
