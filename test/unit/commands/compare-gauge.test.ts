/** How long a comparison says it will take, held against worlds whose trials take as long as a model says. */
import { describe, expect, it } from 'vitest';
import type { Contender } from '../../../src/commands/bodies/compare/contenders.js';
import {
  GAUGE_MS,
  type Gauged,
  secondsBeforehand,
  secondsFrom,
  secondsInAll,
} from '../../../src/commands/bodies/compare/gauge.js';
import { TimeLeft } from '../../../src/commands/bodies/compare/time-left.js';
import { createRandom } from '../../../src/random.js';
import type { Limits } from '../../../src/types.js';
import { candidate, live, report } from '../../support/comparison.js';
import { source, workload } from '../../support/workloads.js';

/** A candidate as it is: how fast it sends and is read back, and what comes on top, in seconds. */
interface True {
  readonly name: string;
  readonly perSecond: number;
  readonly readPerSecond: number;
  readonly beside: number;
  readonly readStart: number;
}

const FAST: True = { name: 'fast', perSecond: 400_000, readPerSecond: 150_000, beside: 2.1, readStart: 0.3 };
const SLOW: True = { name: 'slow', perSecond: 3000, readPerSecond: 100_000, beside: 2.4, readStart: 0.4 };
const RECORD_BYTES = 200;

/** What a trial within these limits comes to. */
function lived({ perSecond, readPerSecond, beside, readStart }: True, limits: Limits) {
  const { durationMs = Infinity, count = Infinity, bytes = Infinity } = limits;
  const records = Math.min((durationMs / 1000) * perSecond, count, bytes / RECORD_BYTES);
  const making = records / perSecond;
  const reading = readStart + records / readPerSecond;
  return { records, making, reading, wall: beside + making + reading };
}

function gauged(one: True, limits: Limits): Gauged {
  const { records, making, reading, wall } = lived(one, { ...limits, durationMs: GAUGE_MS });
  const run = live({ acked: records, seconds: making });
  return {
    candidate: one.name,
    watched: {
      outcome: {
        live: { ...run, profile: { ...run.profile, bytes: records * RECORD_BYTES } },
        metrics: report().trials[0]!.figures!.metrics,
        series: [],
        reasons: [],
      },
      load: { all: 0, others: null, throttledMs: 0 },
      makingSeconds: making,
      readingSeconds: reading,
    },
    wallSeconds: wall,
  };
}

describe('a second of each candidate', () => {
  it.each<[string, Limits]>([
    ['a duration', { durationMs: 10_000 }],
    ['a count', { count: 2_000_000 }],
    ['a count below what a second makes', { count: 1000 }],
    ['what a sandbox keeps', { durationMs: 10_000, bytes: 150_000_000 }],
  ])('tells within a tenth how long all trials take that end with %s', (_, limits) => {
    const worlds = [FAST, SLOW];
    const each = secondsFrom(
      worlds.map((one) => gauged(one, limits)),
      limits,
    )!;
    const truth = worlds.reduce((sum, one) => sum + 5 * lived(one, limits).wall, 0);
    expect(secondsInAll(each, { trials: 5 }) / truth).toBeGreaterThan(0.9);
    expect(secondsInAll(each, { trials: 5 }) / truth).toBeLessThan(1.1);
  });

  it('does not tell where nothing was sent, unless the trials end by the clock', () => {
    const none = { ...SLOW, perSecond: 0 };
    const asked = (limits: Limits) => secondsFrom([gauged(none, limits)], limits);
    expect(asked({ count: 1000 })).toBeUndefined();
  });
});

describe('at a rate', () => {
  const contender = (rate: number): Contender => ({
    candidate: candidate('async'),
    profile: { name: 'async', doc: '', settings: candidate('async').settings },
    workload: workload({}, [source('stock', { rate: { kind: 'constant', options: { rate }, scale: 1 } })]),
    needsBrokers: true,
  });
  const shape = { warmupMs: 1000, atMax: false, contenders: [contender(5000)] };

  it('is known beforehand: start, warm-up, making, and reading back what came at that rate', () => {
    const [seconds] = secondsBeforehand({ ...shape, limits: { durationMs: 10_000 } })!.values();
    expect(seconds).toBeGreaterThan(12.5);
    expect(seconds).toBeLessThan(15);
    const [counted] = secondsBeforehand({ ...shape, limits: { count: 25_000 } })!.values();
    expect(counted).toBeGreaterThan(7.5);
    expect(counted).toBeLessThan(9);
  });

  it('is not where only bytes end it, or at full speed', () => {
    expect(secondsBeforehand({ ...shape, limits: { bytes: 1e6 } })).toBeUndefined();
    expect(secondsBeforehand({ ...shape, limits: { durationMs: 1000 }, atMax: true })).toBeUndefined();
  });
});

describe('the time left', () => {
  it('comes to the truth with each trial, however wrong the plan was, and whatever the order', () => {
    const random = createRandom(7);
    const names = ['a', 'b', 'c'];
    const truth = new Map([
      ['a', 12],
      ['b', 40],
      ['c', 20],
    ]);
    for (const planned of [6, 18, 60]) {
      const left = new TimeLeft();
      left.plan(new Map(names.map((name) => [name, planned])));
      const rest = Array.from({ length: 5 }, () => names).flat();
      const wrong: number[] = [];
      while (rest.length > 1) {
        const name = rest.shift()!;
        left.took(name, truth.get(name)! * (0.9 + 0.2 * random.float()));
        const real = rest.reduce((sum, one) => sum + truth.get(one)!, 0);
        wrong.push(Math.abs(left.for(rest)! / real - 1));
      }
      // Once each was there, it is off by no more than trials differ among themselves.
      expect(Math.max(...wrong.slice(2))).toBeLessThan(0.11);
    }
  });

  it('corrects what was planned for the others by what the first ones took', () => {
    const left = new TimeLeft();
    left.plan(
      new Map([
        ['a', 10],
        ['b', 20],
      ]),
    );
    expect(left.for(['a', 'b'])).toBe(30);
    left.took('a', 15);
    expect(left.for(['b'])).toBe(30);
  });

  it('is not told where nobody knows', () => {
    const left = new TimeLeft();
    expect(left.for(['a'])).toBeNull();
    expect(left.for([])).toBe(0);
    left.took('a', 10);
    expect(left.for(['b', 'a'])).toBe(20);
  });
});
