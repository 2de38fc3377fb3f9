import type { Clock } from '../types.js';
import type { Log } from './log.js';
import type { Memory } from './memory.js';

/** The reader has fetched nothing for so long while others wait for it: it has gone, or does not care. */
const STALL_MS = 20_000;
/** Nothing tells when an answer that is still being sent lets go of its memory, so that is looked at again. */
const LOOK_MS = 20;

/** Keeps what one reader has not fetched yet, and has Produce wait for it when the memory is full. */
export class Hold {
  waits = 0;
  /** How often waiting was in vain. */
  stalls = 0;
  readonly #pattern: string;
  readonly #clock: Clock;
  readonly #memory: Memory;
  /** Up to where the reader has come; logs that it has not begun with are held whole. */
  readonly #fetched = new WeakMap<Log, number>();
  #progressAt: number;
  #givenUp = false;

  constructor(pattern: string, clock: Clock, memory: Memory) {
    this.#pattern = pattern;
    this.#clock = clock;
    this.#memory = memory;
    this.#progressAt = clock.now();
  }

  isFor(clientId: string): boolean {
    const { length } = this.#pattern;
    return this.#pattern.endsWith('*')
      ? clientId.startsWith(this.#pattern.slice(0, length - 1))
      : clientId === this.#pattern;
  }

  /** The reader asks for what follows `offset`, so it has what comes before. */
  fetched(log: Log, offset: number): void {
    if (offset !== this.#fetched.get(log)) {
      this.#progressAt = this.#clock.now();
      this.#givenUp = false;
    }
    this.#fetched.set(log, offset);
  }

  /** Whether nobody needs the records of a log before `offset` any more. */
  letsGo(log: Log, offset: number): boolean {
    return this.#givenUp || offset <= (this.#fetched.get(log) ?? 0);
  }

  /** Resolves when there is room for so many bytes; undefined if there is room now. */
  room(bytes: number): Promise<void> | undefined {
    return this.#memory.hasRoom(bytes) ? undefined : this.#wait(bytes);
  }

  async #wait(bytes: number): Promise<void> {
    this.waits++;
    this.#progressAt = Math.max(this.#progressAt, this.#clock.now() - STALL_MS / 2);
    while (!this.#memory.hasRoom(bytes)) {
      if (this.#clock.now() - this.#progressAt > STALL_MS) {
        this.stalls++;
        this.#givenUp = true;
        return;
      }
      await this.#clock.sleep(LOOK_MS);
    }
  }
}
