import { CODES } from '../protocol/codes.js';
import type { Refusal } from './batch.js';
import { LIMITS } from './limits.js';
import { Log } from './log.js';
import type { Memory } from './memory.js';
import type { TopicConfigs } from './topic-configs.js';

export interface Topic {
  readonly name: string;
  readonly configs: TopicConfigs;
  /** One per partition. */
  readonly logs: readonly Log[];
}

/** A broker as far as topics are concerned. */
export interface Broker {
  readonly id: number;
  readonly up: boolean;
}

/** All topics, by name. */
export class Topics {
  readonly #memory: Memory;
  readonly #nodes: readonly Broker[];
  readonly #replicas: number;
  readonly #byName = new Map<string, Topic>();
  #partitions = 0;

  /** Partitions are led by the brokers in turn; `replicas` of them could, unless the topic says otherwise. */
  constructor(memory: Memory, nodes: readonly Broker[], replicas: number) {
    this.#memory = memory;
    this.#nodes = nodes;
    this.#replicas = replicas;
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

  /** Creates a topic for which there is no refusal. `assigned` names the replicas of each partition. */
  create(
    name: string,
    partitions: number,
    configs: TopicConfigs,
    replicas: number = this.#replicas,
    assigned?: readonly (readonly number[])[],
  ): Topic {
    const logs: Log[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const log = new Log(
        name,
        partition,
        assigned?.[partition] ?? this.#spread(partition, replicas),
        this.#memory,
      );
      this.#elect(log);
      logs.push(log);
    }
    const topic: Topic = { name, configs, logs };
    this.#byName.set(name, topic);
    this.#partitions += partitions;
    return topic;
  }

  /** A broker has gone or come: whoever lost its leader gets the next replica that is up, if there is one. */
  elect(): void {
    for (const { logs } of this.#byName.values()) for (const log of logs) this.#elect(log);
  }

  /** Hands a partition to the next replica that is up. False if there is no other. */
  move(log: Log): boolean {
    const next = this.#nextUp(log);
    if (next < 0 || next === log.leader) return false;
    log.lead(next);
    return true;
  }

  #elect(log: Log): void {
    log.inSync = log.replicas.filter((id) => this.#isUp(id)).length;
    if (log.leader >= 0 && this.#isUp(log.leader)) return;
    const next = this.#nextUp(log);
    if (next !== log.leader) log.lead(next);
  }

  /** The first replica behind the leader that is up, the leader itself last; −1 for none. */
  #nextUp({ replicas, leader }: Log): number {
    const from = replicas.indexOf(leader);
    for (let step = 1; step <= replicas.length; step++) {
      const id = replicas[(from + step) % replicas.length]!;
      if (this.#isUp(id)) return id;
    }
    return -1;
  }

  #isUp(id: number): boolean {
    return this.#nodes.find((node) => node.id === id)?.up ?? true;
  }

  #spread(partition: number, replicas: number): number[] {
    const { length } = this.#nodes;
    return Array.from({ length: replicas }, (_, step) => this.#nodes[(partition + step) % length]!.id);
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
