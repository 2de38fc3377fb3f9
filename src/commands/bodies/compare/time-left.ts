/** The time that is left: by what the trials of each candidate have taken, and what was planned for those still without one. */
import type { Candidate } from '../../../compare/types.js';
import type { TrialSeconds } from './gauge.js';

type Name = Candidate['name'];

export class TimeLeft {
  #planned: TrialSeconds = new Map();
  readonly #taken = new Map<Name, number[]>();

  plan(seconds: TrialSeconds): void {
    this.#planned = seconds;
  }

  /** A trial took so long, with all that belongs to it. */
  took(candidate: Name, seconds: number): void {
    const before = this.#taken.get(candidate);
    if (before === undefined) this.#taken.set(candidate, [seconds]);
    else before.push(seconds);
  }

  /** Seconds for a trial of each of these; null where nobody knows. */
  for(candidates: readonly Name[]): number | null {
    let sum = 0;
    for (const candidate of candidates) {
      const seconds = this.#expected(candidate);
      if (seconds === null) return null;
      sum += seconds;
    }
    return sum;
  }

  #expected(candidate: Name): number | null {
    const own = this.#taken.get(candidate);
    if (own !== undefined) return mean(own);
    const planned = this.#planned.get(candidate);
    if (planned !== undefined) return planned * this.#error();
    const all = [...this.#taken.values()].map(mean);
    return all.length === 0 ? null : mean(all);
  }

  /** How many times as long as planned those took that were made. */
  #error(): number {
    let taken = 0;
    let planned = 0;
    for (const [candidate, seconds] of this.#taken) {
      const expected = this.#planned.get(candidate);
      if (expected === undefined) continue;
      taken += mean(seconds);
      planned += expected;
    }
    return planned === 0 ? 1 : taken / planned;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
