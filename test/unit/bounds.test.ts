/** Where a run's topics end: what acknowledgements do not name, and what happens when nobody tells. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { loadProfile } from '../../src/config/load.js';
import { startRun } from '../../src/run.js';
import { TopicTally } from '../../src/tally.js';

describe('the offsets that a topic claims', () => {
  test('are those that acknowledgements named', () => {
    const tally = new TopicTally(2);
    tally.began(
      new Map([
        [0, 100],
        [1, 0],
      ]),
    );
    tally.wrote(0, 105, 5);
    expect(tally.snapshot().offsets).toEqual({ 0: [105, 110] });
    expect(tally.bounded).toBe(true);
  });

  test('are all from where the run began, to an end that is known only once it is over', () => {
    const tally = new TopicTally(2);
    tally.began(
      new Map([
        [0, 100],
        [1, 7],
      ]),
    );
    tally.wrote(0, -1, 5);
    expect(tally.snapshot().offsets).toEqual({ 0: [100, -1], 1: [7, -1] });
    expect(tally.bounded).toBe(false);
    tally.ended(
      new Map([
        [0, 105],
        [1, 7],
      ]),
    );
    expect(tally.snapshot().offsets).toEqual({ 0: [100, 105] });
    expect(tally.bounded).toBe(true);
  });
});

test('a broker that no longer tells where its topics end holds a run up for seconds, not for ever', async () => {
  const run = await startRun({
    workload: {
      name: 'w',
      doc: '',
      seed: 1,
      limits: { count: 500 },
      faults: [],
      sources: [
        {
          name: 'stock',
          generator: 'stock',
          serializer: 'json',
          rate: { kind: 'max' },
          time: { kind: 'live' },
          options: {},
        },
      ],
    },
    profiles: [await loadProfile('fire-and-forget')],
    sandbox: { faults: ['list-offsets:silence,after=1,client=eventmill-verify'] },
  });
  while (run.snapshot().profiles[0]!.profile.unacknowledged < 500) await setImmediate();
  const from = systemClock.now();
  const { snapshot } = await run.done;
  expect(systemClock.now() - from).toBeLessThan(10_000);
  const { offsets } = snapshot.profiles[0]!.profile.topics['stock_price_updates']!;
  expect(Object.values(offsets).map(([first, next]) => [first, next])).toContainEqual([0, -1]);
});
