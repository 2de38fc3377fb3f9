/** Keeps the delivery deadline of every batch that waits or is under way, with one timer for the oldest. */
import type { PendingBatch } from './batch.js';
import type { Clock, Timer } from './types.js';

export class Deadlines {
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #expire: (batch: PendingBatch) => void;
  /** Oldest first; settled ones are dropped when they get to the front. */
  #batches: PendingBatch[] = [];
  #timer: Timer | null = null;

  /** `expire` is called for each batch that has no fate `timeoutMs` after it was opened. */
  constructor(timeoutMs: number, clock: Clock, expire: (batch: PendingBatch) => void) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Watching twice is watching once. */
  watch(batch: PendingBatch): void {
    if (batch.watched) return;
    batch.watched = true;
    this.#batches.push(batch);
    if (this.#timer === null) this.#wait();
  }

  /** Watches nothing any more; returns what it watched. */
  clear(): readonly PendingBatch[] {
    const batches = this.#batches;
    this.#batches = [];
    this.close();
    return batches;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #wait(): void {
    while (this.#batches.length > 0 && this.#batches[0]!.fate !== null) this.#batches.shift();
    const first = this.#batches[0];
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
    while (this.#batches.length > 0) {
      const batch = this.#batches[0]!;
      if (batch.fate === null && batch.openedAt > limit) return;
      this.#batches.shift();
      if (batch.fate === null) this.#expire(batch);
    }
  }
}
