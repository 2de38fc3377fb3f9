/** A batch on its way: records for one topic-partition with the times that latency is measured from. */
import type { PartitionQueue } from './accumulator.js';
import type { Batch, Builder, Fate } from './types.js';

/** Which time of a record: when it should have left, and when it was made. */
const DUE = 0;
const MADE = 1;

export class PendingBatch implements Batch {
  readonly queue: PartitionQueue;
  readonly builder: Builder;
  /** Its place in its partition's order. */
  readonly ordinal: number;
  /** When its first record was made: what linger and the delivery deadline count from. */
  readonly openedAt: number;
  sequence = -1;
  epoch = 0;
  /** Keys, values and headers as made. */
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
  /** Its deadline is being kept. */
  watched = false;
  lastCode = 'NONE';
  fate: Fate | null = null;
  /** What it counts for in the buffer's memory. */
  heldBytes = 0;
  /** Two numbers a record: due and made, epoch ms. */
  #times: Float64Array;

  constructor(queue: PartitionQueue, builder: Builder, ordinal: number, now: number) {
    this.queue = queue;
    this.builder = builder;
    this.ordinal = ordinal;
    this.openedAt = now;
    this.#times = new Float64Array(2 * queue.recordsHint);
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

  /** Remembers the times of the record that was just added. */
  stamp(dueAt: number, madeAt: number): void {
    const at = 2 * (this.builder.count - 1);
    if (at >= this.#times.length) {
      const longer = new Float64Array(this.#times.length * 2);
      longer.set(this.#times);
      this.#times = longer;
      this.queue.recordsHint = longer.length / 2;
    }
    this.#times[at + DUE] = dueAt;
    this.#times[at + MADE] = madeAt;
  }

  dueAt(record: number): number {
    return this.#times[2 * record + DUE]!;
  }

  madeAt(record: number): number {
    return this.#times[2 * record + MADE]!;
  }
}
