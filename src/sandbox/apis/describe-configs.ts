/** DescribeConfigs 1 to 3, for topics and brokers. Skipped: synonyms and documentation, which are left empty. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Call } from '../call.js';
import type { Cluster } from '../cluster.js';
import type { Reply } from '../reply.js';
import type { ConfigEntry } from '../topic-configs.js';

interface Resource {
  readonly type: number;
  readonly name: string;
  /** null: all. */
  readonly keys: readonly string[] | null;
}

const TOPIC = 2;
const BROKER = 4;
/** Where a value comes from. */
const SET_ON_TOPIC = 1;
const DEFAULT = 5;
const TYPE_STRING = 2;

export const describeConfigs: Api<readonly Resource[]> = {
  name: 'DescribeConfigs',
  versions: [1, 3],

  read(reader: Reader, version: number) {
    const resources = reader.array(() => {
      const type = reader.int8();
      return { type, name: reader.string(), keys: reader.nullableArray(() => reader.string()) };
    });
    reader.boolean();
    if (version >= 3) reader.boolean();
    return resources;
  },

  *subjects(resources) {
    for (const { type, name } of resources) if (type === TOPIC) yield { topic: name };
  },

  serve(resources, call) {
    const reply = call.throttledReply(0);
    return reply.array(resources, (resource) => writeResource(reply, resource, call));
  },
};

function writeResource(reply: Reply, { type, name, keys }: Resource, call: Call): void {
  let found: readonly ConfigEntry[] = [];
  const code = call.attempt(
    () => {
      if (type === BROKER) found = brokerConfigs(call.cluster);
      else if (type === TOPIC) found = call.cluster.topics.get(name)?.configs.entries() ?? [];
      else return CODES.INVALID_REQUEST;
      return found.length > 0 ? CODES.NONE : CODES.UNKNOWN_TOPIC_OR_PARTITION;
    },
    type === TOPIC ? name : undefined,
  );
  reply.int16(code).nullableString(null).int8(type).string(name);
  const shown = code === CODES.NONE ? found.filter((entry) => keys?.includes(entry.name) ?? true) : [];
  reply.array(shown, (entry) => {
    reply
      .string(entry.name)
      .nullableString(entry.value)
      .boolean(type === BROKER);
    reply
      .int8(entry.isDefault ? DEFAULT : SET_ON_TOPIC)
      .boolean(false)
      .int32(0);
    if (call.version >= 3) reply.int8(TYPE_STRING).nullableString(null);
  });
}

function brokerConfigs(cluster: Cluster): ConfigEntry[] {
  return [
    { name: 'auto.create.topics.enable', value: String(cluster.autoCreateTopics), isDefault: true },
    { name: 'default.replication.factor', value: String(cluster.replicas), isDefault: true },
    { name: 'min.insync.replicas', value: String(cluster.minInsyncReplicas), isDefault: true },
    { name: 'num.partitions', value: String(cluster.partitions), isDefault: true },
  ];
}
