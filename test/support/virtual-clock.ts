/** Time that passes only when a test says so. */
import { setImmediate } from 'node:timers/promises';
import type { Clock, Timer } from '../../src/types.js';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #due: Due[] = [];

  constructor(startAt = 1_700_000_000_000) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    const due: Due = { at: this.#now + Math.max(0, ms), order: this.#order++, run, cancelled: false };
    this.#due.push(due);
    return {
      cancel: () => {
        due.cancelled = true;
        const at = this.#due.indexOf(due);
        if (at >= 0) this.#due.splice(at, 1);
      },
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  async yield(): Promise<void> {
    await settle();
  }

  /** Timers that are still set. */
  get pending(): number {
    return this.#due.filter((due) => !due.cancelled).length;
  }

  /** Lets time pass, running each timer at its moment, with all that follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#due
        .filter((due) => !due.cancelled && due.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets promises that are already resolved have their effect, however long the chain. */
export const settle = (): Promise<void> => setImmediate();
