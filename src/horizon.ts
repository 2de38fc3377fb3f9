/** Several paces together: whose event is due first, and when a number of events will have been due. */
import type { Pace } from './pace.js';

/** The one whose next event is due first. */
export function earliest<T extends { readonly pace: Pace }>(sources: readonly T[]): T {
  let first = sources[0]!;
  if (sources.length === 1) return first;
  let firstDue = first.pace.nextDueAt();
  for (let i = 1; i < sources.length; i++) {
    const due = sources[i]!.pace.nextDueAt();
    if (due < firstDue) {
      first = sources[i]!;
      firstDue = due;
    }
  }
  return first;
}

/** Ten years: what is not reached by then is not planned. */
const DECADE_MS = 3.2e11;

/** Epoch ms, to a millisecond; Infinity for paces without a plan, or that never get there. */
export function whenDue(count: number, paces: readonly Pace[], startAt: number): number {
  const reaches = (time: number) =>
    paces.reduce((sum, pace) => sum + (pace.surelyDueBy?.(time) ?? pace.dueBy(time)), 0) >= count;
  let low = startAt;
  let high = low + 1000;
  while (!reaches(high)) {
    if (high - startAt > DECADE_MS) return Number.POSITIVE_INFINITY;
    high = startAt + (high - startAt) * 2;
  }
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}
