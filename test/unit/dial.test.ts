import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dial, DialledRate } from '../../src/dial.js';
import { MaxPace, NaturalPace, type Pace, RatePace, UntilPace } from '../../src/pace.js';
import type { Feed, Rate } from '../../src/types.js';

const START = 1_700_000_000_000;
const constant = (perSecond: number): Rate => ({
  countBy: (ms) => (perSecond * ms) / 1000,
  perSecondAt: () => perSecond,
});
const ramp: Rate = { countBy: (ms) => (ms / 1000) ** 2 * 50, perSecondAt: (ms) => ms / 10 };

function turn(dial: Dial, pace: Pace, factor: number, ms: number): void {
  dial.turn(factor, START + ms);
  pace.turned?.(START + ms);
}

/** Due times up to `ms`, from the start. */
function dueUntil(pace: Pace, ms: number): number[] {
  const times: number[] = [];
  for (;;) {
    const at = pace.nextDueAt() - START;
    if (at > ms) return times;
    times.push(at);
    pace.advance();
  }
}

/** A feed whose model makes an event every `everyMs`. */
function clockwork(everyMs: number): Feed {
  let at = 0;
  return {
    perSecond: 1000 / everyMs,
    nextAt: () => at + everyMs,
    next() {
      at += everyMs;
      return { value: {}, timestamp: at };
    },
  };
}

describe('a rate with a dial', () => {
  it('is as configured while nobody touches it', () => {
    const dialled = new DialledRate(ramp, new Dial(), START);
    for (const ms of [0, 1, 999.5, 60_000]) {
      expect(dialled.countBy(ms)).toBe(ramp.countBy(ms));
      expect(dialled.perSecondAt(ms)).toBe(ramp.perSecondAt(ms));
    }
  });

  it('has what was due before a turn due as before, and factor times as much from then on', () => {
    const dial = new Dial();
    const dialled = new DialledRate(ramp, dial, START);
    dial.turn(3, START + 1000);
    expect(dialled.countBy(400)).toBeCloseTo(8);
    expect(dialled.countBy(1000)).toBeCloseTo(50);
    expect(dialled.countBy(2000)).toBeCloseTo(50 + 3 * 150);
    expect(dialled.perSecondAt(2000)).toBeCloseTo(3 * 200);
  });

  it('begins as the dial stood when it began', () => {
    const dial = new Dial();
    dial.turn(2, START - 5000);
    expect(new DialledRate(constant(10), dial, START).countBy(1000)).toBe(20);
  });

  it('has nothing due in a pause, and then goes on where it stood', () => {
    const dial = new Dial();
    const pace = new RatePace(constant(10), START, dial);
    expect(dueUntil(pace, 500)).toHaveLength(5);
    turn(dial, pace, 0, 500);
    expect(pace.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
    expect(pace.dueBy(START + 3000)).toBe(5);
    expect(pace.perSecondAt(START + 3000)).toBe(0);
    turn(dial, pace, 1, 3000);
    expect(pace.nextDueAt() - START).toBeCloseTo(3100, 2);
  });

  it('forgets what it had worked out for later when it is turned up', () => {
    const dial = new Dial();
    const pace = new RatePace(constant(0.1), START, dial);
    expect(pace.nextDueAt() - START).toBeCloseTo(10_000, 0);
    turn(dial, pace, 100, 1000);
    expect(pace.nextDueAt() - START).toBeCloseTo(1090, 0);
  });

  it('has as many events due, one after another, as its integral says, however it is turned and asked', () => {
    const turns = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 1600 }),
        factor: fc.constantFrom(0, 0.25, 1, 2, 7),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(turns, fc.integer({ min: 1, max: 2000 }), (steps, perSecond) => {
        const dial = new Dial();
        const eager = new RatePace(constant(perSecond), START, dial);
        const late = new RatePace(constant(perSecond), START, dial);
        const times: number[] = [];
        let now = 0;
        let integral = 0;
        let factor = 1;
        let from = 0;
        for (const step of steps) {
          // Quarters of a millisecond are exact at such times.
          now += step.after / 4;
          times.push(...dueUntil(eager, now));
          turn(dial, eager, step.factor, now);
          late.turned(START + now);
          // Each turn counts from the next whole millisecond on.
          integral += (factor * perSecond * (Math.ceil(now) - from)) / 1000;
          factor = step.factor;
          from = Math.ceil(now);
        }
        const end = Math.ceil(now) + 500;
        integral += (factor * perSecond * (end - from)) / 1000;
        times.push(...dueUntil(eager, end));
        expect(times).toHaveLength(eager.dueBy(START + end));
        expect(Math.abs(times.length - integral)).toBeLessThan(1 + 1e-6);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        // One that comes late finds the same events due at the same times.
        const found = dueUntil(late, end);
        expect(found).toHaveLength(times.length);
        for (const [at, time] of found.entries()) expect(time).toBeCloseTo(times[at]!, 3);
      }),
    );
  });
});

describe('other paces', () => {
  it('as fast as it goes can be paused', () => {
    const dial = new Dial();
    const pace = new MaxPace(1, dial);
    turn(dial, pace, 0, 10);
    expect(pace.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
    turn(dial, pace, 1, 20);
    expect(pace.nextDueAt()).toBeLessThan(0);
  });

  it('a model lives faster, slower, or not at all', () => {
    const dial = new Dial();
    const feed = clockwork(60_000);
    const pace = new NaturalPace({ feed, startAt: START, modelStart: 0, speed: 60, dial });
    expect(pace.nextDueAt() - START).toBeCloseTo(1000);
    turn(dial, pace, 2, 500);
    expect(pace.nextDueAt() - START).toBeCloseTo(750);
    expect(pace.perSecondAt(START + 600)).toBeCloseTo(2);
    feed.next(0);
    turn(dial, pace, 0, 1000);
    // Half a second of the model's was left, which had not come before the pause.
    expect(pace.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
    turn(dial, pace, 1, 9000);
    expect(pace.nextDueAt() - START).toBeCloseTo(9500);
  });

  it('one that ends with its model tells the pace within', () => {
    const dial = new Dial();
    const pace = new UntilPace(new RatePace(constant(1), START, dial), clockwork(1000), 1e9);
    expect(pace.nextDueAt() - START).toBeCloseTo(1000, 0);
    turn(dial, pace, 10, 0);
    expect(pace.nextDueAt() - START).toBeCloseTo(100, 0);
  });
});
