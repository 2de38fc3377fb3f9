import { describe, expect, it } from 'vitest';
import { MaxPace, NaturalPace, type Pace, RatePace, UntilPace } from '../../src/pace.js';
import type { Feed, Rate } from '../../src/types.js';

const START = 1_700_000_000_000;
const constant = (perSecond: number): Rate => ({
  countBy: (ms) => (perSecond * ms) / 1000,
  perSecondAt: () => perSecond,
});

function dueTimes(pace: Pace, count: number): number[] {
  return Array.from({ length: count }, () => {
    const at = pace.nextDueAt();
    pace.advance();
    return at - START;
  });
}

/** A feed whose model makes an event every `everyMs`. */
function clockwork(everyMs: number): Feed {
  let at = 0;
  return {
    perSecond: 1000 / everyMs,
    nextAt: () => at,
    next() {
      at += everyMs;
      return { value: {}, timestamp: at };
    },
  };
}

describe('a rate', () => {
  it('puts each event where the integral reaches its number', () => {
    const times = dueTimes(new RatePace(constant(8), START), 4);
    times.forEach((time, i) => {
      expect(time).toBeCloseTo((i + 1) * 125, 2);
    });
  });

  it('has exactly rate × time events due by then', () => {
    for (const perSecond of [1, 3, 7, 100, 12_345]) {
      expect(new RatePace(constant(perSecond), START).dueBy(START + 10_000)).toBe(perSecond * 10);
    }
  });

  it('has the last event of a duration due within it', () => {
    const times = dueTimes(new RatePace(constant(3), START), 3);
    expect(times[2]).toBeLessThanOrEqual(1000);
  });

  it('gives the same due times whoever asks how often', () => {
    const ramp: Rate = { countBy: (ms) => (ms / 1000) ** 2 * 50, perSecondAt: (ms) => ms / 10 };
    const one = new RatePace(ramp, START);
    const other = new RatePace(ramp, START);
    for (let i = 0; i < 500; i++) {
      other.nextDueAt();
      other.nextDueAt();
      expect(other.nextDueAt()).toBe(one.nextDueAt());
      one.advance();
      other.advance();
    }
  });

  it('agrees between due times and counts, for every shape', () => {
    const sine: Rate = {
      countBy: (ms) => 0.2 * ms + (100 / Math.PI) * (1 - Math.cos((Math.PI * ms) / 500)),
      perSecondAt: () => 0,
    };
    const pace = new RatePace(sine, START);
    for (let k = 1; k <= 300; k++) {
      const at = pace.nextDueAt();
      expect(Math.abs(sine.countBy(at - START) - k)).toBeLessThan(0.01);
      pace.advance();
    }
  });

  it('that stops for good has nothing more due', () => {
    const stops: Rate = { countBy: (ms) => Math.min(2, ms / 100), perSecondAt: () => 0 };
    const times = dueTimes(new RatePace(stops, START), 2);
    expect(times.map(Math.round)).toEqual([100, 200]);
  });
});

it('a rate that has stopped is searched once, not at every look', () => {
  let asked = 0;
  const stops: Rate = {
    countBy: (ms) => {
      asked++;
      return Math.min(2, ms / 100);
    },
    perSecondAt: () => 0,
  };
  const pace = new RatePace(stops, START);
  pace.advance();
  pace.advance();
  expect(pace.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
  const before = asked;
  expect(pace.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
  expect(asked).toBe(before);
});

describe('other paces', () => {
  it('max is always due, in proportion to the weights', () => {
    const [heavy, light] = [new MaxPace(3), new MaxPace(1)];
    let heavyCount = 0;
    for (let i = 0; i < 400; i++) {
      const next = heavy.nextDueAt() <= light.nextDueAt() ? heavy : light;
      expect(next.nextDueAt()).toBeLessThan(0);
      if (next === heavy) heavyCount++;
      next.advance();
    }
    expect(heavyCount).toBe(300);
  });

  it('natural maps the calendar of the model onto the clock, so many times as fast', () => {
    const feed = clockwork(60_000);
    const pace = new NaturalPace({ feed, startAt: START, modelStart: 0, speed: 60 });
    expect(pace.perSecondAt(START)).toBeCloseTo(1);
    expect(pace.nextDueAt()).toBe(START);
    feed.next(0);
    expect(pace.nextDueAt()).toBe(START + 1000);
  });

  it('natural ends where the calendar reaches until', () => {
    const feed = clockwork(1000);
    const pace = new NaturalPace({ feed, startAt: START, modelStart: 0, speed: 1, until: 1000 });
    expect(pace.nextDueAt()).toBe(START);
    feed.next(0);
    expect(pace.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
  });

  it('a rate with until ends where the calendar reaches it, and is not due for more', () => {
    const feed = clockwork(1000);
    const pace = new UntilPace(new RatePace(constant(10), START), feed, 2000);
    for (let i = 0; i < 2; i++) {
      expect(pace.nextDueAt()).toBeLessThan(START + 1000);
      feed.next(0);
      pace.advance();
    }
    expect(pace.nextDueAt()).toBe(Number.POSITIVE_INFINITY);
    expect(pace.dueBy(START + 10_000)).toBe(2);
  });
});
