/** A profile whose source began in the past, minute by minute of a clock that a test turns. */
import { expect, it } from 'vitest';
import { BackfillPace, PastFeed } from '../../src/backfill.js';
import { Dial } from '../../src/dial.js';
import { Lane } from '../../src/lane.js';
import { MaxPace, RatePace } from '../../src/pace.js';
import { createRandom } from '../../src/random.js';
import { createConstant } from '../../src/rate.js';
import json from '../../src/serializers/json.js';
import { Source } from '../../src/source.js';
import type { Feed, Limits } from '../../src/types.js';
import { SETTINGS } from '../support/pipeline.js';
import { OK, RecordingDriver } from '../support/recording-driver.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

/** Ten events a second since a minute ago. */
const PER_SECOND = 10;
const AGO_MS = 60_000;

function begin(limits: Limits, dial = new Dial()) {
  const clock = new VirtualClock();
  const driver = new RecordingDriver({ recordsPerBatch: 100 });
  const startAt = clock.now();
  const start = startAt - AGO_MS;
  const times: number[] = [];
  const told: Feed = {
    next(at) {
      times.push(at - start);
      return { value: { at }, timestamp: Math.floor(at), key: 'k' };
    },
  };
  const feed = new PastFeed(told);
  const line = new RatePace(createConstant(PER_SECOND), start, dial);
  const now = () => clock.now();
  const pace = new BackfillPace({ line, fill: new MaxPace(1, dial), feed, start, startAt, now });
  const settings = { ...SETTINGS, batchRecords: 10, lingerMs: 0 };
  const lane = new Lane({ name: 'p', doc: '', settings }, driver, clock, createRandom(1));
  const source = new Source({
    name: 's',
    feed,
    key: null,
    serializer: json.compile(undefined),
    topic: 't',
    accumulator: lane.accumulator,
    random: createRandom(2),
  });
  const done = lane.drive([{ source, pace }], limits, startAt, dial);
  const serve = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      await clock.advance(10);
      while (driver.attempts.length > 0) {
        driver.attempts[0]!.answer(OK);
        await settle();
      }
    }
  };
  return { clock, startAt, start, times, lane, dial, done, serve, figures: () => lane.snapshot().profile };
}

it('makes all of the past at once, then each event when it happens, without a gap and without one twice', async () => {
  const { times, serve, done, figures, start, startAt } = begin({ durationMs: 2000 });
  await serve(50);
  expect(times).toHaveLength(600);
  expect(figures().backfill).toEqual({ s: { start, events: 600, liveFrom: startAt } });
  await serve(1000);
  expect(times).toHaveLength(610);
  await serve(2000);
  await done;
  expect(times).toHaveLength(620);
  times.forEach((time, n) => {
    expect(time).toBeCloseTo((n + 1) * 100, 3);
  });
  expect(figures()).toMatchObject({ due: 620, acked: 620, errors: {} });
  // Nobody waits for the past: how late an event comes counts from when it could be made.
  expect(figures().latencyMs.schedule.max).toBeLessThan(100);
});

it('counts the past among the records of a count, and ends there', async () => {
  const { times, serve, done, figures, start } = begin({ count: 250 });
  await serve(100);
  await done;
  expect(times).toHaveLength(250);
  expect(figures()).toMatchObject({
    due: 250,
    backfill: { s: { start, events: 250, reached: start + 25_100 } },
  });
});

it('stands still while it is paused by hand, and has what happens meanwhile happen not', async () => {
  const dial = new Dial();
  const { times, serve, done, lane, clock } = begin({}, dial);
  await serve(50);
  dial.turn(0, clock.now());
  await serve(1000);
  expect(times).toHaveLength(600);
  dial.turn(1, clock.now());
  await serve(1000);
  expect(times.length).toBeGreaterThanOrEqual(609);
  expect(times.length).toBeLessThanOrEqual(611);
  expect(times[600]! - times[599]!).toBeGreaterThan(1000);
  lane.stop();
  await done;
});
