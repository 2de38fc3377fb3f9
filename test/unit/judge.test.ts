import { expect, it } from 'vitest';
import { profileShortcomings } from '../../src/judge.js';
import { mergeProfiles } from '../../src/merge.js';
import { portrait } from '../../src/portrait.js';
import { Tally } from '../../src/tally.js';
import type { Fate, ProfileSnapshot } from '../../src/types.js';
import { profileSnapshot } from '../support/snapshots.js';

const { name, settings } = profileSnapshot().profile;

/** A profile whose records all met their fates before they were in a batch. */
function of(...met: readonly (readonly [Fate, string])[]): ProfileSnapshot {
  const tally = new Tally();
  for (const [fate, code] of met) tally.rejected(tally.topic('t', 1), fate, code);
  return portrait({
    profile: { name, doc: '', settings },
    tally,
    due: met.length,
    over: true,
    now: 0,
    wireBytes: 0,
    requests: 0,
    bufferBytes: 0,
    inFlightRequests: 0,
    targetRecordsPerSecond: 0,
    cpuSeconds: 0,
    cpuShared: 1,
    limitedBy: 'rate',
    verify: undefined,
  }).profile;
}

const one = of(['dropped', 'BUFFER_FULL'], ['expired', 'DELIVERY_TIMEOUT'], ['failed', 'NETWORK_EXCEPTION']);
const other = of(['expired', 'DELIVERY_TIMEOUT'], ['expired', 'NETWORK_EXCEPTION']);

it('names beside each fate the causes of that fate alone', () => {
  expect(profileShortcomings(one, '')).toEqual([
    `${name}: 1 record failed (NETWORK_EXCEPTION 1)`,
    `${name}: 1 record expired (DELIVERY_TIMEOUT 1)`,
    `${name}: 1 record dropped (BUFFER_FULL 1)`,
  ]);
});

it('does so for several parts of one run together, whose errors add up over all fates', () => {
  const whole = mergeProfiles([one, other]);
  expect(profileShortcomings(whole, '')).toEqual([
    `${name}: 1 record failed (NETWORK_EXCEPTION 1)`,
    `${name}: 3 records expired (DELIVERY_TIMEOUT 2, NETWORK_EXCEPTION 1)`,
    `${name}: 1 record dropped (BUFFER_FULL 1)`,
  ]);
  expect(whole.errors).toEqual({ BUFFER_FULL: 1, DELIVERY_TIMEOUT: 2, NETWORK_EXCEPTION: 2 });
});
