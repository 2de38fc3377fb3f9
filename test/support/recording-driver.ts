/** A driver that stores nothing and tells everything: each attempt waits for the test to answer it. */
import type { Batch, Builder, Driver, Entry, Outcome } from '../../src/types.js';

export const OK: Outcome = { code: 'NONE', retriable: false, offset: 0 };
export const retriable = (code: string): Outcome => ({ code, retriable: true, offset: -1 });
export const final = (code: string): Outcome => ({ code, retriable: false, offset: -1 });

/** Counts ten bytes a record, and takes as many as it is told. */
class CountingBuilder implements Builder {
  count = 0;
  released = false;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get bytes(): number {
    return this.count * 10;
  }

  add(_entry: Entry): number {
    if (this.count >= this.#most) return -1;
    this.count++;
    return 10;
  }

  close(): undefined {
    return undefined;
  }

  split(): readonly [Builder, Builder] {
    const halves = [new CountingBuilder(this.#most), new CountingBuilder(this.#most)] as const;
    halves[0].count = Math.ceil(this.count / 2);
    halves[1].count = this.count - halves[0].count;
    this.release();
    return halves;
  }

  release(): void {
    if (this.released) throw new Error('released twice');
    this.released = true;
  }
}

export interface Attempt {
  readonly leader: number;
  readonly batches: readonly Batch[];
  /** `topic/partition@sequence×count` of each batch. */
  readonly text: string;
  answer(...outcomes: Outcome[]): void;
}

export class RecordingDriver implements Driver {
  readonly ordered: boolean;
  wireBytes = 0;
  requests = 0;
  refreshes = 0;
  blocked = false;
  /** Attempts that wait for an answer, oldest first. */
  readonly attempts: Attempt[] = [];
  /** All there ever were. */
  readonly history: string[] = [];
  readonly #partitions: number;
  readonly #leaders: number;
  readonly #recordsPerBatch: number;

  constructor(
    options: { partitions?: number; leaders?: number; recordsPerBatch?: number; ordered?: boolean } = {},
  ) {
    this.#partitions = options.partitions ?? 2;
    this.#leaders = options.leaders ?? 1;
    this.#recordsPerBatch = options.recordsPerBatch ?? 3;
    this.ordered = options.ordered ?? true;
  }

  async connect(): Promise<void> {}

  partitionCount(): number {
    return this.#partitions;
  }

  leaderOf(_topic: string, partition: number): number {
    return partition % this.#leaders;
  }

  openBatch(): Builder {
    return new CountingBuilder(this.#recordsPerBatch);
  }

  send(leader: number, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    this.requests++;
    const text = batches.map((b) => `${b.topic}/${b.partition}@${b.sequence}×${b.count}`).join(' ');
    this.history.push(text);
    return new Promise((resolve) => {
      const attempt: Attempt = {
        leader,
        batches,
        text,
        answer: (...outcomes) => {
          this.attempts.splice(this.attempts.indexOf(attempt), 1);
          resolve(batches.map((_, i) => outcomes[i] ?? outcomes[outcomes.length - 1] ?? OK));
        },
      };
      this.attempts.push(attempt);
    });
  }

  async refresh(): Promise<void> {
    this.refreshes++;
  }

  congested(): boolean {
    return this.blocked;
  }

  async close(): Promise<void> {}
}
