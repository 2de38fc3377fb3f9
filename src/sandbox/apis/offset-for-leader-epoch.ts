/** OffsetForLeaderEpoch 2 and 3. Leaders do not lose data here: an epoch ends where the next one began. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import type { Log } from '../log.js';

interface PartitionQuestion {
  readonly index: number;
  readonly currentEpoch: number;
  readonly epoch: number;
}

interface Body {
  readonly topics: readonly { readonly name: string; readonly partitions: readonly PartitionQuestion[] }[];
}

export const offsetForLeaderEpoch: Api<Body> = {
  name: 'OffsetForLeaderEpoch',
  versions: [2, 3],

  read(reader: Reader, version: number): Body {
    if (version >= 3) reader.int32();
    const topics = reader.array(() => {
      const name = reader.string();
      const partitions = reader.array(() => {
        return { index: reader.int32(), currentEpoch: reader.int32(), epoch: reader.int32() };
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

  serve({ topics }, call) {
    const reply = call.throttledReply(2);
    return reply.array(topics, ({ name, partitions }) => {
      reply.string(name).array(partitions, (question) => {
        const log = call.cluster.topics.log(name, question.index);
        const code = call.attempt(() => check(log, question, call), name, question.index);
        const found = code === CODES.NONE ? log!.endOfEpoch(question.epoch) : undefined;
        reply.int16(code).int32(question.index);
        reply.int32(found?.epoch ?? -1).int64(found?.end ?? -1);
      });
    });
  },
};

function check(log: Log | undefined, question: PartitionQuestion, call: Call): number {
  if (log === undefined) return CODES.UNKNOWN_TOPIC_OR_PARTITION;
  if (log.leader !== call.caller.node.id) return CODES.NOT_LEADER_OR_FOLLOWER;
  if (question.currentEpoch > log.leaderEpoch) return CODES.UNKNOWN_LEADER_EPOCH;
  if (question.currentEpoch >= 0 && question.currentEpoch < log.leaderEpoch) return CODES.FENCED_LEADER_EPOCH;
  return CODES.NONE;
}
