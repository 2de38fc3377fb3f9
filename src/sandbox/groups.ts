import type { Clock, Random } from '../types.js';
import { Group } from './group.js';
import { LIMITS } from './limits.js';

export interface Committed {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
}

/** Consumer groups, and the offsets they have committed: topic → partition → offset. */
export class Groups {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byId = new Map<string, Group>();
  readonly #offsets = new Map<string, Map<string, Map<number, Committed>>>();
  #committed = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  [Symbol.iterator](): IterableIterator<Group> {
    return this.#byId.values();
  }

  get(id: string): Group | undefined {
    return this.#byId.get(id);
  }

  /** The group of that id, made when it is not there; undefined when there are too many. */
  ensure(id: string): Group | undefined {
    let group = this.#byId.get(id);
    if (group !== undefined) return group;
    if (this.#byId.size >= LIMITS.groups) this.#forgetIdle();
    if (this.#byId.size >= LIMITS.groups) return undefined;
    group = new Group(id, this.#clock, (clientId) => `${clientId}-${this.#token()}`);
    this.#byId.set(id, group);
    return group;
  }

  /** Whether there was room for it. */
  commit(id: string, topic: string, partition: number, committed: Committed): boolean {
    const topics = this.#offsets.get(id) ?? new Map<string, Map<number, Committed>>();
    const partitions = topics.get(topic) ?? new Map<number, Committed>();
    if (!partitions.has(partition)) {
      if (this.#committed >= LIMITS.committedOffsets) return false;
      this.#committed++;
    }
    partitions.set(partition, committed);
    topics.set(topic, partitions);
    this.#offsets.set(id, topics);
    return true;
  }

  committed(id: string, topic: string, partition: number): Committed | undefined {
    return this.#offsets.get(id)?.get(topic)?.get(partition);
  }

  /** All that a group has committed. */
  committedTopics(id: string): ReadonlyMap<string, ReadonlyMap<number, Committed>> {
    return this.#offsets.get(id) ?? new Map();
  }

  /** Forgets what was committed for a topic that is deleted. */
  forgetTopic(topic: string): void {
    for (const [id, topics] of this.#offsets) {
      this.#committed -= topics.get(topic)?.size ?? 0;
      topics.delete(topic);
      if (topics.size === 0) this.#offsets.delete(id);
    }
  }

  close(): void {
    for (const group of this.#byId.values()) group.close();
  }

  #forgetIdle(): void {
    for (const [id, group] of this.#byId) {
      if (group.idle && !this.#offsets.has(id)) this.#byId.delete(id);
    }
  }

  #token(): string {
    const word = (): string => this.#random.uint32().toString(16).padStart(8, '0');
    return `${word()}-${word()}`;
  }
}
