/** Keeps the delivery deadline of every batch that waits or is under way, with one timer for the oldest. */
import type { PendingBatch } from './batch.js';
import type { Clock, Timer } from './types.js';

export class Deadlines {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #expire: (batch: PendingBatch) => void;
  /** Those without a fate, in the order in which they came. */
  readonly #batches = new Set<PendingBatch>();
  #timer: Timer | null = null;

  /** `expire` is called for each batch that has no fate `timeoutMs` after it was opened. */
  constructor(timeoutMs: number, clock: Clock, expire: (batch: PendingBatch) => void) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#expire = expire;
  }

  get size(): number {
    return this.#batches.size;
  }

  /** Watching twice is watching once. */
  watch(batch: PendingBatch): void {
    if (batch.watched) return;
    batch.watched = true;
    this.#batches.add(batch);
    if (this.#timer === null) this.#wait();
  }

  /** It has its fate. */
  forget(batch: PendingBatch): void {
    this.#batches.delete(batch);
  }

  /** Watches others in its place, with the deadline that it had; they come where it came, which a set cannot do by itself. */
  replace(batch: PendingBatch, by: readonly PendingBatch[]): void {
    const all = [...this.#batches];
    this.#batches.clear();
    for (const each of all) {
      if (each !== batch) this.#batches.add(each);
      else for (const other of by) this.#batches.add(other);
    }
  }

  /** Watches nothing any more; returns what it watched. */
  clear(): readonly PendingBatch[] {
    const batches = [...this.#batches];
    this.#batches.clear();
    this.close();
    return batches;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #wait(): void {
    const [first] = this.#batches;
    if (first === undefined) return;
    const wait = first.openedAt + this.#timeoutMs - this.#clock.now();
    this.#timer = this.#clock.after(Math.max(1, wait), () => {
      this.#timer = null;
      this.#expireOld();
      if (this.#timer === null) this.#wait();
    });
  }

  #expireOld(): void {
    const limit = this.#clock.now() - this.#timeoutMs;
    for (const batch of this.#batches) {
      if (batch.openedAt > limit) return;
      this.#batches.delete(batch);
      this.#expire(batch);
    }
  }
}
