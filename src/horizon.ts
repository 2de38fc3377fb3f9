/** Several paces together: whose event is due first, what they ask for, and when a number of events will have been due. */
import type { Pace } from './pace.js';
import type { Source } from './source.js';
import type { ProfileSnapshot } from './types.js';

export interface PacedSource {
  readonly source: Source;
  readonly pace: Pace;
}

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

/** Events per second that all of them ask for at a time. */
export function askedFor(sources: readonly { readonly pace: Pace }[], at: number): number {
  return sources.reduce((sum, { pace }) => sum + pace.perSecondAt(at), 0);
}

/** How far those have come that began in the past; undefined where none did. */
export function backfillsOf(sources: readonly PacedSource[]): ProfileSnapshot['backfill'] {
  const begun = sources.flatMap(({ source, pace }) => {
    const backfill = pace.backfill?.();
    return backfill === undefined ? [] : [[source.name, backfill] as const];
  });
  return begun.length === 0 ? undefined : Object.fromEntries(begun);
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

/** How many events of each were due by `end` and have not passed, at most `left` of all together. */
export function* overdue<T extends { readonly count: number }>(
  sources: readonly { readonly source: T; readonly pace: Pace }[],
  end: number,
  left: number,
): Generator<{ readonly source: T; readonly count: number }> {
  for (const { source, pace } of sources) {
    const count = Math.min(left, pace.dueBy(end) - source.count);
    if (count <= 0) continue;
    left -= count;
    yield { source, count };
  }
}
