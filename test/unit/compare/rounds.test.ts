import { expect, it } from 'vitest';
import { nextSlot, rotated, trialsLeft } from '../../../src/compare/rounds.js';
import type { ReasonCode, Trial } from '../../../src/compare/types.js';
import { trial } from '../../support/comparison.js';

const NAMES = ['a', 'b', 'c'];
const out = (code: ReasonCode) => [{ code, words: 'why' }];

/** Plays to the end; `closing` says what each trial is closed out for. */
function play(
  rounds: number,
  closing: (trial: Trial) => ReasonCode | undefined = () => undefined,
  before: Trial[] = [],
) {
  const made = [...before];
  for (let slot = nextSlot(NAMES, rounds, made); slot !== undefined; slot = nextSlot(NAMES, rounds, made)) {
    const one = trial(slot);
    const code = closing(one);
    made.push(code === undefined ? one : trial({ ...slot, closedOut: out(code) }));
  }
  return made;
}

const order = (trials: readonly Trial[]) => trials.map((one) => `${one.candidate}${one.round}`).join(' ');

it('rotates, so that each comes first once and follows everyone', () => {
  expect(order(play(3))).toBe('a1 b1 c1 b2 c2 a2 c3 a3 b3');
  expect(rotated(NAMES, 4)).toEqual(rotated(NAMES, 1));
  expect(play(3).map(({ position }) => position)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
});

it('makes a closed-out trial anew at the end of its round, once', () => {
  const made = play(2, ({ candidate, round }) =>
    candidate === 'a' && round === 1 ? 'MACHINE_BUSY' : undefined,
  );
  expect(order(made)).toBe('a1 b1 c1 a1 b2 c2 a2');
  expect(made[3]).toMatchObject({ attempt: 2, position: 4 });
});

it('does not ask again for a rate that is too high', () => {
  expect(play(1, () => 'RATE_NOT_REACHED')).toHaveLength(3);
  expect(play(1, () => 'THROTTLED')).toHaveLength(6);
});

it('goes on where it was interrupted, whatever had been made', () => {
  const whole = play(3, ({ candidate, attempt }) =>
    candidate === 'b' && attempt === 1 ? 'THROTTLED' : undefined,
  );
  for (let made = 0; made <= whole.length; made++) {
    const closing = ({ candidate, attempt }: Trial) =>
      candidate === 'b' && attempt === 1 ? 'THROTTLED' : undefined;
    expect(play(3, closing, whole.slice(0, made))).toEqual(whole);
  }
});

it('knows whose trials are still to be made, at every moment', () => {
  const closing = ({ candidate, attempt }: Trial) =>
    candidate === 'b' && attempt === 1 ? ('THROTTLED' as const) : undefined;
  const whole = play(3, closing);
  for (let made = 0; made <= whole.length; made++) {
    const left = trialsLeft(NAMES, 3, whole.slice(0, made));
    // That trials to come will have to be made anew nobody knows.
    const known = whole.slice(made).filter(({ attempt, round, candidate }) => {
      const first = whole.findIndex((trial) => trial.round === round && trial.candidate === candidate);
      return attempt === 1 || first < made;
    });
    expect(left.toSorted()).toEqual(known.map(({ candidate }) => candidate).toSorted());
  }
});
