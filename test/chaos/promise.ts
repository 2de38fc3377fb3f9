/** What each end of a run promises, and whether it was kept. */
import type { ProfileSnapshot, VerifyResult } from '../../src/types.js';
import type { Scenario } from './scenarios.js';

/** `deliveryTimeoutMs` where the broker is gone for good. */
export const GIVE_UP_MS = 5000;
/** Beyond it and the time in which records are made, nobody has to wait longer. */
const GRACE_MS = 10_000;

export interface Outcome {
  readonly exit: number | string;
  /** From the first acknowledgement to the end. */
  readonly seconds: number;
  /** Whether a profile that does not promise to deliver everything takes part, so that the run may end with 1. */
  readonly mayFail: boolean;
  /** How long records were made, ms. */
  readonly durationMs: number;
  /** How many records the broker itself says that it has; asked where it is up in the end. */
  readonly stored: number;
}

/** Every way in which one profile fell short of what is promised for such an end. None: all is well. */
export function shortcomings(
  end: Scenario['end'],
  profile: ProfileSnapshot,
  { exit, seconds, mayFail, durationMs, stored }: Outcome,
): string[] {
  const wrong: string[] = [];
  const { due, acked, failed, expired, dropped, unacknowledged, settings, verify } = profile;
  const sum = acked + failed + expired + dropped + unacknowledged;
  if (sum !== due) wrong.push(`${due} due, ${sum} accounted for`);
  const expectedExit = { survives: 0, told: 1, flushed: 130, killed: 'SIGKILL' }[end];
  if (exit !== expectedExit && !(end === 'survives' && mayFail && exit === 1))
    wrong.push(`exit ${exit}, expected ${expectedExit}`);
  if (end === 'told') {
    const limit = (durationMs + GIVE_UP_MS + GRACE_MS) / 1000;
    if (seconds > limit) wrong.push(`it took ${seconds.toFixed(1)} s to say so, expected ${limit} at most`);
    return wrong;
  }
  if (verify === undefined) return [...wrong, 'nothing was read back'];
  const { lost, duplicated, reordered, corrupted } = verify;
  wrong.push(...miscounted(end, profile, verify, stored));
  if (corrupted > 0) wrong.push(`${corrupted} corrupted`);
  if (end === 'survives' && !settings.idempotent) return wrong;
  // The broker was well while eventmill was ended: what it had claimed has to be there, whatever the profile.
  if (lost > 0 || duplicated > 0 || reordered > 0)
    wrong.push('0 lost, 0 duplicated, 0 reordered are promised');
  if (end !== 'killed' && acked + (settings.acks === 0 ? unacknowledged : 0) !== due) {
    wrong.push(`${due} due, ${acked} acknowledged`);
  }
  return wrong;
}

/** What verify counted, held against the broker's own count: each record that is there is one due, or an extra copy. */
function miscounted(
  end: Scenario['end'],
  { due, acked, records, settings }: ProfileSnapshot,
  { lost, duplicated, read }: VerifyResult,
  stored: number,
): string[] {
  // After a kill there is more than was claimed.
  if (end === 'killed') return stored >= read ? [] : [`${read} read, ${stored} at the broker`];
  // Of records that were given up nobody knows how many were written.
  if ((settings.acks === 0 ? records : acked) !== due) return [];
  if (stored === due - lost + duplicated) return [];
  return [`${due} due - ${lost} lost + ${duplicated} duplicated, but ${stored} at the broker`];
}
