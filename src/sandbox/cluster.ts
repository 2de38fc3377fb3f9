import type { Clock, Random } from '../types.js';
import { Groups } from './groups.js';
import { Hold } from './hold.js';
import { LIMITS } from './limits.js';
import { Memory } from './memory.js';
import type { Faults } from './plan.js';
import { type Topic, Topics } from './topics.js';

/** One broker: an id and the port it listens on. */
export interface Node {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface ClusterOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The ids of the brokers; partitions and groups are spread over them. */
  readonly nodeIds: readonly number[];
  /** Of topics that are created without a number. */
  readonly partitions: number;
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
  readonly topics: Topics;
  readonly groups: Groups;
  faults: Faults | undefined;
  /** Filled as the brokers begin to listen. */
  readonly nodes: Node[] = [];
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
    this.memory = new Memory(options.memoryBytes);
    if (options.holdFor !== undefined) {
      this.memory.hold = new Hold(options.holdFor, options.clock, this.memory);
    }
    this.topics = new Topics(this.memory, options.nodeIds);
    this.groups = new Groups(options.clock, options.random.fork('groups'));
  }

  nextProducerId(): number {
    return ++this.#producerIds;
  }

  /** The broker that looks after a group, always the same one. */
  coordinatorOf(group: string): Node {
    let hash = 0;
    for (let index = 0; index < group.length; index++) hash = (hash * 31 + group.charCodeAt(index)) >>> 0;
    return this.nodes[hash % this.nodes.length]!;
  }

  /** The topic of that name; created if it is missing, may be created and can be. */
  topicOnUse(name: string, mayCreate: boolean): Topic | undefined {
    const topic = this.topics.get(name);
    if (topic !== undefined || !mayCreate || !this.autoCreateTopics) return topic;
    const { partitions } = this;
    return this.topics.refusal(name, partitions) === undefined
      ? this.topics.create(name, partitions)
      : undefined;
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
