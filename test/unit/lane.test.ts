import { beforeEach, describe, expect, it } from 'vitest';
import type { PacedSource } from '../../src/horizon.js';
import { Lane } from '../../src/lane.js';
import { MaxPace, type Pace, RatePace } from '../../src/pace.js';
import { createRandom } from '../../src/random.js';
import json from '../../src/serializers/json.js';
import { Source } from '../../src/source.js';
import type { Feed, Limits, ProfileSettings, Rate } from '../../src/types.js';
import { SETTINGS } from '../support/pipeline.js';
import { OK, RecordingDriver, retriable } from '../support/recording-driver.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

const constant = (perSecond: number): Rate => ({
  countBy: (ms) => (perSecond * ms) / 1000,
  perSecondAt: () => perSecond,
});

let clock: VirtualClock;
let driver: RecordingDriver;

beforeEach(() => {
  clock = new VirtualClock();
  driver = new RecordingDriver({ recordsPerBatch: 100 });
});

/** A feed that remembers when each event was due. */
class Diary implements Feed {
  readonly dues: number[] = [];
  throwsAt = Number.POSITIVE_INFINITY;
  key: string | null = 'k';

  next(dueAt: number) {
    this.dues.push(dueAt);
    if (this.dues.length === this.throwsAt) throw new TypeError('no such flavour');
    return { value: { n: this.dues.length }, timestamp: Math.floor(dueAt), key: this.key };
  }
}

function start(paces: Pace[], limits: Limits, settings: Partial<ProfileSettings> = {}) {
  const profile = {
    name: 'p',
    doc: '',
    settings: { ...SETTINGS, batchRecords: 10, lingerMs: 0, ...settings },
  };
  const lane = new Lane(profile, driver, clock, createRandom(1));
  const feeds = paces.map(() => new Diary());
  const sources: PacedSource[] = paces.map((pace, i) => {
    const source = new Source({
      name: `s${i}`,
      feed: feeds[i]!,
      key: null,
      serializer: json.compile(undefined),
      topic: `t${i}`,
      accumulator: lane.accumulator,
      random: createRandom(2),
    });
    return { source, pace };
  });
  const ended = { yet: false };
  const done = lane.drive(sources, limits, clock.now()).then(() => {
    ended.yet = true;
  });
  return { lane, feeds, done, ended, figures: () => lane.snapshot().profile };
}

/** Acknowledges whatever is sent, for so long. */
async function serve(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed++) {
    await clock.advance(1);
    while (driver.attempts.length > 0) {
      driver.attempts[0]!.answer(OK);
      await settle();
    }
  }
}

/** A broker that answers nothing: each request times out. */
async function silence(ms: number, requestTimeoutMs: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += requestTimeoutMs) {
    await clock.advance(requestTimeoutMs);
    for (const attempt of [...driver.attempts]) attempt.answer(retriable('REQUEST_TIMED_OUT'));
  }
  await settle();
}

describe('pacing', () => {
  it('makes each event at its due time, and all that are due within the duration', async () => {
    const { feeds, ended, figures } = start([new RatePace(constant(100), clock.now())], { durationMs: 200 });
    const from = clock.now();
    await serve(300);
    expect(ended.yet).toBe(true);
    expect(feeds[0]!.dues.map((due) => Math.round(due - from))).toEqual(
      Array.from({ length: 20 }, (_, i) => (i + 1) * 10),
    );
    expect(figures()).toMatchObject({ due: 20, acked: 20, expired: 0 });
  });

  it('makes exactly as many as the count says, those due first', async () => {
    const now = clock.now();
    const { feeds, figures } = start([new RatePace(constant(100), now), new RatePace(constant(50), now)], {
      count: 15,
    });
    await serve(300);
    expect(feeds.map((feed) => feed.dues.length)).toEqual([10, 5]);
    expect(figures()).toMatchObject({ due: 15, acked: 15 });
  });

  it('keeps the proportion of the weights at max', async () => {
    const { feeds } = start([new MaxPace(3), new MaxPace(1)], { count: 400 });
    await serve(50);
    expect(feeds.map((feed) => feed.dues.length)).toEqual([300, 100]);
  });

  it('stops at the bytes limit', async () => {
    const { figures } = start([new MaxPace(1)], { bytes: 95 });
    await serve(20);
    expect(figures().due).toBe(10);
  });

  it('has latency count from when an event was due, not from when it could be made', async () => {
    const { lane, figures } = start(
      [new RatePace(constant(100), clock.now())],
      { durationMs: 1000 },
      { mode: 'sync' },
    );
    await clock.advance(500);
    await serve(600);
    const { total, schedule } = figures().latencyMs;
    expect(figures()).toMatchObject({ due: 100, acked: 100 });
    expect(total.max).toBeGreaterThan(450);
    expect(schedule.max).toBeGreaterThan(450);
    expect(lane.failure).toBeUndefined();
  });
});

