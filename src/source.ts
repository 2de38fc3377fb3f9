/** One generator at work for one profile: makes an event, finds its key and partition, and hands it to the accumulator. */
import type { Accumulator } from './accumulator.js';
import { EventmillError } from './errors.js';
import { compileKey, type KeyWriter, noKey, putKey } from './key.js';
import { StickyPartitioner } from './partition.js';
import type { PartitionQueue } from './partition-queue.js';
import { whereThrown } from './position.js';
import { owns, WHOLE } from './shard.js';
import type { Entry, Feed, Made, Random, Serializer, Shard } from './types.js';

export interface SourceOptions {
  readonly name: string;
  readonly feed: Feed;
  /** A field's name, or null for none. */
  readonly key: string | null;
  readonly serializer: Serializer;
  readonly topic: string;
  /** What a profile adds to names of topics, those that events name too. */
  readonly suffix?: string;
  readonly accumulator: Accumulator;
  readonly random: Random;
  /** All unless given. */
  readonly shard?: Shard;
  /** Told of each record that was taken; costs nothing where there is none. */
  readonly digest?: { add(entry: Entry): void } | undefined;
}

/** An event as people are shown it. */
export interface Peeked {
  readonly source: string;
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  /** As it is sent, cut off where it is long. */
  readonly value: string;
  /** Epoch ms. */
  readonly timestamp: number;
}

/** What is shown of a value or a key, in bytes. */
const PEEKED_BYTES = 600;

export class Source {
  readonly name: string;
  readonly topic: string;
  readonly feed: Feed;
  readonly #accumulator: Accumulator;
  readonly #keyOf: KeyWriter;
  readonly #queues: readonly PartitionQueue[];
  readonly #suffix: string;
  readonly #sticky: StickyPartitioner;
  readonly #entry: Entry;
  readonly #digest: { add(entry: Entry): void } | null;
  /** Null, and free of cost, while nobody looks. */
  #show: ((event: Peeked) => void) | null = null;
  readonly #shard: Shard;
  readonly #sharded: boolean;
  /** Events that the stream has brought so far, those of other shards too. */
  count = 0;

  constructor(options: SourceOptions) {
    this.name = options.name;
    this.topic = options.topic;
    this.feed = options.feed;
    this.#accumulator = options.accumulator;
    this.#digest = options.digest ?? null;
    this.#keyOf = options.key === null ? noKey : compileKey(options.key, options.feed.fields);
    this.#queues = options.accumulator.queuesOf(options.topic);
    this.#shard = options.shard ?? WHOLE;
    this.#sharded = this.#shard.of > 1;
    this.#suffix = options.suffix ?? '';
    this.#sticky = new StickyPartitioner(options.random);
    this.#entry = {
      serializer: options.serializer,
      value: null,
      key: null,
      keyStart: 0,
      keyLength: 0,
      timestamp: 0,
      headers: null,
    };
  }

  /**
   * Makes the event due at `dueAt` and hands it on, unless another shard does. False: the next one should wait until the
   * accumulator has drained.
   * Throws what the generator throws, as GENERATOR_THREW with the event's number.
   */
  make(dueAt: number, now: number): boolean {
    const entry = this.#entry;
    const place = this.count;
    try {
      const made = this.feed.next(dueAt);
      if (typeof made?.timestamp !== 'number' || !(made.timestamp >= 0)) throw misshapen(made);
      const hash = this.#hashOf(made);
      this.count++;
      if (this.#sharded && !owns(this.#shard, hash, place)) return true;
      entry.value = made.value;
      entry.timestamp = Math.floor(made.timestamp);
      entry.headers = made.headers ?? null;
      const queues =
        made.topic === undefined ? this.#queues : this.#accumulator.queuesOf(made.topic + this.#suffix);
      const queue = queues[this.#partitionOf(hash, queues)]!;
      const before = queue.heldBytes;
      const more = this.#accumulator.append(queue, entry, dueAt, now);
      // A record that found no room took nothing, and the next one should look elsewhere.
      if (entry.key === null) this.#sticky.took(queue.heldBytes - before || Number.POSITIVE_INFINITY);
      if (this.#digest !== null) this.#digest.add(entry);
      if (this.#show !== null) this.#show(this.#peeked(queue));
      return more;
    } catch (cause) {
      throw generatorThrew(this.name, place + 1, cause);
    }
  }

  /** Shows the next `count` events as they are made, instead of whatever was to be shown before. */
  peek(count: number, show: (event: Peeked) => void): void {
    let left = count;
    this.#show = (event) => {
      left--;
      if (left <= 0) this.#show = null;
      show(event);
    };
  }

  /** The event that has just been made; it is written once more, as its bytes are on their way already. */
  #peeked({ topic, partition }: PartitionQueue): Peeked {
    const { serializer, value, key, keyStart, keyLength, timestamp } = this.#entry;
    let bytes = Buffer.allocUnsafe(4096);
    let end = serializer.write(value, bytes, 0);
    if (end > bytes.length) {
      bytes = Buffer.allocUnsafe(end);
      end = serializer.write(value, bytes, 0);
    }
    const keyBytes = key === null ? null : Buffer.from(key.buffer, key.byteOffset + keyStart, keyLength);
    return {
      source: this.name,
      topic,
      partition,
      key: keyBytes === null ? null : beginning(keyBytes),
      value: beginning(bytes.subarray(0, end)),
      timestamp,
    };
  }

  /** Puts the key into the entry; −1 without one. */
  #hashOf(made: Made): number {
    const entry = this.#entry;
    if (made.key === undefined) return this.#keyOf(made.value, entry);
    return made.key === null ? noKey(null, entry) : putKey(made.key, entry);
  }

  #partitionOf(hash: number, queues: readonly PartitionQueue[]): number {
    const partitions = queues.length;
    return hash >= 0 ? hash % partitions : this.#sticky.choose(partitions, queues[0]!.room.bytes);
  }
}

function beginning(bytes: Buffer): string {
  const text = bytes.toString('utf8', 0, PEEKED_BYTES);
  return bytes.length > PEEKED_BYTES ? `${text}…` : text;
}

/** What a generator threw at its nth event, as one line. */
export function generatorThrew(source: string, number: number, cause: unknown): EventmillError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const where = whereThrown(cause);
  return new EventmillError(
    'GENERATOR_THREW',
    `source ${source}: its generator threw at event ${number}${where === undefined ? '' : ` (${where})`}: ${message}`,
    { cause },
  );
}

/** What `next` returned is no event. */
export function misshapen(made: unknown): EventmillError {
  const shape = 'expected next() to return { value, timestamp } with timestamp in epoch ms';
  if (made instanceof Promise)
    return new EventmillError('GENERATOR_THREW', `${shape}, got a promise: next must not be async`);
  if (typeof made !== 'object' || made === null)
    return new EventmillError('GENERATOR_THREW', `${shape}, got ${made}`);
  const { timestamp } = made as { timestamp?: unknown };
  return new EventmillError('GENERATOR_THREW', `${shape}, got timestamp ${JSON.stringify(timestamp)}`);
}
