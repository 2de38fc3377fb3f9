/** OffsetFetch 1 to 5. Nothing is skipped; without a commit the offset is -1 and the error none, as in Kafka. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';

interface TopicWish {
  readonly name: string;
  readonly partitions: readonly number[];
}

interface Body {
  readonly groupId: string;
  /** null: all that was committed. */
  readonly topics: readonly TopicWish[] | null;
}

const NOTHING = { offset: -1, leaderEpoch: -1, metadata: '' };

export const offsetFetch: Api<Body> = {
  name: 'OffsetFetch',
  versions: [1, 5],

  read(reader: Reader, version: number): Body {
    const groupId = reader.string();
    const topics = reader.nullableArray(() => {
      return { name: reader.string(), partitions: reader.array(() => reader.int32()) };
    });
    return { groupId, topics: topics === null && version < 2 ? [] : topics };
  },

  *subjects({ topics }) {
    for (const { name, partitions } of topics ?? []) {
      for (const partition of partitions) yield { topic: name, partition };
    }
  },

  serve({ groupId, topics }, call) {
    const { version } = call;
    const { groups } = call.cluster;
    const groupCode = call.coordinates(groupId);
    const wanted = topics ?? all(groups.committedTopics(groupId));
    const reply = call.throttledReply(3);
    reply.array(wanted, ({ name, partitions }) => {
      reply.string(name).array(partitions, (partition) => {
        const code = call.attempt(() => groupCode, name, partition);
        const committed = code === CODES.NONE ? groups.committed(groupId, name, partition) : undefined;
        const { offset, leaderEpoch, metadata } = committed ?? NOTHING;
        reply.int32(partition).int64(offset);
        if (version >= 5) reply.int32(leaderEpoch);
        reply.nullableString(metadata).int16(code);
      });
    });
    if (version >= 2) reply.int16(call.attempt(() => groupCode));
    return reply;
  },
};

function all(committed: ReadonlyMap<string, ReadonlyMap<number, unknown>>): TopicWish[] {
  return [...committed].map(([name, partitions]) => ({ name, partitions: [...partitions.keys()] }));
}
