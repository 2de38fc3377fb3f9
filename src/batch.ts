/** A batch on its way: records for one topic-partition with the times that latency is measured from. */
import type { PartitionQueue } from './partition-queue.js';
import type { TimesPool } from './times.js';
import type { Batch, Builder, Fate } from './types.js';

/** Sequence numbers are int32 and begin again at 0. */
export const SEQUENCE_MASK = 0x7fffffff;

/** Which time of a record: when it should have left, and when it was made. */
const DUE = 0;
const MADE = 1;

const NONE = new Float64Array(0);

export class PendingBatch implements Batch {
  readonly queue: PartitionQueue;
  readonly builder: Builder;
  /** Its place in its partition's order: how many records were made before it. */
  readonly ordinal: number;
  /** When its first record was made: what linger and the delivery deadline count from. */
  readonly openedAt: number;
  /** At this size it is full, bytes before compression. */
  readonly roomBytes: number;
  sequence = -1;
  epoch = 0;
  /** Keys, values and headers as made; of a half, its share by size. */
  payloadBytes = 0;
  /** No more records go in. */
  closed = false;
  /** Compressed, and so fit to be sent. */
  ready = false;
  compressionMs = 0;
  firstSentAt = 0;
  sentAt = 0;
  attempts = 0;
  inFlight = false;
  /** An attempt ended, and nobody knows whether it was stored: only as it is would it be known for a duplicate. */
  mayBeStored = false;
  /** Its deadline is being kept. */
  watched = false;
  lastCode = 'NONE';
  fate: Fate | null = null;
  /** What it counts for in the buffer's memory. */
  heldBytes = 0;
  /** Two numbers a record: due and made, epoch ms. */
  #times: Float64Array;
  readonly #pool: TimesPool;

  constructor(queue: PartitionQueue, builder: Builder, ordinal: number, now: number, pool: TimesPool) {
    this.queue = queue;
    this.builder = builder;
    this.ordinal = ordinal;
    this.openedAt = now;
    this.roomBytes = queue.room.bytes;
    this.#pool = pool;
    this.#times = pool.take(2 * Math.max(builder.count, queue.recordsHint));
  }

  get topic(): string {
    return this.queue.topic;
  }

  get partition(): number {
    return this.queue.partition;
  }

  get count(): number {
    return this.builder.count;
  }

  /** Its size as it is sent, once it is closed. */
  get wireBytes(): number {
    return this.builder.wireBytes ?? this.builder.bytes;
  }

  /**
   * Its records in two batches that are still to be closed; undefined if it cannot be split. They take its place: in the
   * order of the partition, in the sequence numbers that it was given, and in the memory that it held.
   */
  split(): readonly [PendingBatch, PendingBatch] | undefined {
    if (this.count < 2 || this.builder.split === undefined) return undefined;
    const [first, second] = this.builder.split();
    const share = first.bytes / (first.bytes + second.bytes || 1);
    const halves = [this.#part(first, 0), this.#part(second, first.count)] as const;
    halves[0].heldBytes = Math.round(this.heldBytes * share);
    halves[1].heldBytes = this.heldBytes - halves[0].heldBytes;
    halves[0].payloadBytes = Math.round(this.payloadBytes * share);
    halves[1].payloadBytes = this.payloadBytes - halves[0].payloadBytes;
    return halves;
  }

  #part(builder: Builder, from: number): PendingBatch {
    const part = new PendingBatch(this.queue, builder, this.ordinal + from, this.openedAt, this.#pool);
    part.#times.set(this.#times.subarray(2 * from, 2 * (from + builder.count)));
    part.sequence = this.sequence < 0 ? -1 : (this.sequence + from) & SEQUENCE_MASK;
    part.epoch = this.epoch;
    part.closed = true;
    part.compressionMs = this.compressionMs;
    part.firstSentAt = this.firstSentAt;
    part.lastCode = this.lastCode;
    part.watched = this.watched;
    return part;
  }

  /** Remembers the times of the record that was just added. */
  stamp(dueAt: number, madeAt: number): void {
    const at = 2 * (this.builder.count - 1);
    if (at >= this.#times.length) {
      const longer = this.#pool.take(this.#times.length * 2);
      longer.set(this.#times);
      this.#pool.give(this.#times);
      this.#times = longer;
    }
    this.#times[at + DUE] = dueAt;
    this.#times[at + MADE] = madeAt;
  }

  /** Its times have been told, and nobody asks for them any more. */
  forgetTimes(): void {
    this.#pool.give(this.#times);
    this.#times = NONE;
  }

  dueAt(record: number): number {
    return this.#times[2 * record + DUE]!;
  }

  madeAt(record: number): number {
    return this.#times[2 * record + MADE]!;
  }
}
