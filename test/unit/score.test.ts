/** A consumer's claims against the truth. */
import { describe, expect, it } from 'vitest';
import { type Claim, type Claimed, Score, type TruthLine } from '../../src/score.js';
import type { DisorderKind } from '../../src/types.js';

const truth = (n: number, disorder: DisorderKind, more: Partial<TruthLine> = {}): TruthLine => ({
  id: `id${n}`,
  disorder,
  profile: 'p',
  source: 's',
  topic: 't',
  key: `k${n % 3}`,
  sequence: n,
  ...more,
});

function scored(truths: readonly TruthLine[], claims: readonly Claim[], claimed: Claimed = 'caught') {
  const score = new Score(claimed);
  for (const one of truths) score.expect(one);
  for (const claim of claims) score.claim(claim);
  return score.result();
}

describe('what a consumer has caught', () => {
  const truths = [truth(1, 'late'), truth(2, 'late'), truth(3, 'malformed'), truth(4, 'tombstone')];

  it('counts by id, and by key and sequence number, each event once', () => {
    const claims = [
      { id: 'id1' },
      { id: 'id1' },
      { key: 'k2', sequence: 2 },
      { id: 'id3', disorder: 'malformed' },
    ];
    const { kinds, events, caught, falseAlarms } = scored(truths, claims as Claim[]);
    expect({ events, caught, falseAlarms }).toEqual({ events: 4, caught: 3, falseAlarms: 0 });
    expect(kinds).toMatchObject([
      { kind: 'late', events: 2, caught: 2, missed: 0 },
      { kind: 'malformed', events: 1, caught: 1, missed: 0 },
      { kind: 'tombstone', events: 1, caught: 0, missed: 1 },
    ]);
  });

  it('under another name is mistaken, unless it names it rightly elsewhere', () => {
    const wrong: Claim = { id: 'id1', disorder: 'duplicate' };
    expect(scored(truths, [wrong]).kinds[0]).toMatchObject({ caught: 0, mistaken: 1, missed: 1 });
    const both = scored(truths, [wrong, { id: 'id1', disorder: 'late' }]);
    expect(both.kinds[0]).toMatchObject({ caught: 1, mistaken: 0 });
  });

  it('of good events is a false alarm, told by what it was held for', () => {
    const { kinds, falseAlarms, claims } = scored(truths, [
      { id: 'other', disorder: 'late' },
      { key: 'k1', sequence: 2 },
      { key: 'k9', sequence: 1, disorder: 'missing' },
    ]);
    expect({ falseAlarms, claims }).toEqual({ falseAlarms: 3, claims: 3 });
    expect(kinds.map(({ kind, events, falseAlarms: n }) => [kind, events, n])).toEqual([
      ['late', 2, 1],
      ['missing', 0, 1],
      ['malformed', 1, 0],
      ['tombstone', 1, 0],
    ]);
  });

  it('is told apart by source or topic where several have the same keys', () => {
    const two = [truth(1, 'late'), truth(1, 'malformed', { id: 'other', source: 'z', topic: 'y' })];
    const { kinds } = scored(two, [{ key: 'k1', sequence: 1, source: 'z' }]);
    expect(kinds).toMatchObject([
      { kind: 'late', caught: 0 },
      { kind: 'malformed', caught: 1 },
    ]);
  });

  it('has what was held back for good among the missing', () => {
    const { kinds } = scored(
      [truth(1, 'late', { neverCame: true }), truth(2, 'duplicate', { neverCame: true })],
      [],
    );
    expect(kinds).toMatchObject([{ kind: 'missing', events: 1, missed: 1 }]);
  });
});

describe('what a consumer took for good', () => {
  it('is missed, and all else was caught; of a duplicate one copy is good, and what never came is left out', () => {
    const truths = [
      truth(1, 'late'),
      truth(2, 'late'),
      truth(3, 'duplicate'),
      truth(4, 'duplicate'),
      truth(5, 'missing'),
    ];
    const taken = [1, 3, 3, 4, 77].map((n): Claim => ({ key: `k${n % 3}`, sequence: n }));
    const { kinds, events, caught, falseAlarms } = scored(truths, taken, 'accepted');
    expect({ events, caught, falseAlarms }).toEqual({ events: 4, caught: 2, falseAlarms: null });
    expect(kinds).toMatchObject([
      { kind: 'late', events: 2, caught: 1, missed: 1 },
      { kind: 'duplicate', events: 2, caught: 1, missed: 1 },
    ]);
  });
});
