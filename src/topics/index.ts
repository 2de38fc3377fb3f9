/** Topic administration: what is there, what is made, how far it reaches. Speed is no matter here. */
import type { Admin, PartitionMetadata } from 'kafkajs';
import { formatAddress } from '../address.js';
import { systemClock } from '../clock.js';
import { EventmillError } from '../errors.js';
import { plural } from '../figures.js';
import { advertisedUnreachable, rootOf } from '../kafkajs-fault.js';
import type { Clock, Security } from '../types.js';
import { type Session, withAdmin } from './admin.js';
import { probe } from './probe.js';

/** How long new topics may take until every partition has a leader. */
const LEADERS_MS_MAX = 10_000;
const POLL_MS = 100;
const PROBE_MS_MAX = 3_000;
const CREATE_MS_MAX = 4_000;

export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}

export interface WantedTopic {
  readonly name: string;
  /** How many partitions it is created with, and must have if it exists. */
  readonly partitions: number;
  /** An existing topic may have another number: nobody asked for this one explicitly. */
  readonly partitionsAreDefault?: boolean;
  /** The broker's own default unless given. */
  readonly replicationFactor?: number;
  /** Topic settings by Kafka's names, such as `retention.ms`. */
  readonly config?: Readonly<{ [name: string]: string }>;
}

export interface EnsuredTopic {
  readonly name: string;
  readonly partitions: number;
  readonly created: boolean;
}

export interface PartitionOffsets {
  readonly partition: number;
  /** The first offset that is still there, and the one that the next record will get. */
  readonly low: number;
  readonly high: number;
}

export interface EnsureOptions {
  /** Whether missing topics are created. */
  readonly create: boolean;
  readonly clock?: Clock;
  readonly security?: Security | undefined;
  /** Names of topics that this has created, kept for whoever calls it again because its connection was lost. */
  readonly created?: Set<string>;
}

/** Those of the named topics that exist, in the order given. Throws TOPIC where one may not be looked at. */
export function describeTopics(
  brokers: readonly string[],
  names: readonly string[],
  clock: Clock = systemClock,
  security?: Security,
): Promise<TopicDescription[]> {
  return withAdmin({ brokers, clock, security }, async (session) => {
    const found: TopicDescription[] = [];
    for (const name of names) {
      const partitions = await lookUp(session, name);
      if (partitions === undefined) continue;
      const replicationFactor = partitions[0]?.replicas.length ?? 0;
      found.push({ name, partitions: partitions.length, replicationFactor });
    }
    return found;
  });
}

/**
 * Sees to it that the topics exist and can be produced to: creates missing ones if it may, waits until every partition
 * has a leader, and checks that the leaders can be reached from here. Throws TOPIC with one line per topic that cannot
 * be had, BROKER_UNREACHABLE or ADVERTISED_UNREACHABLE.
 */
export function ensureTopics(
  brokers: readonly string[],
  wanted: readonly WantedTopic[],
  { create, clock = systemClock, security, created = new Set() }: EnsureOptions,
): Promise<EnsuredTopic[]> {
  return withAdmin({ brokers, clock, security }, async (session) => {
    const missing: WantedTopic[] = [];
    const problems: string[] = [];
    for (const topic of wanted) {
      const found = await lookUp(session, topic.name);
      if (found === undefined) missing.push(topic);
      else problems.push(...countProblem(topic, found.length));
    }
    if (!create) problems.push(...missing.map(missingProblem));
    if (problems.length > 0) throw new EventmillError('TOPIC', problems.join('\n'));
    if (missing.length > 0) await createTopics(session, missing, created);
    const ready = await waitForLeaders(session, wanted);
    await checkLeaders(session, ready);
    await waitUntilServed(session, created);
    return wanted.map((topic, index) => ({
      name: topic.name,
      partitions: ready[index]!.length,
      created: created.has(topic.name),
    }));
  });
}

/** How far each partition of a topic reaches, by rising partition. */
export function topicOffsets(
  brokers: readonly string[],
  topic: string,
  clock: Clock = systemClock,
  security?: Security,
): Promise<PartitionOffsets[]> {
  return withAdmin({ brokers, clock, security }, async (session) => {
    try {
      const offsets = await settledOffsets(session, topic);
      return offsets
        .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
        .sort((a, b) => a.partition - b.partition);
    } catch (error) {
      throw refusal(topic, 'Describe', error) ?? error;
    }
  });
}

/** A topic's partitions; undefined if there is no such topic. */
async function lookUp({ ask }: Session, name: string): Promise<PartitionMetadata[] | undefined> {
  try {
    return await ask((admin) => partitionsOf(admin, name));
  } catch (error) {
    const { type } = rootOf(error);
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    // It exists, and its partitions are waited for later on.
    if (type === 'LEADER_NOT_AVAILABLE') return [];
    throw refusal(name, 'Describe', error) ?? error;
  }
}

async function partitionsOf(admin: Admin, name: string): Promise<PartitionMetadata[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  return topics.find((topic) => topic.name === name)?.partitions ?? [];
}

