/** How long trials will take that end after so many records or bytes: a second of each candidate tells how fast it is. */
import type { Design } from '../../../compare/types.js';
import type { Limits } from '../../../types.js';
import type { Watched } from './child.js';

/** Of making records; starting up and reading back come on top. */
export const GAUGE_MS = 1000;
/** Reading back takes about half as long as writing did. */
export const READ_BACK_SHARE = 0.5;

export interface Gauged {
  readonly watched: Watched;
  /** From the start of its process until its topics were gone. */
  readonly wallSeconds: number;
}

/** About, and without trials made anew: a start is slower than what follows, and a warm-up has topics of its own. Null where a candidate sent nothing. */
export function secondsFrom(gauged: readonly Gauged[], { trials, warmupMs, limits }: Design): number | null {
  let sum = 0;
  for (const { watched, wallSeconds } of gauged) {
    const { profile } = watched.outcome.live;
    const lasts = profile.seconds * shareLeft(profile, limits);
    if (!Number.isFinite(lasts)) return null;
    const beside = Math.max(0, wallSeconds - profile.seconds);
    // Its own records were read back within `beside`.
    sum += beside + lasts + READ_BACK_SHARE * Math.max(0, lasts - profile.seconds) + warmupMs / 1000;
  }
  return Math.round(sum * trials);
}

/** So many times as long as the gauge a trial takes, by the limit that it meets first. */
function shareLeft({ due, bytes }: { readonly due: number; readonly bytes: number }, limits: Limits): number {
  const { count = Number.POSITIVE_INFINITY, bytes: size = Number.POSITIVE_INFINITY } = limits;
  return Math.min(count / due, size / bytes);
}
