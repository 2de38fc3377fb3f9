import { CODES } from '../protocol/codes.js';
import type { Refusal } from './batch.js';
import { LIMITS } from './limits.js';
import { Log } from './log.js';
import type { Memory } from './memory.js';
import { TopicConfigs } from './topic-configs.js';

export interface Topic {
  readonly name: string;
  readonly configs: TopicConfigs;
  /** One per partition. */
  readonly logs: readonly Log[];
}

/** All topics, by name. */
export class Topics {
  readonly #memory: Memory;
  readonly #nodeIds: readonly number[];
  readonly #byName = new Map<string, Topic>();
  #partitions = 0;

  /** Partitions are led by the brokers in `nodeIds` in turn. */
  constructor(memory: Memory, nodeIds: readonly number[]) {
    this.#memory = memory;
    this.#nodeIds = nodeIds;
  }

  get size(): number {
    return this.#byName.size;
  }

  get partitions(): number {
    return this.#partitions;
  }

  [Symbol.iterator](): IterableIterator<Topic> {
    return this.#byName.values();
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  log(name: string, partition: number): Log | undefined {
    return this.#byName.get(name)?.logs[partition];
  }

  /** Why a topic of this name and size cannot be created, if so. */
  refusal(name: string, partitions: number): Refusal | undefined {
    const invalid = nameRefusal(name);
    if (invalid !== undefined) return invalid;
    if (this.#byName.has(name)) {
      return { code: CODES.TOPIC_ALREADY_EXISTS, message: `the topic ${name} exists already` };
    }
    if (partitions < 1) {
      return { code: CODES.INVALID_PARTITIONS, message: `expected 1 or more partitions, got ${partitions}` };
    }
    const room = LIMITS.partitions - this.#partitions;
    if (partitions > room) {
      const message = `the sandbox holds ${LIMITS.partitions} partitions, room is left for ${room}`;
      return { code: CODES.INVALID_PARTITIONS, message };
    }
    return undefined;
  }

  /** Creates a topic for which there is no refusal. */
  create(name: string, partitions: number, configs = new TopicConfigs()): Topic {
    const logs: Log[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const leader = this.#nodeIds[partition % this.#nodeIds.length]!;
      logs.push(new Log(name, partition, leader, this.#memory));
    }
    const topic: Topic = { name, configs, logs };
    this.#byName.set(name, topic);
    this.#partitions += partitions;
    return topic;
  }

  /** Whether there was such a topic. */
  delete(name: string): boolean {
    const topic = this.#byName.get(name);
    if (topic === undefined) return false;
    this.#byName.delete(name);
    this.#partitions -= topic.logs.length;
    for (const log of topic.logs) log.delete();
    return true;
  }
}

/** Kafka's rules for the names of topics. */
export function nameRefusal(name: string): Refusal | undefined {
  let message: string | undefined;
  if (name === '') message = 'a topic needs a name';
  else if (name === '.' || name === '..') message = `a topic cannot be named ${name}`;
  else if (name.length > LIMITS.topicNameLength) {
    message = `a topic's name has at most ${LIMITS.topicNameLength} characters, got ${name.length}`;
  } else if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    message = 'a topic\'s name is made of letters, digits, ".", "_" and "-"';
  }
  return message === undefined ? undefined : { code: CODES.INVALID_TOPIC_EXCEPTION, message };
}
