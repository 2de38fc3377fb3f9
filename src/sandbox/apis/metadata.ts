/**
 * Metadata 0 to 8. Topics that are asked for are created when missing, if both sides allow it. All replicas that are up
 * are in sync. Skipped: racks and authorized operations.
 */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import type { Reply } from '../reply.js';
import { nameRefusal, type Topic } from '../topics.js';

interface Body {
  /** null: all of them. */
  readonly topics: readonly string[] | null;
  readonly mayCreate: boolean;
}

const OPERATIONS_NOT_ASKED = -2147483648;
const NO_PARTITIONS: Topic['logs'] = [];

export const metadata: Api<Body> = {
  name: 'Metadata',
  versions: [0, 8],

  read(reader: Reader, version: number): Body {
    const topics = reader.nullableArray(() => reader.string());
    // In version 0 an empty list, later a null one, means all topics.
    const all = version === 0 ? topics?.length === 0 : topics === null;
    return { topics: all ? null : (topics ?? []), mayCreate: version < 4 || reader.boolean() };
  },

  *subjects({ topics }) {
    for (const topic of topics ?? []) yield { topic };
  },

  serve(body, call) {
    const { cluster, version } = call;
    const reply = call.throttledReply(3);
    const nodes = cluster.nodesUp;
    reply.array(nodes, (node) => {
      reply.int32(node.id).string(call.caller.hostOf(node)).int32(node.port);
      if (version >= 1) reply.nullableString(null);
    });
    if (version >= 2) reply.nullableString(cluster.id);
    if (version >= 1) reply.int32(nodes[0]?.id ?? -1);
    const names = body.topics ?? [...cluster.topics].map(({ name }) => name);
    reply.array(names, (name) => writeTopic(reply, name, body.mayCreate, call));
    if (version >= 8) reply.int32(OPERATIONS_NOT_ASKED);
    return reply;
  },
};

function writeTopic(reply: Reply, name: string, mayCreate: boolean, call: Call): void {
  let topic: Topic | undefined;
  const code = call.attempt(() => {
    const invalid = nameRefusal(name);
    if (invalid !== undefined) return invalid.code;
    topic = call.cluster.topicOnUse(name, mayCreate);
    return topic === undefined ? CODES.UNKNOWN_TOPIC_OR_PARTITION : CODES.NONE;
  }, name);
  reply.int16(code).string(name);
  if (call.version >= 1) reply.boolean(false);
  const logs = code === CODES.NONE ? topic!.logs : NO_PARTITIONS;
  const isUp = (id: number): boolean => call.cluster.nodes.some((node) => node.id === id && node.up);
  reply.array(logs, ({ partition, leader, leaderEpoch, replicas }) => {
    reply.int16(leader < 0 ? CODES.LEADER_NOT_AVAILABLE : CODES.NONE);
    reply.int32(partition).int32(leader);
    if (call.version >= 7) reply.int32(leaderEpoch);
    const inSync = replicas.filter(isUp);
    reply.array(replicas, (id) => reply.int32(id)).array(inSync, (id) => reply.int32(id));
    if (call.version < 5) return;
    const offline = replicas.filter((id) => !isUp(id));
    reply.array(offline, (id) => reply.int32(id));
  });
  if (call.version >= 8) reply.int32(OPERATIONS_NOT_ASKED);
}
