/** Whether a run kept its profiles' promises: the exit code, and why in words. */
import { settledOf } from './tally.js';
import type { Fate, LiveSnapshot, ProfileSettings, ProfileSnapshot, VerifyResult } from './types.js';

/** Every way in which one profile's records fell short of its promise, a sentence each. None: all is well. */
export function shortcomings({ profile }: LiveSnapshot): string[] {
  return profileShortcomings(profile, 'this is a bug in eventmill');
}

/** The same of a profile alone; `unsettled` says what records without a fate mean. */
export function profileShortcomings(profile: ProfileSnapshot, unsettled: string): string[] {
  const { settings } = profile;
  const found: string[] = [];
  const settled = settledOf(profile);
  if (settled !== profile.due) {
    found.push(`the sums do not match: ${profile.due} due, ${settled} with a fate; ${unsettled}`);
  }
  if (profile.failed > 0) found.push(`${records(profile.failed)} failed${causes(profile, 'failed')}`);
  if (profile.expired > 0) found.push(`${records(profile.expired)} expired${causes(profile, 'expired')}`);
  if (profile.dropped > 0 && settings.whenFull !== 'drop')
    found.push(`${records(profile.dropped)} dropped${causes(profile, 'dropped')}`);
  const givenUp = profile.records - profile.acked;
  if (givenUp > 0 && settings.acks !== 0) {
    found.push(`${records(givenUp)} given up while under way`);
  }
  return [...found, ...verifyShortcomings(profile.verify, settings)].map(
    (text) => `${profile.name}: ${text}`,
  );
}

/** Every profile whose events are not those that were expected. */
export function digestMismatches(profiles: readonly LiveSnapshot[], expected: string | undefined): string[] {
  if (expected === undefined) return [];
  return profiles.flatMap(({ profile: { name, digest } }) =>
    digest?.all === expected
      ? []
      : [
          `${name}: expected the digest ${expected}, got ${digest?.all ?? 'none'}: these are other events, or another number of them`,
        ],
  );
}

/** Without acknowledgements a loss is told but was never promised against; duplicates are only ruled out by idempotence. */
export function verifyShortcomings(
  verify: VerifyResult | undefined,
  settings: Pick<ProfileSettings, 'acks' | 'idempotent'>,
): string[] {
  if (verify === undefined) return [];
  const found: string[] = [];
  if (verify.lost > 0 && settings.acks !== 0) found.push(`verify found ${records(verify.lost)} lost`);
  if (verify.unread !== undefined) found.push(`${records(verify.unread)} could not be read back`);
  if (verify.duplicated > 0 && settings.idempotent)
    found.push(`verify found ${records(verify.duplicated)} twice`);
  if (verify.reordered > 0) found.push(`verify found ${records(verify.reordered)} out of order`);
  if (verify.misplaced !== undefined)
    found.push(`verify found ${records(verify.misplaced)} outside of the partition of their key`);
  if (verify.corrupted > 0)
    found.push(`verify found ${records(verify.corrupted)} changed: not what the seed makes`);
  return found;
}

function causes({ errorsByFate }: ProfileSnapshot, fate: Fate): string {
  const named = Object.entries(errorsByFate[fate] ?? {}).map(([code, count]) => `${code} ${count}`);
  return named.length === 0 ? '' : ` (${named.join(', ')})`;
}

/** Without groups of thousands, as programs read these lines, too. */
function records(count: number): string {
  return `${count} ${count === 1 ? 'record' : 'records'}`;
}
