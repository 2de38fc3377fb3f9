/**
 * What a hand may change while a run goes on: the rate, and what the sandbox does wrong. Every change is kept, so that
 * nobody takes the figures for those of a run that was left alone.
 */
import { Dial } from './dial.js';
import { EventmillError } from './errors.js';
import type { Change, Clock } from './types.js';

/** A run with more changes than this is a film; its summary would be one long list of them. */
const CHANGES_MAX = 1000;
export const FACTOR_MAX = 100;

/** Whoever can be told to go wrong. Rejects with an EventmillError (CONFIG) for specs that cannot be. */
export interface Faulty {
  setFaults(specs: readonly string[]): Promise<void>;
  /** How long these go on after they were set, ms; Infinity, and without it, until others take their place. */
  lastMs?(specs: readonly string[]): Promise<number>;
}

export class Controls {
  readonly dial = new Dial();
  readonly #changes: Change[] = [];
  readonly #clock: Clock;
  readonly #startedAt: number;
  #faulty: Faulty | null = null;
  #faults: readonly string[] = [];
  /** When these are over; epoch ms. */
  #faultsUntil = Number.POSITIVE_INFINITY;

  /** `startedAt` is epoch ms; times of changes count from it. */
  constructor(clock: Clock, startedAt: number) {
    this.#clock = clock;
    this.#startedAt = startedAt;
  }

  /** A sandbox of the run's own has been started with these faults. */
  async took(faulty: Faulty, faults: readonly string[]): Promise<void> {
    this.#faulty = faulty;
    await this.#began(faults);
  }

  async #began(faults: readonly string[]): Promise<void> {
    this.#faults = [...faults];
    const lastMs = (await this.#faulty?.lastMs?.(faults)) ?? Number.POSITIVE_INFINITY;
    this.#faultsUntil = this.#clock.now() + lastMs;
  }

  /** Times of faults count from now on: what was set before has not begun until now. */
  async cued(): Promise<void> {
    if (this.#faulty !== null) await this.#began(this.#faults);
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** 1 as configured, 0 paused. */
  get rateFactor(): number {
    return this.dial.factor;
  }

  /** In force now, none once all are over by the clock; null without a sandbox. */
  get faults(): readonly string[] | null {
    if (this.#faulty === null) return null;
    return this.#clock.now() >= this.#faultsUntil ? [] : this.#faults;
  }

  /** Makes every rate `factor` times what is configured, from now on. Throws an EventmillError (CONFIG) for a factor that cannot be. */
  turnRate(factor: number): void {
    if (!(factor >= 0 && factor <= FACTOR_MAX))
      throw new EventmillError(
        'CONFIG',
        `rateFactor: expected a number from 0 to ${FACTOR_MAX}, got ${factor}`,
      );
    if (factor === this.rateFactor) return;
    this.#checkRoom();
    this.dial.turn(factor, this.#clock.now());
    this.#changes.push({ atSeconds: this.#elapsed, rateFactor: factor });
  }

  /** Replaces all faults of the sandbox, those of the workload too; none: back to normal. Rejects with an EventmillError (CONFIG). */
  async setFaults(specs: readonly string[]): Promise<void> {
    if (this.#faulty === null) {
      const text =
        'faults: expected a run into the sandbox, got real brokers or none; leave --brokers out to try them';
      throw new EventmillError('CONFIG', text);
    }
    this.#checkRoom();
    await this.#faulty.setFaults(specs);
    await this.#began(specs);
    this.#changes.push({ atSeconds: this.#elapsed, faults: this.#faults });
  }

  #checkRoom(): void {
    if (this.#changes.length < CHANGES_MAX) return;
    const text = `expected at most ${CHANGES_MAX} changes in one run, got one more; start a new run`;
    throw new EventmillError('CONFIG', text);
  }

  get #elapsed(): number {
    return (this.#clock.now() - this.#startedAt) / 1000;
  }
}