/** Adds the names of those that were created by this call, or may have been, to `created`. */
async function createTopics(
  { ask }: Session,
  topics: readonly WantedTopic[],
  created: Set<string>,
): Promise<void> {
  for (const { name } of topics) created.add(name);
  try {
    await ask((admin) =>
      admin.createTopics({
        validateOnly: false,
        waitForLeaders: false,
        timeout: CREATE_MS_MAX,
        topics: topics.map(({ name, partitions, replicationFactor, config }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: replicationFactor ?? -1,
          configEntries: Object.entries(config ?? {}).map(([key, value]) => ({ name: key, value })),
        })),
      }),
    );
  } catch (error) {
    const { errors } = error as { errors?: (Error & { topic: string; type: string })[] };
    // Many partitions take their time; whether they come is seen by waiting for their leaders.
    if (rootOf(error).name === 'KafkaJSRequestTimeoutError') return;
    if (errors === undefined) throw error;
    // Somebody else may have created one in the meantime: then it is checked like any other.
    for (const { topic } of errors) created.delete(topic);
    const refused = errors.filter(
      ({ type }) => type !== 'TOPIC_ALREADY_EXISTS' && type !== 'REQUEST_TIMED_OUT',
    );
    const problems = refused.map((each) => refusal(each.topic, 'Create', each)!.message);
    if (problems.length > 0) throw new EventmillError('TOPIC', problems.join('\n'), { cause: error });
  }
}

/** The partitions of each topic, all of them led by someone. */
async function waitForLeaders(
  session: Session,
  wanted: readonly WantedTopic[],
): Promise<PartitionMetadata[][]> {
  const { clock } = session;
  const deadline = clock.now() + LEADERS_MS_MAX;
  const ready: PartitionMetadata[][] = [];
  for (const topic of wanted) {
    for (;;) {
      const partitions = (await lookUp(session, topic.name)) ?? [];
      const led = partitions.filter(({ leader }) => leader >= 0).length;
      if (partitions.length > 0 && led === partitions.length) {
        const [problem] = countProblem(topic, led);
        if (problem !== undefined) throw new EventmillError('TOPIC', problem);
        ready.push(partitions);
        break;
      }
      if (clock.now() >= deadline) {
        throw new EventmillError(
          'TOPIC',
          `topic ${topic.name}: expected a leader for every partition within ${LEADERS_MS_MAX / 1000} s, ` +
            `got one for ${led} of ${partitions.length}; check that all brokers of the cluster are up`,
          { retriable: true },
        );
      }
      await clock.sleep(POLL_MS);
    }
  }
  return ready;
}

/**
 * A new leader is announced before it knows of it itself, and refuses records meanwhile; it answers for its offsets
 * once it does. Without this the first batches of every run would be retries. What stands in the way for longer is for
 * the producer to tell.
 */
async function waitUntilServed(session: Session, topics: ReadonlySet<string>): Promise<void> {
  for (const topic of topics) await settledOffsets(session, topic).catch(() => {});
}

type Offsets = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/** A topic's offsets, asked for again while its leaders are on the move. */
async function settledOffsets({ ask, clock }: Session, topic: string): Promise<Offsets> {
  const deadline = clock.now() + LEADERS_MS_MAX;
  for (;;) {
    try {
      return await ask((admin) => admin.fetchTopicOffsets(topic));
    } catch (error) {
      const passing = (error as { readonly retriable?: boolean }).retriable === true;
      if (!passing || clock.now() >= deadline) throw error;
    }
    await clock.sleep(POLL_MS);
  }
}

/** The bootstrap may answer and still send clients to addresses that are none from here. */
async function checkLeaders(session: Session, topics: readonly PartitionMetadata[][]): Promise<void> {
  const { brokers } = await session.ask((admin) => admin.describeCluster());
  const leaders = new Set(topics.flat().map(({ leader }) => leader));
  const refused = new Map<string, string>();
  await Promise.all(
    brokers.map(async ({ nodeId, host, port }) => {
      const address = formatAddress({ host, port });
      if (!leaders.has(nodeId) || session.shim.answered.has(address)) return;
      const problem = await probe({ host, port }, PROBE_MS_MAX, session.clock);
      if (problem !== null) refused.set(address, problem);
    }),
  );
  if (refused.size === 0) return;
  const bootstrap = session.brokers.find((broker) => session.shim.answered.has(broker));
  throw advertisedUnreachable(bootstrap ?? session.brokers[0]!, [...refused.keys()], { refused });
}

function countProblem({ name, partitions, partitionsAreDefault }: WantedTopic, found: number): string[] {
  if (partitionsAreDefault || found === partitions || found === 0) return [];
  return [
    `topic ${name}: expected ${plural(partitions, 'partition')}, got ${found}; leave out --partitions to use it as it is, ` +
      'or name another topic with --topic',
  ];
}

function missingProblem({ name }: WantedTopic): string {
  return `topic ${name}: expected it to exist, since topics are not to be created; create it, or leave out --no-create-topics`;
}

/** A protocol error about a topic as an error of ours; null for any other kind of error. */
function refusal(name: string, operation: 'Create' | 'Describe', error: unknown): EventmillError | null {
  const root = rootOf(error);
  if (root.type === undefined) return null;
  const because = (text: string): EventmillError =>
    new EventmillError('TOPIC', `topic ${name}: ${text}`, { cause: error });
  switch (root.type) {
    case 'TOPIC_AUTHORIZATION_FAILED':
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return because(
        `the broker does not allow operation ${operation} on it (${root.type}); grant Describe and Write, and ` +
          "Create if it is to be made, to this client's principal (User:ANONYMOUS without credentials)",
      );
    case 'INVALID_TOPIC_EXCEPTION':
      return because(
        'expected a name of at most 249 letters, digits, ".", "_" and "-", other than "." and ".."',
      );
    case 'INVALID_REPLICATION_FACTOR':
      return because('there are fewer brokers than --replication-factor asks for; ask for fewer');
    case 'INVALID_PARTITIONS':
      return because(
        'the broker does not take this number of partitions; ask for at least 1 with --partitions',
      );
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return because('it does not exist');
    default:
      return because(`the broker refuses operation ${operation} on it: ${root.type}: ${root.message}`);
  }
}
