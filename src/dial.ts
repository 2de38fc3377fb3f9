/**
 * A factor on every rate of a run, turned by hand while it goes on: 1 as configured, 0 paused. What is due stays an
 * integral: each turn counts from its own moment on, and what was due before it stays due when it was.
 */
import type { Rate } from './types.js';

interface Turn {
  /** Epoch ms. */
  readonly at: number;
  readonly factor: number;
}

export class Dial {
  readonly #turns: Turn[] = [];
  readonly #listeners = new Set<(at: number) => void>();

  /** In the order in which they came. */
  get turns(): readonly Turn[] {
    return this.#turns;
  }

  get factor(): number {
    return this.#turns.at(-1)?.factor ?? 1;
  }

  /** Epoch ms; 0 while nobody has touched it. */
  get turnedAt(): number {
    return this.#turns.at(-1)?.at ?? 0;
  }

  /** `at`, epoch ms, must not lie before the last turn's. */
  turn(factor: number, at: number): void {
    this.#turns.push({ factor, at });
    for (const listener of this.#listeners) listener(at);
  }

  /** Whether an event that is due too late or never, as it stands, may be due in time after another turn. Nobody waits for a hand that has not been seen. */
  mayBring(due: number): boolean {
    return this.#turns.length > 0 && (due < Number.POSITIVE_INFINITY || this.factor === 0);
  }

  /** Tells of each turn to come; the function returned ends that. */
  onTurn(listener: (at: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The time from one turn to the next. */
interface Stretch {
  /** Whole milliseconds from the start, so that a pace's cells lie in one stretch each. */
  readonly from: number;
  /** What was due by then, and what the rate alone would have had due. */
  readonly count: number;
  readonly base: number;
  readonly factor: number;
}

/** A rate with a dial on it. */
export class DialledRate implements Rate {
  readonly #rate: Rate;
  readonly #dial: Dial;
  readonly #startAt: number;
  readonly #stretches: Stretch[] = [{ from: 0, count: 0, base: 0, factor: 1 }];

  constructor(rate: Rate, dial: Dial, startAt: number) {
    this.#rate = rate;
    this.#dial = dial;
    this.#startAt = startAt;
  }

  countBy(elapsedMs: number): number {
    const { count, base, factor } = this.#stretchAt(elapsedMs);
    return count + factor * (this.#rate.countBy(elapsedMs) - base);
  }

  perSecondAt(elapsedMs: number): number {
    return this.#stretchAt(elapsedMs).factor * this.#rate.perSecondAt(elapsedMs);
  }

  #stretchAt(elapsedMs: number): Stretch {
    const stretches = this.#stretches;
    const { turns } = this.#dial;
    while (stretches.length <= turns.length) {
      const { at, factor } = turns[stretches.length - 1]!;
      const from = fromOf(at, this.#startAt);
      const before = stretches.at(-1)!;
      const base = this.#rate.countBy(from);
      stretches.push({ from, base, factor, count: before.count + before.factor * (base - before.base) });
    }
    let last = stretches.length - 1;
    while (last > 0 && stretches[last]!.from > elapsedMs) last--;
    return stretches[last]!;
  }

  /** The first time (ms from the start) at which the count is `wanted`, for a rate of one per ms; Infinity while it is paused before that. */
  whenCount(wanted: number): number {
    this.#stretchAt(0);
    const stretches = this.#stretches;
    let last = stretches.length - 1;
    while (last > 0 && stretches[last]!.count > wanted) last--;
    const { from, count, factor } = stretches[last]!;
    return factor === 0 ? Number.POSITIVE_INFINITY : from + (wanted - count) / factor;
  }
}

/** When a turn begins to count: the next whole millisecond of a pace that began at `startAt`. */
export function fromOf(turnAt: number, startAt: number): number {
  return Math.max(0, Math.ceil(turnAt - startAt));
}