describe('when things go wrong', () => {
  it('counts what was due but never made as expired, by name, once the time for delivery is over', async () => {
    const settings = { mode: 'sync', deliveryTimeoutMs: 2000, requestTimeoutMs: 100 } as const;
    const { ended, figures, lane } = start(
      [new RatePace(constant(100), clock.now())],
      { durationMs: 1000 },
      settings,
    );
    await silence(6000, 100);
    expect(ended.yet).toBe(true);
    const { due, acked, expired, errors } = figures();
    expect({ due, acked, expired }).toEqual({ due: 100, acked: 0, expired: 100 });
    expect(errors['NEVER_MADE']).toBeGreaterThan(90);
    expect(lane.tally.pending).toBe(0);
  });

  it('ends within its duration and deliveryTimeoutMs, with records made at the last moment', async () => {
    const settings = {
      deliveryTimeoutMs: 60_000,
      requestTimeoutMs: 1000,
      bufferBytes: 1000,
      retriesMax: 1e9,
    };
    const { ended, figures } = start(
      [new RatePace(constant(100), clock.now())],
      { durationMs: 5000 },
      settings,
    );
    await silence(67_000, 1000);
    expect(ended.yet).toBe(true);
    expect(figures()).toMatchObject({ due: 500, expired: 500 });
  });

  it('leaves a partition that drops for one that has room', async () => {
    driver.leaderOf = (_topic, partition) => (partition === 0 ? -1 : 0);
    const settings = { whenFull: 'drop', partitionBufferBytes: 100 } as const;
    const { figures, feeds } = start([new RatePace(constant(1000), clock.now())], { count: 1000 }, settings);
    feeds[0]!.key = null;
    await serve(1100);
    expect(figures().due).toBe(1000);
    expect(figures().dropped).toBeLessThan(500);
  });

  it('follows the rate through a stall', async () => {
    const { figures } = start(
      [new RatePace(constant(100), clock.now())],
      { durationMs: 10_000 },
      { mode: 'sync' },
    );
    await clock.advance(3000);
    expect(figures().due).toBe(300);
    expect(figures().acked).toBe(0);
  });

  it('never has more due than the count, however long a profile that lags takes', async () => {
    const { figures } = start([new RatePace(constant(100), clock.now())], { count: 50 }, { mode: 'sync' });
    await clock.advance(3000);
    const { due, acked, failed, expired, dropped, unacknowledged } = figures();
    expect(due).toBe(50);
    expect(acked + failed + expired + dropped + unacknowledged).toBe(50);
  });

  it('keeps what was made before the generator threw, and says which event it was', async () => {
    const { feeds, ended, figures, lane } = start([new RatePace(constant(100), clock.now())], {
      durationMs: 1000,
    });
    feeds[0]!.throwsAt = 13;
    await serve(500);
    expect(ended.yet).toBe(true);
    expect(figures()).toMatchObject({ due: 12, acked: 12 });
    expect(String(lane.failure)).toMatch(/source s0.*event 13.*no such flavour/);
  });

  it('freezes due at what was made when it is stopped, and sends that', async () => {
    const { lane, ended, figures } = start([new RatePace(constant(100), clock.now())], {});
    await serve(250);
    lane.stop();
    await serve(20);
    expect(ended.yet).toBe(true);
    expect(figures()).toMatchObject({ due: 25, acked: 25 });
  });

  it('ends at once when aborted, with a fate for everything', async () => {
    const { lane, figures } = start([new RatePace(constant(100), clock.now())], {});
    await clock.advance(250);
    lane.abort();
    await settle();
    const { due, acked, unacknowledged, failed } = figures();
    expect(acked + unacknowledged + failed).toBe(due);
  });

  it('tells the rate asked for while events are made, and none afterwards', async () => {
    const { lane } = start([new RatePace(constant(100), clock.now())], { count: 10 });
    await serve(50);
    expect(lane.snapshot().targetRecordsPerSecond).toBe(100);
    await serve(100);
    expect(lane.snapshot().targetRecordsPerSecond).toBe(0);
  });

  it('does not go on for ever at max when nothing is acknowledged any more', async () => {
    const settings = { deliveryTimeoutMs: 1000, requestTimeoutMs: 100, bufferBytes: 2000, lingerMs: 0 };
    const { ended, figures } = start([new MaxPace(1)], { count: 1_000_000 }, settings);
    await silence(4000, 100);
    expect(ended.yet).toBe(true);
    const { due, expired } = figures();
    expect(expired).toBe(due);
  });
});
