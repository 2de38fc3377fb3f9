/** That chaos notices: each promise that a run can break is told as broken. */
import { describe, expect, test } from 'vitest';
import type { ProfileSnapshot, VerifyResult } from '../../../src/types.js';
import { type Outcome, shortcomings } from '../../chaos/promise.js';
import { profileSnapshot } from '../../support/snapshots.js';

const FOUND: VerifyResult = { read: 1000, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };
const OUTCOME: Outcome = { exit: 0, seconds: 12, mayFail: false, durationMs: 10_000, stored: 1000 };

function profile(over: Partial<ProfileSnapshot> = {}): ProfileSnapshot {
  return { ...profileSnapshot().profile, verify: FOUND, ...over };
}
const durable = profile();
const oneAck = profile({ settings: { ...durable.settings, acks: 1, idempotent: false } });

describe('a run that survives', () => {
  test('is as promised when all is there once and in order', () => {
    expect(shortcomings('survives', durable, OUTCOME)).toEqual([]);
  });

  test.each([
    ['lost', { read: 999, lost: 1 }, 999],
    ['duplicated', { read: 1001, duplicated: 1 }, 1001],
    ['reordered', { reordered: 1 }, 1000],
  ])('broke its promise with one record %s', (_, verify, stored) => {
    const found = profile({ verify: { ...FOUND, ...verify } });
    expect(shortcomings('survives', found, { ...OUTCOME, stored }).join()).toMatch(/0 lost, 0 duplicated/);
    // Which others never gave; the exit code may be theirs.
    const others = { ...oneAck, verify: { ...FOUND, ...verify } };
    expect(shortcomings('survives', others, { ...OUTCOME, exit: 1, mayFail: true, stored })).toEqual([]);
  });

  test('is found out when verify does not count what the broker has', () => {
    expect(shortcomings('survives', oneAck, { ...OUTCOME, stored: 1003 })).toEqual([
      '1000 due - 0 lost + 0 duplicated, but 1003 at the broker',
    ]);
  });

  test('is found out when it spoils records, ends otherwise, accounts for less, or is not read back', () => {
    const told = (over: Partial<ProfileSnapshot>, exit = 0) =>
      shortcomings('survives', profile(over), { ...OUTCOME, exit }).join();
    expect(told({ verify: { ...FOUND, corrupted: 1 } })).toMatch(/1 corrupted/);
    expect(told({}, 1)).toMatch(/exit 1, expected 0/);
    expect(told({ acked: 999 })).toMatch(/1000 due, 999 accounted for/);
    expect(told({ acked: 990, expired: 10 })).toMatch(/1000 due, 990 acknowledged/);
    const { verify: _, ...unread } = durable;
    expect(shortcomings('survives', unread, OUTCOME).join()).toMatch(/nothing was read back/);
  });
});

test('a broker that is gone for good is told with 1 and in time', () => {
  const gone = profile({ acked: 400, expired: 600 });
  expect(shortcomings('told', gone, { ...OUTCOME, exit: 1, seconds: 24 })).toEqual([]);
  expect(shortcomings('told', gone, { ...OUTCOME, exit: 1, seconds: 26 }).join()).toMatch(/26.0 s/);
  expect(shortcomings('told', gone, OUTCOME).join()).toMatch(/exit 0, expected 1/);
});

test('a run that is interrupted has flushed what it made, whatever its acks', () => {
  const written = profile({ acked: 0, unacknowledged: 1000, settings: { ...durable.settings, acks: 0 } });
  expect(shortcomings('flushed', written, { ...OUTCOME, exit: 130 })).toEqual([]);
  const short = { ...written, verify: { ...FOUND, read: 998, lost: 2 } };
  expect(shortcomings('flushed', short, { ...OUTCOME, exit: 130, stored: 998 }).join()).toMatch(/0 lost/);
});

test('of a run that was killed, what it had claimed is there, and maybe more', () => {
  const claimed = profile({ due: 1010, acked: 990, unacknowledged: 20, records: 990 });
  const found = { ...claimed, verify: { ...FOUND, read: 990 } };
  expect(shortcomings('killed', found, { ...OUTCOME, exit: 'SIGKILL', stored: 1005 })).toEqual([]);
  const missing = { ...claimed, verify: { ...FOUND, read: 980, lost: 10 } };
  expect(shortcomings('killed', missing, { ...OUTCOME, exit: 'SIGKILL', stored: 980 }).join()).toMatch(
    /0 lost/,
  );
});
