import { describe, expect, it } from 'vitest';
import constant from '../../../src/rates/constant.js';
import ramp from '../../../src/rates/ramp.js';
import sine from '../../../src/rates/sine.js';
import steps from '../../../src/rates/steps.js';
import { mistakesOf } from '../config/folder.js';

const HOUR = 3_600_000;

describe('a constant rate', () => {
  it('is due in proportion to time', () => {
    const rate = constant.create({ rate: 200 });
    expect(rate.countBy(1000)).toBe(200);
    expect(rate.countBy(2.5)).toBe(0.5);
    expect(rate.perSecondAt(123)).toBe(200);
  });

  it('has exactly a day of events after a day', () => {
    expect(constant.create({ rate: 1 / 3 }).countBy(24 * HOUR)).toBeCloseTo(28_800, 9);
  });
});

describe('a ramp', () => {
  const rate = ramp.create({ from: 10, to: 110, over: 10_000 });

  it('is a rectangle and a triangle', () => {
    expect(rate.countBy(5000)).toBeCloseTo(10 * 5 + (50 * 5) / 2, 9);
    expect(rate.countBy(10_000)).toBeCloseTo(600, 9);
    expect(rate.perSecondAt(5000)).toBeCloseTo(60, 9);
  });

  it('holds its last rate from then on', () => {
    expect(rate.perSecondAt(10_000)).toBeCloseTo(110, 9);
    expect(rate.perSecondAt(HOUR)).toBeCloseTo(110, 9);
    expect(rate.countBy(20_000)).toBeCloseTo(600 + 1100, 9);
  });

  it('may go down, to nothing', () => {
    const down = ramp.create({ from: 100, to: 0, over: 1000 });
    expect(down.countBy(1000)).toBeCloseTo(50, 9);
    expect(down.countBy(HOUR)).toBeCloseTo(50, 9);
  });

  it('from nothing to nothing is refused', async () => {
    expect(await mistakesOf(() => ramp.create({ from: 0, to: 0, over: 1000 }))).toEqual([
      'ramp: expected "from" or "to" above zero, got 0/s for both; raise one',
    ]);
  });
});

describe('steps', () => {
  const rate = steps.create({ steps: ['10/s for 2s', '0/s for 1s', '100/s for 500ms', '6/min'] });

  it.each([
    [1000, 10],
    [2000, 20],
    [2999, 20],
    [3250, 45],
    [3500, 70],
    [13_500, 71],
  ])('have after %d ms %d due', (elapsedMs, count) => {
    expect(rate.countBy(elapsedMs)).toBeCloseTo(count, 9);
  });

  it.each([
    [0, 10],
    [1999, 10],
    [2000, 0],
    [3000, 100],
    [3500, 0.1],
    [HOUR, 0.1],
  ])('have at %d ms the rate %d/s', (elapsedMs, perSecond) => {
    expect(rate.perSecondAt(elapsedMs)).toBeCloseTo(perSecond, 9);
  });

  it.each([
    [
      ['10/s', '5/s'],
      'step 1: expected "RATE for DURATION", such as "100/s for 10s", got "10/s"; only the last may have no duration',
    ],
    [
      ['10/s for 5'],
      'step 1: expected a duration such as 500ms, 30s, 1m30s or 2h, got "5"; add a unit: 5s or 5ms',
    ],
    [['1/s for 1s', 'fast'], 'step 2: expected a rate such as 500/s, 30/min or 10/h, got "fast"'],
    [
      ['1/s for 1s for 2s'],
      'step 1: expected "RATE for DURATION", such as "100/s for 10s", got "1/s for 1s for 2s"',
    ],
    [['0/s for 1s', '0/s'], 'expected at least one rate above zero, got none; raise one'],
    [[], 'expected a list of "RATE for DURATION", such as "100/s for 10s", got []'],
  ])('%j are refused', async (given, problem) => {
    expect(await mistakesOf(() => steps.create({ steps: given }))).toEqual([`steps: ${problem}`]);
  });
});

describe('a sine', () => {
  const options = { mean: 100, amplitude: 60, period: 10_000, start: 'middle' };

  it('has its mean after each whole period, even a year of them', () => {
    const rate = sine.create(options);
    expect(rate.countBy(10_000)).toBeCloseTo(1000, 9);
    const year = 365 * 24 * HOUR;
    expect(rate.countBy(year)).toBeCloseTo((year / 1000) * 100, 3);
    expect(rate.perSecondAt(year + 2500)).toBeCloseTo(160, 6);
  });

  it('has the wave of a half period on top: 2 A P / 2π', () => {
    expect(sine.create(options).countBy(5000)).toBeCloseTo(500 + (2 * 0.06 * 10_000) / (2 * Math.PI), 9);
  });

  it.each([
    ['middle', 100],
    ['trough', 40],
    ['peak', 160],
  ])('starts at the %s when asked', (start, perSecond) => {
    expect(sine.create({ ...options, start }).perSecondAt(0)).toBeCloseTo(perSecond, 9);
  });

  it('that would go below zero, or has no mean, is refused', async () => {
    expect(await mistakesOf(() => sine.create({ ...options, amplitude: 101 }))).toEqual([
      'sine: expected an amplitude of at most the mean (100/s), got 101/s; a rate below zero cannot be',
    ]);
    expect(await mistakesOf(() => sine.create({ ...options, mean: 0, amplitude: 0 }))).toEqual([
      'sine: expected a mean above zero, got 0/s; raise it',
    ]);
  });
});
