/**
 * The counts of a run, written to a file every few milliseconds: what a process said of itself last, for whoever
 * outlives it. A write that has returned is in the hands of the system, and stays when the process is killed.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Clock, Timer } from './types.js';

/** One profile's counts. */
export interface ProfileCounts {
  readonly name: string;
  /** Where its records go. */
  readonly topics: readonly string[];
  /** Records made so far, whatever became of them. */
  readonly made: number;
  readonly acked: number;
  /** Written without asking for an acknowledgement. */
  readonly written: number;
  /** Made, and without a fate yet. */
  readonly pending: number;
}

export interface Beat {
  /** Epoch ms. */
  readonly at: number;
  readonly profiles: readonly ProfileCounts[];
}

const EVERY_MS = 1;

export class Pulse {
  readonly #file: number;
  readonly #clock: Clock;
  readonly #counts: () => readonly ProfileCounts[];
  #timer: Timer;
  #longest = 0;

  /** Throws Node's own error if the file cannot be written. */
  constructor(path: string, clock: Clock, counts: () => readonly ProfileCounts[]) {
    this.#file = openSync(path, 'w');
    this.#clock = clock;
    this.#counts = counts;
    const beat = () => {
      this.#beat();
      this.#timer = clock.after(EVERY_MS, beat);
    };
    this.#timer = clock.after(0, beat);
  }

  #beat(): void {
    const beat: Beat = { at: this.#clock.now(), profiles: this.#counts() };
    // Blanks cover what is left of a longer one.
    const text = JSON.stringify(beat).padEnd(this.#longest);
    this.#longest = text.length;
    writeSync(this.#file, text, 0);
  }

  /** Beats for the last time. */
  close(): void {
    this.#timer.cancel();
    this.#beat();
    closeSync(this.#file);
  }
}

/** The last beat in a file; undefined while there is none, or one is being written. */
export function readBeat(path: string): Beat | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Beat;
  } catch {
    return undefined;
  }
}
