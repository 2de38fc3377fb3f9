import type { Clock, Random } from '../types.js';
import type { Subject } from './api.js';
import { Assembly } from './assembly.js';
import type { Fault } from './fault-words.js';
import { Groups } from './groups.js';
import { Hold } from './hold.js';
import { LIMITS } from './limits.js';
import { Memory } from './memory.js';
import type { Faults } from './plan.js';
import { TopicConfigs } from './topic-configs.js';
import { type Topic, Topics } from './topics.js';

const REPLICAS_MAX = 3;

/** One broker: an id and the port it listens on, unless it is gone for a while. */
export interface Node {
  readonly id: number;
  readonly host: string;
  port: number;
  up: boolean;
}

export interface ClusterOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The brokers; partitions and groups are spread over them. */
  readonly nodes: readonly Node[];
  /** Of topics that are created without a number. */
  readonly partitions: number;
  readonly minInsyncReplicas: number;
  readonly memoryBytes: number;
  readonly autoCreateTopics: boolean;
  readonly holdFor?: string | undefined;
}

/** What all brokers of a sandbox share: topics, groups, memory, faults and counts. */
export class Cluster {
  readonly clock: Clock;
  readonly random: Random;
  readonly id = 'eventmill-sandbox';
  readonly partitions: number;
  readonly autoCreateTopics: boolean;
  readonly memory: Memory;
  readonly assembly = new Assembly();
  readonly topics: Topics;
  readonly groups: Groups;
  faults: Faults | undefined;
  readonly nodes: readonly Node[];
  /** Of topics that are created without a number: as many as there are brokers, up to three. */
  readonly replicas: number;
  readonly minInsyncReplicas: number;
  /** Carries out what a fault does to whole brokers; `called` is the one whose request it struck. */
  strike: (fault: Fault, called: Node, subjects: Iterable<Subject>) => void = () => {};
  /** Bytes of requests that have come in part or wait. */
  inboundBytes = 0;
  connections = 0;
  appendedRecords = 0;
  appendedBytes = 0;
  /** Requests by API. */
  readonly requests = new Map<string, number>();
  #producerIds = 0;

  constructor(options: ClusterOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.partitions = options.partitions;
    this.autoCreateTopics = options.autoCreateTopics;
    this.nodes = options.nodes;
    this.replicas = Math.min(REPLICAS_MAX, options.nodes.length);
    this.minInsyncReplicas = options.minInsyncReplicas;
    this.memory = new Memory(options.memoryBytes);
    if (options.holdFor !== undefined) {
      this.memory.hold = new Hold(options.holdFor, options.clock, this.memory);
    }
    this.topics = new Topics(this.memory, options.nodes, this.replicas);
    this.groups = new Groups(options.clock, options.random.fork('groups'));
  }

  nextProducerId(): number {
    return ++this.#producerIds;
  }

  /** The brokers that serve now; the first of them is the controller. */
  get nodesUp(): readonly Node[] {
    return this.nodes.filter(({ up }) => up);
  }

  /** The broker that looks after a group: always the same one, or the next while that is gone; undefined if all are. */
  coordinatorOf(group: string): Node | undefined {
    let hash = 0;
    for (let index = 0; index < group.length; index++) hash = (hash * 31 + group.charCodeAt(index)) >>> 0;
    const { nodes } = this;
    for (let step = 0; step < nodes.length; step++) {
      const node = nodes[(hash + step) % nodes.length]!;
      if (node.up) return node;
    }
    return undefined;
  }

  /** The topic of that name; created if it is missing, may be created and can be. */
  topicOnUse(name: string, mayCreate: boolean): Topic | undefined {
    const topic = this.topics.get(name);
    if (topic !== undefined || !mayCreate || !this.autoCreateTopics) return topic;
    const { partitions } = this;
    return this.topics.refusal(name, partitions) === undefined
      ? this.topics.create(name, partitions, this.configsOf())
      : undefined;
  }

  /** A new topic's configs, of which `given` are said. */
  configsOf(given: ReadonlyMap<string, string> = new Map()): TopicConfigs {
    return new TopicConfigs(given, this.minInsyncReplicas);
  }

  deleteTopic(name: string): boolean {
    this.groups.forgetTopic(name);
    return this.topics.delete(name);
  }

  count(api: string): void {
    this.requests.set(api, (this.requests.get(api) ?? 0) + 1);
  }

  /** Whether so many more bytes of requests may be held; if so, they are counted. */
  holdInbound(bytes: number): boolean {
    if (this.inboundBytes + bytes > LIMITS.inboundBytes) return false;
    this.inboundBytes += bytes;
    return true;
  }
}
