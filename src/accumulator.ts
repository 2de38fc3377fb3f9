/**
 * Where records wait to be sent: one open batch per topic-partition, closed by its size, its count, its age or a
 * flush. Memory is bounded in total and per partition. Back-pressure is Node's own: `append` answers false when the
 * caller should wait for `drained`.
 */
import { PendingBatch } from './batch.js';
import { BatchRoom } from './batch-room.js';
import { EventmillError } from './errors.js';
import { PartitionQueue } from './partition-queue.js';
import type { Tally } from './tally.js';
import { TimesPool } from './times.js';
import type { Clock, Driver, Entry, ProfileSettings, Timer } from './types.js';

export interface AccumulatorOptions {
  readonly settings: ProfileSettings;
  readonly clock: Clock;
  readonly driver: Driver;
  readonly tally: Tally;
}

export class Accumulator {
  /** Called when a queue may have something to send. */
  onReady: (queue: PartitionQueue) => void = () => {};
  /** Called when a batch could not be compressed. */
  onBroken: (batch: PendingBatch) => void = () => {};
  readonly #settings: ProfileSettings;
  readonly #clock: Clock;
  readonly #driver: Driver;
  readonly #tally: Tally;
  readonly #topics = new Map<string, PartitionQueue[]>();
  readonly #times = new TimesPool();
  /** Open batches that linger, oldest first. */
  readonly #opened = new Set<PendingBatch>();
  #lingerTimer: Timer | null = null;
  #heldBytes = 0;
  #heldRecords = 0;
  #blockedBy: PartitionQueue | null = null;
  #drained: { promise: Promise<void>; resolve: () => void } | null = null;

  constructor(options: AccumulatorOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#driver = options.driver;
    this.#tally = options.tally;
  }

  /** Bytes of records that are not settled yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Records that are not settled yet. */
  get heldRecords(): number {
    return this.#heldRecords;
  }

