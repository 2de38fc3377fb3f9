/** Where snapshots of a run are left for others: one at a time, the last one for certain. */
import type { Snapshot } from './types.js';

export class Outlet {
  readonly #write: (snapshot: Snapshot) => Promise<void>;
  #writing: Promise<void> | undefined;

  /** `write` is not called again before it has settled; it rejects with a sentence for people. */
  constructor(write: (snapshot: Snapshot) => Promise<void>) {
    this.#write = write;
  }

  /** Writes a snapshot unless a write is still under way: there will be another. Rejects if `write` does. */
  async update(snapshot: Snapshot): Promise<void> {
    if (this.#writing !== undefined) return;
    await this.#begin(snapshot);
  }

  /** Writes a snapshot for certain, behind any write under way. */
  async finish(snapshot: Snapshot): Promise<void> {
    await this.#writing?.catch(() => {});
    await this.#begin(snapshot);
  }

  async #begin(snapshot: Snapshot): Promise<void> {
    const writing = this.#write(snapshot);
    this.#writing = writing;
    try {
      await writing;
    } finally {
      this.#writing = undefined;
    }
  }
}
