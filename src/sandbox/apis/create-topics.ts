/** CreateTopics 2 to 4. Replicas are brokers that could lead; of the configs two have an effect, see `TopicConfigs`. */
import { CODES } from '../../protocol/codes.js';
import type { Reader } from '../../protocol/reader.js';
import type { Api } from '../api.js';
import type { Refusal } from '../batch.js';
import type { Call } from '../call.js';
import { checkConfigs } from '../topic-configs.js';

interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly assignments: readonly { readonly partition: number; readonly brokers: readonly number[] }[];
  readonly configs: ReadonlyMap<string, string>;
}

interface Body {
  readonly topics: readonly NewTopic[];
  readonly validateOnly: boolean;
}

/** The broker's default is wanted. */
const DEFAULT = -1;

export const createTopics: Api<Body> = {
  name: 'CreateTopics',
  versions: [2, 4],

  read(reader: Reader): Body {
    const topics = reader.array(() => readTopic(reader));
    reader.int32();
    return { topics, validateOnly: reader.boolean() };
  },

  *subjects({ topics }) {
    for (const { name } of topics) yield { topic: name };
  },

  serve({ topics, validateOnly }, call) {
    const reply = call.throttledReply(2);
    const named = new Map<string, number>();
    for (const { name } of topics) named.set(name, (named.get(name) ?? 0) + 1);
    // A topic that is asked for twice is answered once.
    const distinct = topics.filter(
      ({ name }, index) => topics.findIndex((each) => each.name === name) === index,
    );
    return reply.array(distinct, (topic) => {
      let refusal: Refusal | undefined;
      const code = call.attempt(() => {
        refusal =
          named.get(topic.name) === 1
            ? create(topic, validateOnly, call)
            : { code: CODES.INVALID_REQUEST, message: `the topic ${topic.name} is asked for twice` };
        return refusal?.code ?? CODES.NONE;
      }, topic.name);
      const message = refusal?.code === code ? refusal.message : null;
      reply.string(topic.name).int16(code).nullableString(message);
    });
  },
};

function readTopic(reader: Reader): NewTopic {
  const name = reader.string();
  const partitions = reader.int32();
  const replicas = reader.int16();
  const assignments = reader.array(() => {
    return { partition: reader.int32(), brokers: reader.array(() => reader.int32()) };
  });
  const configs = new Map<string, string>();
  reader.array(() => {
    const key = reader.string();
    const value = reader.nullableString();
    if (value !== null) configs.set(key, value);
  });
  return { name, partitions, replicas, assignments, configs };
}

function create(topic: NewTopic, validateOnly: boolean, call: Call): Refusal | undefined {
  const { cluster } = call;
  const assigned = topic.assignments.length;
  const partitions =
    assigned > 0 ? assigned : topic.partitions === DEFAULT ? cluster.partitions : topic.partitions;
  const refusal =
    cluster.topics.refusal(topic.name, partitions) ??
    replicaRefusal(
      topic,
      cluster.nodes.map(({ id }) => id),
    ) ??
    checkConfigs(topic.configs);
  if (refusal === undefined && !validateOnly) {
    const assignments = topic.assignments.toSorted((a, b) => a.partition - b.partition);
    cluster.topics.create(
      topic.name,
      partitions,
      cluster.configsOf(topic.configs),
      topic.replicas === DEFAULT ? cluster.replicas : topic.replicas,
      assigned > 0 ? assignments.map(({ brokers }) => brokers) : undefined,
    );
  }
  return refusal;
}

function replicaRefusal(topic: NewTopic, ids: readonly number[]): Refusal | undefined {
  const { assignments, replicas } = topic;
  if (assignments.length > 0) {
    if (topic.partitions !== DEFAULT || replicas !== DEFAULT) {
      const message = 'expected either an assignment or a number of partitions and replicas, got both';
      return { code: CODES.INVALID_REQUEST, message };
    }
    const indexes = new Set(assignments.map(({ partition }) => partition));
    const complete = assignments.every((_, index) => indexes.has(index));
    const known = assignments.every(({ brokers }) => isAssignment(brokers, ids));
    if (complete && known) return undefined;
    const message = `expected each partition from 0 on once, on one or more of the brokers ${ids.join(', ')}`;
    return { code: CODES.INVALID_REPLICA_ASSIGNMENT, message };
  }
  if (replicas === DEFAULT || (replicas >= 1 && replicas <= ids.length)) return undefined;
  const most = ids.length === 1 ? '1 (the sandbox has one broker)' : `1 to ${ids.length}`;
  const message = `expected replication factor ${most}, got ${replicas}`;
  return { code: CODES.INVALID_REPLICATION_FACTOR, message };
}

function isAssignment(brokers: readonly number[], ids: readonly number[]): boolean {
  return (
    brokers.length > 0 && new Set(brokers).size === brokers.length && brokers.every((id) => ids.includes(id))
  );
}
