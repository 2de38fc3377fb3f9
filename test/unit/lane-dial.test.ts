import { beforeEach, expect, it } from 'vitest';
import { Dial } from '../../src/dial.js';
import { Lane } from '../../src/lane.js';
import { MaxPace, type Pace, RatePace } from '../../src/pace.js';
import { createRandom } from '../../src/random.js';
import json from '../../src/serializers/json.js';
import { Source } from '../../src/source.js';
import type { Limits, ProfileSettings } from '../../src/types.js';
import { SETTINGS } from '../support/pipeline.js';
import { OK, RecordingDriver } from '../support/recording-driver.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

let clock: VirtualClock;
let driver: RecordingDriver;
let dial: Dial;

beforeEach(() => {
  clock = new VirtualClock();
  driver = new RecordingDriver({ recordsPerBatch: 100 });
  dial = new Dial();
});

const per = (perSecond: number) =>
  new RatePace({ countBy: (ms) => (perSecond * ms) / 1000, perSecondAt: () => perSecond }, clock.now(), dial);

function start(pace: Pace, limits: Limits, settings: Partial<ProfileSettings> = {}) {
  const profile = {
    name: 'p',
    doc: '',
    settings: { ...SETTINGS, batchRecords: 10, lingerMs: 0, ...settings },
  };
  const lane = new Lane(profile, driver, clock, createRandom(1));
  let n = 0;
  const source = new Source({
    name: 's',
    feed: { next: (dueAt) => ({ value: { n: ++n }, timestamp: Math.floor(dueAt), key: 'kéy' }) },
    key: null,
    serializer: json.compile(undefined),
    topic: 't',
    accumulator: lane.accumulator,
    random: createRandom(2),
  });
  const ended = { yet: false };
  void lane.drive([{ source, pace }], limits, clock.now(), dial).then(() => {
    ended.yet = true;
  });
  return { lane, ended, figures: () => lane.snapshot().profile };
}

async function serve(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed++) {
    await clock.advance(1);
    while (driver.attempts.length > 0) {
      driver.attempts[0]!.answer(OK);
      await settle();
    }
  }
}

const turn = (factor: number) => dial.turn(factor, clock.now());

it('makes what the turned rate has due, and every record is accounted for', async () => {
  const { ended, figures, lane } = start(per(100), { durationMs: 1000 });
  await serve(300);
  turn(3);
  expect(lane.snapshot().targetRecordsPerSecond).toBe(300);
  await serve(300);
  turn(0.5);
  await serve(500);
  expect(ended.yet).toBe(true);
  expect(figures()).toMatchObject({ due: 30 + 90 + 20, acked: 140, expired: 0 });
});

it('makes nothing in a pause and goes on after it, without a rush', async () => {
  const { ended, figures } = start(per(100), { durationMs: 1000 });
  await serve(200);
  turn(0);
  await serve(500);
  expect(figures()).toMatchObject({ due: 20, acked: 20 });
  expect(ended.yet).toBe(false);
  turn(1);
  await serve(10);
  expect(figures().due).toBe(21);
  await serve(400);
  expect(ended.yet).toBe(true);
  expect(figures()).toMatchObject({ due: 50, acked: 50 });
});

it('ends with its duration although it is paused', async () => {
  const { ended, figures } = start(per(100), { durationMs: 400 });
  await serve(100);
  turn(0);
  await serve(290);
  expect(ended.yet).toBe(false);
  await serve(20);
  expect(ended.yet).toBe(true);
  expect(figures()).toMatchObject({ due: 10, acked: 10 });
});

it('can be stopped in a pause without an end', async () => {
  const { lane, ended } = start(per(100), {});
  await serve(50);
  turn(0);
  await serve(60_000);
  expect(ended.yet).toBe(false);
  lane.stop();
  await serve(5);
  expect(ended.yet).toBe(true);
});

it('waits for the next turn when the next event would come too late', async () => {
  const { ended, figures } = start(per(10), { durationMs: 1000 });
  await serve(100);
  turn(0.01);
  await serve(400);
  expect(ended.yet).toBe(false);
  turn(10);
  await serve(600);
  expect(figures().due).toBe(51);
  expect(ended.yet).toBe(true);
});

it('still gives a count the time that the turned rate needs', async () => {
  const { ended, figures } = start(
    per(100),
    { count: 50 },
    { deliveryTimeoutMs: 1000, bufferBytes: 500, requestTimeoutMs: 900 },
  );
  await serve(100);
  turn(0.01);
  // At the rate as configured the time for making would be over 1.5 s after the start.
  await serve(30_000);
  expect(ended.yet).toBe(false);
  turn(1);
  await serve(500);
  expect(figures()).toMatchObject({ due: 50, acked: 50, expired: 0 });
  expect(ended.yet).toBe(true);
});

it('pauses as fast as it goes', async () => {
  const { figures, ended, lane } = start(new MaxPace(1, dial), {}, { bufferBytes: 500 });
  await clock.advance(1);
  const { due } = figures();
  expect(due).toBeGreaterThan(0);
  turn(0);
  await serve(100);
  expect(figures()).toMatchObject({ due, acked: due });
  turn(1);
  await clock.advance(1);
  expect(figures().due).toBeGreaterThan(due);
  lane.stop();
  await serve(5);
  expect(ended.yet).toBe(true);
});

it('shows as many events as were asked for, as they are sent, and none unasked', async () => {
  const { lane } = start(per(1000), { durationMs: 100 });
  await serve(10);
  const shown: unknown[] = [];
  lane.peek(2, (event) => shown.push(event));
  await serve(50);
  expect(shown).toHaveLength(2);
  expect(shown[0]).toMatchObject({ source: 's', topic: 't', key: 'kéy', value: '{"n":11}' });
  expect(lane.making).toBe(true);
});
