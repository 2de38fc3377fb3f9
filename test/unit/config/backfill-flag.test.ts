/** `--backfill`: when sources begin, and how fast they live. */
import { expect, test } from 'vitest';
import { loadPlan } from '../../../src/config/plan.js';
import type { SourceTime } from '../../../src/types.js';

const NOW = Date.UTC(2026, 10, 23);
const WEEK_AGO = NOW - 7 * 86_400_000;

/** The times of a workload's sources when a history of a week is asked for. */
async function timesOf(rate: readonly string[], workload = 'demo'): Promise<readonly SourceTime[]> {
  const flags = { backfill: '7d', rate };
  const plan = await loadPlan({ workload, profiles: ['async'], flags, env: {}, now: NOW });
  return plan.workload.sources.map(({ time }) => time);
}

const past = { kind: 'backfill', start: WEEK_AGO };

test('a week of a demo in the models’ rhythm is a week of life, however fast the demo lives', async () => {
  expect(await timesOf(['natural'])).toEqual([past, past]);
  expect(await timesOf(['stock=natural'])).toEqual([past, { ...past, speed: 60 }]);
});

test('a week of it at rates of its own keeps the speed that goes with them', async () => {
  const fast = { ...past, speed: 60 };
  expect(await timesOf([])).toEqual([fast, fast]);
  expect(await timesOf(['natural', 'pizza=5/s'])).toEqual([past, fast]);
});
