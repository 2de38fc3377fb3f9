/** A topic as a broker has stored it: batches with their codec and size, and the records in them. */
import { systemClock } from '../../src/clock.js';
import { loadCodecs } from '../../src/lanes.js';
import { AT, LENGTH_START } from '../../src/protocol/batch-header.js';
import { FETCH, readFetch, writeFetch } from '../../src/protocol/messages.js';
import { readRecords } from '../../src/protocol/record-reader.js';
import { Cluster } from '../../src/transport/cluster.js';

export interface StoredRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
}

export interface StoredBatch {
  readonly codec: number;
  readonly bytes: number;
  readonly count: number;
}

export interface StoredPartition {
  readonly batches: readonly StoredBatch[];
  readonly records: readonly StoredRecord[];
  readonly timestamps: readonly number[];
}

const LIMITS = { maxWaitMs: 100, maxBytes: 64 * 1024 * 1024, partitionMaxBytes: 16 * 1024 * 1024 };
const MAX_BATCH_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** All partitions of a topic with one leader, from the beginning. */
export async function readStored(brokers: string, topic: string): Promise<StoredPartition[]> {
  const options = { clientId: 'test', clock: systemClock, connectTimeoutMs: TIMEOUT_MS };
  const cluster = new Cluster({ ...options, brokers: [brokers], requestTimeoutMs: TIMEOUT_MS });
  try {
    await cluster.connect([topic]);
    const partitions = Array.from({ length: cluster.partitionCount(topic) }, (_, p) => p);
    return await Promise.all(partitions.map((partition) => readPartition(cluster, topic, partition)));
  } finally {
    cluster.close();
  }
}

async function readPartition(cluster: Cluster, topic: string, partition: number): Promise<StoredPartition> {
  const codecs = new Map([...(await loadCodecs(CODECS)).values()].map((codec) => [codec.id, codec]));
  const stored = { batches: [] as StoredBatch[], records: [] as StoredRecord[], timestamps: [] as number[] };
  const connection = await cluster.connection(cluster.leaderOf(topic, partition));
  for (let offset = 0; ; ) {
    const write = (to: Parameters<typeof writeFetch>[0]) =>
      writeFetch(to, topic, [{ partition, offset }], LIMITS);
    const [found] = await connection.ask(FETCH, write, TIMEOUT_MS, readFetch);
    const records = found?.records;
    if (!records || records.length === 0) return stored;
    for (let at = 0; at < records.length; at += LENGTH_START + records.readInt32BE(at + AT.length)) {
      stored.batches.push({
        codec: records.readInt16BE(at + AT.attributes) & 7,
        bytes: LENGTH_START + records.readInt32BE(at + AT.length),
        count: records.readInt32BE(at + AT.count),
      });
    }
    const source = { partition, records, fromOffset: offset, codecs, maxBatchBytes: MAX_BATCH_BYTES };
    offset = await readRecords(source, ({ key, value, headers, timestamp }) => {
      const text = (bytes: Buffer | null) => bytes?.toString('utf8') ?? null;
      stored.timestamps.push(timestamp);
      stored.records.push({
        key: text(key),
        value: text(value),
        headers: headers.map(([name, content]) => [name, text(content)] as const),
      });
    });
  }
}

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'];