  /** The queues of a topic, one per partition, or one alone if the driver spreads records itself. */
  queuesOf(topic: string): readonly PartitionQueue[] {
    let queues = this.#topics.get(topic);
    if (queues === undefined) {
      const partitions = this.#driver.partitionCount(topic);
      if (partitions === 0) {
        throw new EventmillError('GENERATOR_THREW', `expected one of the run's topics, got "${topic}"`);
      }
      const tally = this.#tally.topic(topic, partitions);
      const room = new BatchRoom(this.#settings);
      const queue = (partition: number) => new PartitionQueue(topic, partition, tally, room);
      queues = this.#driver.spreads
        ? [queue(-1)]
        : Array.from({ length: partitions }, (_, partition) => queue(partition));
      this.#topics.set(topic, queues);
    }
    return queues;
  }

  /** All queues there are. */
  *queues(): Iterable<PartitionQueue> {
    for (const queues of this.#topics.values()) yield* queues;
  }

  /**
   * Adds a record. False: it was taken, but the next one should wait for `drained`. With `whenFull` drop or fail, a
   * record that finds no room has met its fate and the answer is true.
   */
  append(queue: PartitionQueue, entry: Entry, dueAt: number, now: number): boolean {
    const settings = this.#settings;
    if (settings.whenFull !== 'wait' && this.#isFull(queue)) {
      this.#tally.rejected(queue.tally, settings.whenFull === 'drop' ? 'dropped' : 'failed', 'BUFFER_FULL');
      return true;
    }
    let batch = queue.open ?? this.#open(queue, now);
    let bytes = batch.builder.add(entry);
    if (bytes < 0) {
      this.#close(queue);
      batch = this.#open(queue, now);
      bytes = batch.builder.add(entry);
    }
    batch.stamp(dueAt, now);
    batch.payloadBytes += bytes;
    const size = batch.builder.bytes;
    const grown = size - batch.heldBytes;
    batch.heldBytes = size;
    queue.heldBytes += grown;
    this.#heldBytes += grown;
    this.#heldRecords++;
    this.#tally.made(queue.tally, bytes);
    if (batch.builder.count >= settings.batchRecords || size >= batch.roomBytes) this.#close(queue);
    if (!this.#isFull(queue)) return true;
    this.#blockedBy = queue;
    // Nothing more comes until something leaves, so waiting for company is over for everybody.
    this.#lingerAll();
    return settings.whenFull !== 'wait' && settings.mode !== 'sync';
  }

  /** Resolves when there is room again. */
  drained(): Promise<void> {
    if (this.#blockedBy === null || !this.#isFull(this.#blockedBy)) return Promise.resolve();
    if (this.#drained === null) {
      let resolve = () => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#drained = { promise, resolve };
    }
    return this.#drained.promise;
  }

  /** No more records will come: closes every batch. */
  flush(): void {
    this.#lingerTimer?.cancel();
    for (const queue of this.queues()) if (queue.open !== null) this.#close(queue);
  }

  /** Takes all closed batches out of their queues. */
  takeWaiting(): PendingBatch[] {
    return [...this.#topics.values()].flat().flatMap((queue) => queue.waiting.splice(0));
  }

  /** A batch met its fate: its memory is free. */
  settled(batch: PendingBatch): void {
    this.#heldBytes -= batch.heldBytes;
    this.#heldRecords -= batch.count;
    batch.queue.heldBytes -= batch.heldBytes;
    batch.forgetTimes();
    if (this.#drained === null || (this.#blockedBy !== null && this.#isFull(this.#blockedBy))) return;
    this.#blockedBy = null;
    const { resolve } = this.#drained;
    this.#drained = null;
    resolve();
  }

  /** Closes a queue's open batch, so that it can be sent. */
  readonly close = (queue: PartitionQueue): void => this.#close(queue);

  #isFull(queue: PartitionQueue): boolean {
    const settings = this.#settings;
    return (
      this.#heldBytes >= settings.bufferBytes ||
      queue.heldBytes >= settings.partitionBufferBytes ||
      (settings.mode === 'sync' && this.#heldRecords > 0)
    );
  }

  #open(queue: PartitionQueue, now: number): PendingBatch {
    const { topic, partition, bytesHint, room } = queue;
    const builder = this.#driver.openBatch(topic, partition, bytesHint, room.bytes);
    const batch = new PendingBatch(queue, builder, queue.nextOrdinal, now, this.#times);
    queue.open = batch;
    if (this.#settings.lingerMs === 0) {
      queue.lingered = true;
      this.onReady(queue);
      return batch;
    }
    this.#opened.add(batch);
    if (this.#lingerTimer === null) this.#waitForOldest();
    return batch;
  }

  #close(queue: PartitionQueue): void {
    const batch = queue.open!;
    queue.open = null;
    queue.lingered = false;
    this.#opened.delete(batch);
    if (batch.count === 0) {
      // Its first record could not be written: nothing to send, and no broker takes an empty batch.
      batch.closed = true;
      batch.fate = 'dropped';
      batch.builder.release();
      batch.forgetTimes();
      return;
    }
    queue.recordsHint = Math.ceil(batch.count * 1.25);
    const { bytes } = batch.builder;
    // More than fits into a batch is a single record, as the next one may be.
    queue.bytesHint = batch.count === 1 ? bytes : Math.min(bytes, queue.room.bytes);
    queue.nextOrdinal += batch.count;
    queue.waiting.push(batch);
    batch.closed = true;
    this.#pack(batch);
    this.#tally.closed(batch);
  }

  /** Two batches in the place of one that was closed; undefined if it cannot be split. Whoever asks lines them up. */
  split(batch: PendingBatch): readonly [PendingBatch, PendingBatch] | undefined {
    const halves = batch.split();
    if (halves === undefined) return undefined;
    batch.queue.room.refused();
    for (const half of halves) this.#pack(half);
    this.#tally.batches++;
    return halves;
  }

  #pack(batch: PendingBatch): void {
    const { queue } = batch;
    const work = batch.builder.close();
    if (work === undefined) {
      batch.ready = true;
      this.onReady(queue);
      return;
    }
    const startedAt = this.#clock.now();
    work.then(
      () => {
        if (batch.fate === null) queue.room.packed(batch.builder.bytes, batch.wireBytes);
        // What is packed anew after it was sent belongs to the time of its retries.
        if (batch.firstSentAt === 0) batch.compressionMs += this.#clock.now() - startedAt;
        batch.ready = true;
        this.onReady(queue);
      },
      () => this.onBroken(batch),
    );
  }

  #lingerAll(): void {
    for (const batch of this.#opened) this.#lingeredOut(batch);
  }

  #lingeredOut(batch: PendingBatch): void {
    this.#opened.delete(batch);
    batch.queue.lingered = true;
    this.onReady(batch.queue);
  }

  #waitForOldest(): void {
    const [oldest] = this.#opened;
    if (oldest === undefined) return;
    const wait = oldest.openedAt + this.#settings.lingerMs - this.#clock.now();
    this.#lingerTimer = this.#clock.after(wait, () => {
      this.#lingerTimer = null;
      const limit = this.#clock.now() - this.#settings.lingerMs;
      for (const batch of this.#opened) {
        if (batch.openedAt > limit) break;
        this.#lingeredOut(batch);
      }
      this.#waitForOldest();
    });
  }
}
