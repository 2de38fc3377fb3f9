/** The order of trials: A B C, B C A, C A B, …, so that nobody always comes first, or always behind the same one. */
import { isWorthAnother } from './closing.js';
import type { Trial } from './types.js';

/** A trial to be made. */
export interface Slot {
  readonly candidate: string;
  /** All from 1. */
  readonly round: number;
  readonly position: number;
  readonly attempt: number;
}

/** A closed-out trial is made anew once. */
const ATTEMPTS_MAX = 2;

/** The names as they come in a round, from 1. */
export function rotated<T>(names: readonly T[], round: number): T[] {
  const start = (round - 1) % names.length;
  return [...names.slice(start), ...names.slice(0, start)];
}

/**
 * What to make next, given what was made; undefined at the end. A round's closed-out trials are made anew at its end,
 * so that each stays next to those it is held against.
 */
export function nextSlot(
  candidates: readonly string[],
  rounds: number,
  made: readonly Trial[],
): Slot | undefined {
  for (let round = 1; round <= rounds; round++) {
    const here = made.filter((trial) => trial.round === round);
    const order = rotated(candidates, round);
    const missing = order.find((name) => !here.some((trial) => trial.candidate === name));
    if (missing !== undefined)
      return { candidate: missing, round, position: order.indexOf(missing) + 1, attempt: 1 };
    for (const candidate of order) {
      const last = here.findLast((trial) => trial.candidate === candidate)!;
      if (isDueAgain(last)) return { candidate, round, position: here.length + 1, attempt: last.attempt + 1 };
    }
  }
  return undefined;
}

/** Whose trials are still to be made, as far as is known: one that is made anew counts from when that is decided. */
export function trialsLeft(candidates: readonly string[], rounds: number, made: readonly Trial[]): string[] {
  const last = new Map(made.map((trial) => [`${trial.round} ${trial.candidate}`, trial]));
  const left: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const candidate of candidates) {
      const trial = last.get(`${round} ${candidate}`);
      if (trial === undefined || isDueAgain(trial)) left.push(candidate);
    }
  }
  return left;
}

function isDueAgain({ attempt, closedOut }: Trial): boolean {
  return attempt < ATTEMPTS_MAX && isWorthAnother(closedOut);
}
