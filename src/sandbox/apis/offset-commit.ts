/** OffsetCommit 2 to 7. Skipped: the retention time of versions 2 to 4; offsets are kept until their topic is deleted. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import type { Speaker } from '../group.js';
import type { Committed } from '../groups.js';
import { LIMITS } from '../limits.js';

interface PartitionCommit extends Committed {
  readonly index: number;
}

interface Body extends Speaker {
  readonly groupId: string;
  readonly topics: readonly { readonly name: string; readonly partitions: readonly PartitionCommit[] }[];
}

export const offsetCommit: Api<Body> = {
  name: 'OffsetCommit',
  versions: [2, 7],

  read(reader: Reader, version: number): Body {
    const groupId = reader.string();
    const generation = reader.int32();
    const memberId = reader.string();
    const instanceId = version >= 7 ? reader.nullableString() : null;
    if (version <= 4) reader.int64();
    const topics = reader.array(() => {
      const name = reader.string();
      const partitions = reader.array(() => {
        const index = reader.int32();
        const offset = reader.int64Number();
        const leaderEpoch = version >= 6 ? reader.int32() : -1;
        return { index, offset, leaderEpoch, metadata: reader.nullableString() ?? '' };
      });
      return { name, partitions };
    });
    return { groupId, generation, memberId, instanceId, topics };
  },

  *subjects({ topics }) {
    for (const { name, partitions } of topics) {
      for (const { index } of partitions) yield { topic: name, partition: index };
    }
  },

  serve(body, call) {
    const groupCode = checkGroup(body, call);
    const reply = call.throttledReply(3);
    return reply.array(body.topics, ({ name, partitions }) => {
      reply.string(name).array(partitions, (commit) => {
        const act = (): number => groupCode || commitOne(body.groupId, name, commit, call);
        reply.int32(commit.index).int16(call.attempt(act, name, commit.index));
      });
    });
  },
};

function checkGroup(body: Body, call: Call): number {
  const code = call.coordinates(body.groupId);
  if (code !== CODES.NONE) return code;
  // Only somebody who assigns partitions to himself may commit for a group that is not there yet.
  const { groups } = call.cluster;
  const group = body.generation < 0 ? groups.ensure(body.groupId) : groups.get(body.groupId);
  if (group !== undefined) return group.commitCode(body);
  return body.generation < 0 ? CODES.GROUP_MAX_SIZE_REACHED : CODES.ILLEGAL_GENERATION;
}

function commitOne(groupId: string, topic: string, commit: PartitionCommit, call: Call): number {
  const { cluster } = call;
  if (cluster.topics.log(topic, commit.index) === undefined) return CODES.UNKNOWN_TOPIC_OR_PARTITION;
  if (commit.metadata.length > LIMITS.commitMetadataBytes) return CODES.OFFSET_METADATA_TOO_LARGE;
  const { offset, leaderEpoch, metadata } = commit;
  const kept = cluster.groups.commit(groupId, topic, commit.index, { offset, leaderEpoch, metadata });
  return kept ? CODES.NONE : CODES.INVALID_COMMIT_OFFSET_SIZE;
}
