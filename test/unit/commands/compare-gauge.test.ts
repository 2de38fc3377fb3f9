import { expect, it } from 'vitest';
import { type Gauged, secondsFrom } from '../../../src/commands/bodies/compare/gauge.js';
import { live, report } from '../../support/comparison.js';

const gauged = (acked: number, seconds: number, wallSeconds: number): Gauged => ({
  watched: {
    outcome: {
      live: live({ acked, seconds }),
      metrics: report().trials[0]!.figures!.metrics,
      series: [],
      reasons: [],
    },
    load: { all: 0, others: null, throttledMs: 0 },
  },
  wallSeconds,
});
const design = { ...report().design, trials: 2, warmupMs: 500, limits: { count: 10_000 } };

it('tells how long a count takes: start, warm-up, making and reading back, of each in each round', () => {
  // 1 s beside, 10 s for ten times as many, half of the nine more for reading back, 0.5 s of warm-up.
  expect(secondsFrom([gauged(1000, 1, 2)], design)).toBe(Math.round(2 * (1 + 10 + 4.5 + 0.5)));
  expect(secondsFrom([gauged(1000, 1, 2), gauged(10_000, 1, 2)], design)).toBe(Math.round(2 * (16 + 2.5)));
});

it('does not guess where nothing was sent', () => {
  expect(secondsFrom([gauged(0, 0, 1)], design)).toBeNull();
});
