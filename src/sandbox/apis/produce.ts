/**
 * Produce 3 to 8. Versions 0 to 2 are advertised and not served, as in Kafka 4: without them librdkafka 2.0
 * silently stops compressing with lz4 and snappy (KAFKA-18659). acks all asks for min.insync.replicas brokers that
 * are up, and otherwise comes to the same as acks 1: replication is only pretended.
 * Skipped: transactions, and any look at single records.
 */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import { inspectBatch } from '../batch.js';
import type { Call } from '../call.js';
import type { Appended } from '../log.js';
import type { Reply } from '../reply.js';

interface PartitionData {
  readonly index: number;
  readonly records: Buffer | null;
}

interface TopicData {
  readonly name: string;
  readonly partitions: readonly PartitionData[];
}

interface Body {
  readonly transactionalId: string | null;
  readonly acks: number;
  readonly topics: readonly TopicData[];
}

export const produce: Api<Body> = {
  name: 'Produce',
  versions: [3, 8],
  advertisedFrom: 0,
  // Batches are copied into the log.
  copies: true,

  read(reader: Reader): Body {
    const transactionalId = reader.nullableString();
    const acks = reader.int16();
    // How long to wait for replicas, which are never behind.
    reader.int32();
    const topics = reader.array(() => {
      const name = reader.string();
      const partitions = reader.array(() => ({ index: reader.int32(), records: reader.nullableBytes() }));
      return { name, partitions };
    });
    return { transactionalId, acks, topics };
  },

  *subjects({ topics }) {
    for (const { name, partitions } of topics) {
      for (const { index } of partitions) yield { topic: name, partition: index };
    }
  },

  serve(body, call) {
    const room = call.cluster.memory.hold?.room(roomFor(body, call));
    return room === undefined ? answer(body, call) : room.then(() => answer(body, call));
  },
};

/** What appending may take at most: a segment for each partition. */
function roomFor(body: Body, call: Call): number {
  const { segmentBytes, limitBytes } = call.cluster.memory;
  const partitions = body.topics.flatMap((topic) => topic.partitions);
  const bytes = partitions.reduce(
    (sum, { records }) => sum + Math.max(segmentBytes, records?.length ?? 0),
    0,
  );
  return Math.min(bytes, limitBytes / 2);
}

function answer(body: Body, call: Call): Reply | null {
  const reply = call.reply(128);
  let failed = false;
  reply.array(body.topics, ({ name, partitions }) => {
    reply.string(name).array(partitions, (data) => {
      const appended = attemptAppend(body, name, data, call);
      if (appended.code !== CODES.NONE) failed = true;
      writePartition(reply, name, data.index, appended, call);
    });
  });
  reply.int32(call.throttleMs);
  if (body.acks !== 0) return reply;
  // Without answers, closing the connection is all that a broker can say.
  if (failed) call.caller.hangUp();
  return null;
}

function attemptAppend(body: Body, topic: string, data: PartitionData, call: Call): Appended {
  let appended: Appended | undefined;
  const code = call.attempt(
    () => {
      appended = append(body, topic, data, call);
      return appended.code;
    },
    topic,
    data.index,
  );
  return appended !== undefined && appended.code === code ? appended : { code, offset: -1, message: null };
}

function append(body: Body, topic: string, { index, records }: PartitionData, call: Call): Appended {
  const { cluster, version, caller } = call;
  if (body.transactionalId !== null) {
    return refuse(CODES.INVALID_TXN_STATE, 'the sandbox has no transactions');
  }
  if (body.acks < -1 || body.acks > 1) {
    return refuse(CODES.INVALID_REQUIRED_ACKS, `expected acks 0, 1 or -1 (all), got ${body.acks}`);
  }
  const found = cluster.topics.get(topic);
  const log = found?.logs[index];
  if (found === undefined || log === undefined) return refuse(CODES.UNKNOWN_TOPIC_OR_PARTITION, null);
  if (log.leader !== caller.node.id) return refuse(CODES.NOT_LEADER_OR_FOLLOWER, null);
  if (body.acks === -1 && log.inSync < found.configs.minInsyncReplicas) {
    const message = `expected ${found.configs.minInsyncReplicas} replicas in sync, got ${log.inSync}`;
    return refuse(CODES.NOT_ENOUGH_REPLICAS, message);
  }
  const batch = inspectBatch(records, found.configs.maxMessageBytes, version);
  if ('code' in batch) return refuse(batch.code, batch.message);
  // acks all waits for the followers. What comes next gets the same offsets, as on a new leader that never had these.
  if (body.acks !== -1 && call.loses(topic, index))
    return { code: CODES.NONE, offset: log.endOffset, message: null };
  const before = log.endOffset;
  const appended = log.append(batch);
  if (log.endOffset > before) {
    cluster.appendedRecords += batch.count;
    cluster.appendedBytes += batch.bytes.length;
  }
  return appended;
}

function writePartition(reply: Reply, topic: string, index: number, appended: Appended, call: Call): void {
  const { code, offset, message } = appended;
  const log = call.cluster.topics.log(topic, index);
  // The time of the append is -1, as records keep the time that their producer gave them (CreateTime).
  reply.int32(index).int16(code).int64(offset).int64(-1);
  if (call.version >= 5) reply.int64(code === CODES.NONE ? (log?.startOffset ?? -1) : -1);
  if (call.version >= 8) reply.int32(0).nullableString(message);
}

function refuse(code: number, message: string | null): Appended {
  return { code, offset: -1, message };
}
