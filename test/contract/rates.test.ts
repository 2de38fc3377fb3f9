/** What every rate in src/rates owes to those who ask it, whatever its formula. */
import { describe, expect, it } from 'vitest';
import { checkOptions } from '../../src/config/options.js';
import { listParts, loadPart } from '../../src/parts.js';
import type { Rate, RatePart } from '../../src/types.js';

/** Settings worth trying besides the defaults: the edges of each kind. A kind without an entry has its defaults tried. */
const CASES: { readonly [kind: string]: readonly { readonly [option: string]: unknown }[] } = {
  constant: [{ rate: '1/h' }, { rate: '1M/s' }, { rate: '0/s' }],
  ramp: [
    { from: '0/s', to: '1k/s', over: '10s' },
    { from: '1k/s', to: '0/s', over: '1m' },
    { from: '5/s', to: '5/s', over: '1ms' },
  ],
  steps: [
    { steps: ['3/s'] },
    { steps: ['0/s for 1s', '100/s for 500ms', '0/s for 2s', '7/min'] },
    { steps: ['10/s for 0', '20/s for 10s'] },
  ],
  burst: [
    { rate: '0/s', burst: '1k/s', every: '1s', lasts: '100ms' },
    { rate: '100/s', burst: '10/s', every: '1s', lasts: '1s', arrivals: 'poisson' },
  ],
  diurnal: [
    { mean: '1k/s', day: '24s', startHour: 23.5, arrivals: 'poisson' },
    { mean: '5/min', week: [0, 1, 1, 1, 1, 1.5, 2], startHour: 6 },
  ],
  poisson: [{ rate: '1/h' }, { rate: '1M/s' }],
  replay: [
    { file: 'test/support/past.jsonl' },
    { file: 'test/support/past.jsonl', speed: 0.5, loop: true },
    { file: 'test/support/past.csv', field: 'time', loop: true },
  ],
  sine: [
    { mean: '100/s', amplitude: '100/s', period: '10s', start: 'trough' },
    { mean: '5/min', amplitude: '1/min', period: '1d', start: 'peak' },
    { mean: '50/s', amplitude: '0/s', period: '1s' },
  ],
};

/** Kinds that are nothing without a setting, so that their defaults cannot be tried. */
const NEEDY: readonly string[] = ['replay'];

const DAY = 86_400_000;
/** Not only round numbers: a loop asks when it happens to be awake. */
const TIMES = [
  0,
  0.001,
  0.37,
  1,
  16.6,
  499.9,
  500,
  999.5,
  1000,
  3333.3,
  10_000,
  29_999,
  60_001,
  3.6e6,
  DAY,
  30 * DAY + 7,
];

const kinds = listParts('rates');

it('there are the rates that the documentation names', () => {
  expect(kinds).toEqual(
    expect.arrayContaining(['burst', 'constant', 'diurnal', 'poisson', 'ramp', 'replay', 'sine', 'steps']),
  );
});

describe.each(kinds)('the rate %s', (kind) => {
  const rates = async (): Promise<readonly [string, Rate][]> => {
    const part = await loadPart<RatePart>('rates', kind);
    const create = (given: { readonly [option: string]: unknown }): [string, Rate] => [
      JSON.stringify(given),
      part.create(checkOptions(part.options ?? {}, given, kind)),
    ];
    return [...(NEEDY.includes(kind) ? [] : [{}]), ...(CASES[kind] ?? [])].map(create);
  };

  it('tells about itself and each of its options in a sentence', async () => {
    const { doc, options = {} } = await loadPart<RatePart>('rates', kind);
    for (const text of [doc, ...Object.values(options).map((option) => option.doc)])
      expect(text).toMatch(/^[A-Z]/);
  });

  it('has nothing due at the beginning, nor before it', async () => {
    for (const [name, rate] of await rates()) {
      expect(rate.countBy(0), name).toBe(0);
      expect(rate.countBy(-5), name).toBeCloseTo(0, 12);
    }
  });

  it('never has fewer due than before, beyond the last digits of a double', async () => {
    for (const [name, rate] of await rates()) {
      let before = 0;
      for (let t = 0; t < 130_000; t += 9.7) {
        const count = rate.countBy(t);
        expect(count, `${name} at ${t}`).toBeGreaterThanOrEqual(before - 1e-12 * before - 1e-12);
        before = count;
      }
    }
  });

  it('counts with the slope that it tells, wherever it is asked', async () => {
    const step = 1e-3;
    for (const [name, rate] of await rates()) {
      for (const t of TIMES.filter((time) => time >= step && time < DAY)) {
        const slope = ((rate.countBy(t + step) - rate.countBy(t - step)) / (2 * step)) * 1000;
        // Where a rate jumps the slope is between the rates on both sides.
        const sides = [rate.perSecondAt(t - step), rate.perSecondAt(t), rate.perSecondAt(t + step)];
        // A difference of two numbers with sixteen digits keeps as many as their size leaves.
        const slack = 1e-6 * Math.max(1, ...sides) + (rate.countBy(t) * 1e-15 * 1000) / step;
        expect(slope, `${name} at ${t}`).toBeGreaterThanOrEqual(Math.min(...sides) - slack);
        expect(slope, `${name} at ${t}`).toBeLessThanOrEqual(Math.max(...sides) + slack);
      }
    }
  });

  it('has a slope that is finite and never below zero', async () => {
    for (const [name, rate] of await rates()) {
      for (const t of [-1, ...TIMES]) {
        expect(rate.perSecondAt(t), `${name} at ${t}`).toBeGreaterThanOrEqual(-1e-9);
        expect(rate.perSecondAt(t), `${name} at ${t}`).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }
  });

  it('is the sum of its slope over a minute: nothing rounds and nothing drifts', async () => {
    const cells = 60_000;
    for (const [name, rate] of await rates()) {
      let sum = 0;
      for (let cell = 0; cell < cells; cell++) sum += rate.perSecondAt(cell + 0.5) / 1000;
      const count = rate.countBy(cells);
      expect(Math.abs(sum - count), name).toBeLessThanOrEqual(1e-6 * count + 1e-6);
    }
  });

  it('gives the same answers again, in any order: it has no memory', async () => {
    for (const [name, rate] of await rates()) {
      const forth = TIMES.map((t) => rate.countBy(t));
      const back = TIMES.toReversed().map((t) => rate.countBy(t));
      expect(back.toReversed(), name).toEqual(forth);
    }
  });
});
