/** Latency counts from when a record was due, is split into stages that add up, and says what it rests on. */
import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../src/config/load.js';
import { Histogram } from '../../src/histogram.js';
import { Lane } from '../../src/lane.js';
import { RatePace } from '../../src/pace.js';
import { createRandom } from '../../src/random.js';
import { run } from '../../src/run.js';
import json from '../../src/serializers/json.js';
import { Source } from '../../src/source.js';
import { isClaim, spread } from '../../src/spread.js';
import { STAGES } from '../../src/tally.js';
import type { LatencyStats, ProfileSnapshot, Stage, Workload } from '../../src/types.js';
import { SETTINGS } from '../support/pipeline.js';
import { OK, RecordingDriver } from '../support/recording-driver.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

const PARTS: readonly Stage[] = ['schedule', 'buffer', 'compression', 'request', 'retry'];

function addsUp({ latencyMs }: ProfileSnapshot): void {
  const sum = PARTS.reduce((total, stage) => total + latencyMs[stage].mean, 0);
  expect(latencyMs.total.mean).toBeGreaterThan(0);
  expect(Math.abs(sum - latencyMs.total.mean)).toBeLessThan(0.01 * latencyMs.total.mean);
  for (const stage of STAGES) expect(latencyMs[stage].count).toBe(latencyMs.total.count);
}

/** Stock ticks at a rate through the sandbox. */
async function sandboxRun(sets: string[], faults: string[], perSecond: number, durationMs: number) {
  const stock = { generator: 'stock', serializer: 'json', time: { kind: 'live' }, options: {} } as const;
  const rate = { kind: 'constant', options: { rate: perSecond }, scale: 1 };
  const sources = [{ name: 'stock', ...stock, rate }];
  const workload: Workload = { name: 'w', doc: '', seed: 1, limits: { durationMs }, faults: [], sources };
  const { snapshot } = await run({
    workload,
    profiles: [await loadProfile('durable', sets)],
    sandbox: { faults },
  });
  return snapshot.profiles[0]!.profile;
}

describe('a stall of two seconds', () => {
  test('is seen by every record that was due meanwhile, not by the one request that waited', async () => {
    const clock = new VirtualClock();
    const driver = new RecordingDriver({ recordsPerBatch: 1000 });
    // One record at a time and a small buffer: a loop that waits for answers would time one slow record of many.
    const settings = { ...SETTINGS, mode: 'sync', lingerMs: 0 } as const;
    const lane = new Lane({ name: 'p', doc: '', settings }, driver, clock, createRandom(1));
    const source = new Source({
      name: 's',
      feed: { next: (dueAt) => ({ value: {}, timestamp: Math.floor(dueAt), key: 'k' }) },
      key: null,
      serializer: json.compile(undefined),
      topic: 't',
      accumulator: lane.accumulator,
      random: createRandom(2),
    });
    const rate = { countBy: (ms: number) => ms / 10, perSecondAt: () => 100 };
    const pace = new RatePace(rate, clock.now());
    const done = lane.drive([{ source, pace }], { durationMs: 100_000 }, clock.now());
    let over = false;
    void done.then(() => {
      over = true;
    });
    for (let ms = 0; !over && ms < 110_000; ms += 5) {
      await clock.advance(5);
      const stalled = ms >= 50_000 && ms < 52_000;
      while (!stalled && driver.attempts.length > 0) {
        driver.attempts[0]!.answer(OK);
        await settle();
      }
    }
    await done;
    const { profile } = lane.snapshot();
    expect(profile).toMatchObject({ due: 10_000, acked: 10_000 });
    const { p50, p99, p999 } = profile.latencyMs.total;
    // 200 of 10,000 were due within it.
    expect(p50).toBeLessThan(20);
    expect(p99).toBeGreaterThan(900);
    expect(p999).toBeGreaterThan(1850);
    expect(profile.latencyMs.request.p99).toBeLessThan(20);
    addsUp(profile);
  });

  test('shows in p99.9 of a run through a real socket', async () => {
    const profile = await sandboxRun([], ['produce:delay=2s,at=1s,count=1'], 500, 6000);
    expect(profile.acked).toBe(profile.due);
    expect(profile.latencyMs.total.p999).toBeGreaterThan(1800);
    addsUp(profile);
  }, 30_000);
});

describe('the means of the stages add up to that of the whole', () => {
  test.for<[string, string[], string[]]>([
    ['compressed', ['compression=zstd', 'compressionLevel=12', 'batchBytes=64KiB'], []],
    ['repeated', ['retryBackoffMs=20'], ['produce:error=NOT_LEADER_OR_FOLLOWER,every=5']],
    ['repeated with answers lost, and compressed', ['compression=gzip'], ['produce:drop-after,every=20']],
    ['stalled', [], ['produce:delay=200ms,every=10']],
    ['sync', ['mode=sync', 'lingerMs=0'], ['produce:delay=20ms,every=20']],
  ])('%s', async ([, sets, faults]) => {
    const profile = await sandboxRun(sets, faults, 1000, 1500);
    expect(profile.acked).toBe(profile.due);
    addsUp(profile);
    if (faults[0]?.includes('error')) expect(profile.latencyMs.retry.mean).toBeGreaterThan(1);
  });
});

describe('percentiles', () => {
  const stats = (records: number): LatencyStats => {
    const histogram = new Histogram();
    for (let i = 1; i <= records; i++) histogram.add(i / 1000);
    return histogram.stats();
  };
  const profile = (records: number) =>
    ({
      latencyMs: Object.fromEntries(STAGES.map((stage) => [stage, stats(records)])),
    }) as unknown as ProfileSnapshot;

  test('are claims where ten records lie beyond them', () => {
    expect(isClaim(100_000, 0.0001)).toBe(true);
    expect(isClaim(99_999, 0.0001)).toBe(false);
    expect(isClaim(1000, 0.01)).toBe(true);
  });

  test('come with the sample that they rest on, and are not told without one', () => {
    const [few] = spread(profile(500));
    expect(few).toMatch(/^latency of 500 records: p50 25\d µs, p95 47\d µs, max 500 µs/);
    expect(few).toMatch(/\(too few for p99, p99\.9, p99\.99\)$/);
    const [many, mean] = spread(profile(100_000));
    expect(many).toMatch(/^latency of 100,000 records: .*p99\.99 100 ms, max 100 ms$/);
    expect(mean).toMatch(/^mean 50(\.\d)? ms = schedule 50(\.\d)? ms \+ buffer/);
    expect(spread(profile(0))).toEqual([]);
  });
});
