/**
 * ListOffsets 1 to 5. A time is looked up by batch: the answer is the first offset of the first batch that holds a
 * record as late, so a consumer that starts there misses nothing but may be given a few records from before.
 */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import type { Log } from '../log.js';

interface PartitionQuestion {
  readonly index: number;
  readonly leaderEpoch: number;
  /** Epoch ms, or LATEST or EARLIEST. */
  readonly timestamp: number;
}

interface Body {
  readonly topics: readonly { readonly name: string; readonly partitions: readonly PartitionQuestion[] }[];
}

const LATEST = -1;
const EARLIEST = -2;
const NOT_FOUND = { offset: -1, timestamp: -1 };

export const listOffsets: Api<Body> = {
  name: 'ListOffsets',
  versions: [1, 5],

  read(reader: Reader, version: number): Body {
    reader.int32();
    if (version >= 2) reader.int8();
    const topics = reader.array(() => {
      const name = reader.string();
      const partitions = reader.array(() => {
        const index = reader.int32();
        const leaderEpoch = version >= 4 ? reader.int32() : -1;
        return { index, leaderEpoch, timestamp: reader.int64Number() };
      });
      return { name, partitions };
    });
    return { topics };
  },

  *subjects({ topics }) {
    for (const { name, partitions } of topics) {
      for (const { index } of partitions) yield { topic: name, partition: index };
    }
  },

  serve(body, call) {
    const reply = call.throttledReply(2);
    return reply.array(body.topics, ({ name, partitions }) => {
      reply.string(name).array(partitions, (question) => {
        const log = call.cluster.topics.log(name, question.index);
        const code = call.attempt(() => check(log, question, call), name, question.index);
        const found = code === CODES.NONE ? lookUp(log!, question.timestamp) : NOT_FOUND;
        reply.int32(question.index).int16(code).int64(found.timestamp).int64(found.offset);
        if (call.version >= 4) reply.int32(found.offset < 0 ? -1 : log!.leaderEpoch);
      });
    });
  },
};

function check(log: Log | undefined, question: PartitionQuestion, call: Call): number {
  if (log === undefined) return CODES.UNKNOWN_TOPIC_OR_PARTITION;
  if (log.leader !== call.caller.node.id) return CODES.NOT_LEADER_OR_FOLLOWER;
  if (question.leaderEpoch > log.leaderEpoch) return CODES.UNKNOWN_LEADER_EPOCH;
  if (question.leaderEpoch >= 0 && question.leaderEpoch < log.leaderEpoch) return CODES.FENCED_LEADER_EPOCH;
  return CODES.NONE;
}

function lookUp(log: Log, timestamp: number): { offset: number; timestamp: number } {
  if (timestamp === LATEST) return { offset: log.endOffset, timestamp: -1 };
  if (timestamp === EARLIEST) return { offset: log.startOffset, timestamp: -1 };
  return log.batchAtTime(timestamp) ?? NOT_FOUND;
}
