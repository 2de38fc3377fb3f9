/** Each thing that can keep a run from being faster, provoked: what is told has to be that. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers';
import { describe, expect, test } from 'vitest';
import { type Delivering, isBehind } from '../../src/backlog.js';
import { bottleneck } from '../../src/bottleneck.js';
import { systemClock } from '../../src/clock.js';
import { loadProfile } from '../../src/config/load.js';
import { defineGenerator } from '../../src/generator.js';
import { run } from '../../src/run.js';
import type { RateSpec, Workload } from '../../src/types.js';
import { type Circumstances, Waits } from '../../src/waits.js';
import { profileSnapshot } from '../support/snapshots.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** A generator of noise whose events take `workMs` of this thread's time each. */
const generator = ({ workMs = 0, numbers = 20 }: Provoked) =>
  defineGenerator({
    doc: 'Work.',
    topic: 'work',
    create({ random }) {
      const text = () => Array.from({ length: numbers }, () => random.float()).join();
      const texts = Array.from({ length: 64 }, text);
      return {
        next(dueAt) {
          const until = systemClock.now() + workMs;
          while (workMs > 0 && systemClock.now() < until);
          return { value: { noise: texts[random.int(64)] }, timestamp: Math.floor(dueAt) };
        },
      };
    },
  });

interface Provoked {
  readonly sets?: string[];
  readonly faults?: string[];
  readonly rate?: RateSpec;
  readonly workMs?: number;
  /** In each value, 18 bytes each. */
  readonly numbers?: number;
  readonly durationMs?: number;
}

async function limitOf(provoked: Provoked) {
  const { sets = [], faults = [], rate, durationMs = 500 } = provoked;
  const workload: Workload = {
    name: 'w',
    doc: '',
    seed: 1,
    limits: { durationMs },
    faults: [],
    sources: [
      {
        name: 'work',
        generator: 'work',
        part: generator(provoked),
        serializer: 'json',
        rate: rate ?? { kind: 'max' },
        time: { kind: 'live' },
        options: {},
      },
    ],
  };
  const profiles = [await loadProfile('async', ['bufferBytes=1MiB', ...sets])];
  const { snapshot, reasons } = await run({ workload, profiles, partitions: 4, sandbox: { faults } });
  expect(reasons).toEqual([]);
  return snapshot.profiles[0]!.profile;
}

const perSecond = (rate: number): RateSpec => ({ kind: 'constant', options: { rate }, scale: 1 });

describe('limitedBy names what was provoked', { timeout: 60_000 }, () => {
  test.for<[string, Provoked]>([
    ['rate', { rate: perSecond(200), durationMs: 1500 }],
    ['generator', { workMs: 0.2, sets: ['driver=null'] }],
    // Long enough for more than a few requests that find nothing before them, and slow enough to be told from a busy machine.
    ['broker', { faults: ['produce:delay=150ms'], durationMs: 3000 }],
    [
      'broker',
      {
        faults: ['produce:error=NOT_LEADER_OR_FOLLOWER,every=2'],
        sets: ['bufferBytes=64KiB', 'batchBytes=16KiB'],
      },
    ],
    ['in-flight limit', { faults: ['produce:delay=30ms'], sets: ['inFlightMax=1'] }],
    [
      'buffer full',
      { faults: ['produce:delay=30ms'], sets: ['bufferBytes=4KiB', 'batchBytes=4KiB'], numbers: 400 },
    ],
    [
      'buffer full',
      { faults: ['produce:delay=30ms'], sets: ['bufferBytes=64KiB', 'batchBytes=16KiB', 'whenFull=drop'] },
    ],
    // Below the rate that is asked for, with room in the buffer to the end.
    [
      'broker',
      {
        faults: ['produce:error=NOT_LEADER_OR_FOLLOWER,every=2'],
        rate: perSecond(5000),
        sets: ['bufferBytes=64MiB'],
        durationMs: 3000,
      },
    ],
    [
      'in-flight limit',
      {
        faults: ['produce:delay=100ms'],
        rate: perSecond(1000),
        sets: ['bufferBytes=64MiB', 'batchBytes=4KiB', 'inFlightMax=1'],
        durationMs: 2000,
      },
    ],
    [
      'compression',
      {
        sets: ['driver=kafka', 'compression=zstd', 'compressionLevel=22', 'batchBytes=256KiB'],
        numbers: 400,
      },
    ],
    ['acknowledgements', { sets: ['mode=sync'], faults: ['produce:delay=2ms'] }],
  ])('%s: %j', async ([word, provoked]) => {
    const profile = await limitOf(provoked);
    expect(profile.limitedBy, JSON.stringify(profile.timeShares)).toBe(word);
    const sum = Object.values(profile.timeShares!).reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(1, 6);
    expect(bottleneck(profile)).toMatch(/^limited by .*\(\d+ % of the time[;)]|^limited by the buffer/);
  });

  test('event loop: something else that keeps this thread busy', async () => {
    let over = false;
    const hog = () => {
      const until = systemClock.now() + 10;
      while (systemClock.now() < until);
      if (!over) setImmediate(hog);
    };
    setImmediate(hog);
    const profile = await limitOf({ sets: ['driver=null'] }).finally(() => {
      over = true;
    });
    expect(profile.limitedBy, JSON.stringify(profile.timeShares)).toBe('event loop');
  });
});

describe('other programs', () => {
  test('that take the processors are told beside the generator that waited for them', {
    timeout: 60_000,
  }, async () => {
    const hogs = Array.from({ length: 2 * availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    try {
      const profile = await limitOf({ workMs: 0.2, sets: ['driver=null'], durationMs: 2000 });
      expect(profile.machine!.others).toBeGreaterThan(0.3);
      expect(profile.limitedBy).toBe('generator');
      expect(bottleneck(profile)).toMatch(
        /^limited by the generator \(\d+ % of the time; other programs used \d+ % of the machine\): making events/,
      );
    } finally {
      for (const hog of hogs) hog.kill('SIGKILL');
    }
  });

  test('are told only where they can have been in the way', () => {
    const said = (all: number, others: number | null, limitedBy = 'generator') => {
      const { profile } = profileSnapshot();
      const timeShares = { generator: 0.9, rate: 0.1 };
      return bottleneck({ ...profile, limitedBy, timeShares, machine: { all, others } });
    };
    expect(said(0.95, 0.4)).toContain('(90 % of the time; other programs used 40 % of the machine)');
    // There was room for both, they used little, nobody can tell, and it kept up all the same.
    for (const [all, others] of [
      [0.6, 0.4],
      [1, 0.1],
      [1, null],
    ] as const)
      expect(said(all, others)).toContain('limited by the generator (90 % of the time): ');
    expect(said(0.95, 0.4, 'rate')).not.toContain('other programs');
  });
});

/** Virtual time of which a test says how much of it was idle. */
class IdleClock extends VirtualClock {
  idle = 0;
  idleMs = () => this.idle;
}

describe('the shares of the time', () => {
  const usual: Circumstances = { paced: true, sync: false, rejected: 0, queueing: 1, behind: false };

  async function waits(laps: [Parameters<Waits['lap']>[0], ms: number, idle?: number][]): Promise<Waits> {
    const clock = new IdleClock();
    const kept = new Waits(clock);
    kept.start();
    for (const [spent, ms, idle = 0] of laps) {
      await clock.advance(ms);
      clock.idle += idle;
      kept.lap(spent);
    }
    return kept;
  }

  test('count as waiting only what the thread was idle, and the rest as the event loop', async () => {
    const kept = await waits([
      ['making', 200],
      ['under way', 600, 500],
      ['not due', 200, 100],
    ]);
    expect(kept.shares(usual)).toEqual({ generator: 0.2, 'event loop': 0.2, 'buffer full': 0.5, rate: 0.1 });
    expect(kept.limitedBy(usual)).toBe('buffer full');
  });

  test('of waiting behind others: the limit if that took no longer, the broker if it did', async () => {
    const kept = await waits([
      ['making', 500],
      ['held back', 500, 500],
    ]);
    expect(kept.limitedBy(usual)).toBe('in-flight limit');
    expect(kept.limitedBy({ ...usual, queueing: 3 })).toBe('broker');
  });

  test('a source that had nothing due for a while has kept up, however busy it was', async () => {
    const busy = await waits([
      ['making', 700],
      ['passing', 250],
      ['not due', 50, 50],
    ]);
    expect(busy.limitedBy(usual)).toBe('rate');
    expect(busy.limitedBy({ ...usual, paced: false })).toBe('generator');
  });

  test('a source with nothing due is not said to have kept up while a backlog stands', async () => {
    const kept = await waits([
      ['making', 100],
      ['not due', 800, 800],
      ['trouble', 100, 100],
    ]);
    expect(kept.limitedBy(usual)).toBe('rate');
    expect(kept.limitedBy({ ...usual, behind: true })).toBe('broker');
  });
});

describe('a backlog', () => {
  const usual: Delivering = {
    due: 5000,
    open: 50,
    elapsedMs: 1000,
    perSecond: 5000,
    lingerMs: 5,
    requestMs: 10,
  };

  test('is what lingering, requests and a moment of the machine do not explain', () => {
    expect(isBehind(usual)).toBe(false);
    expect(isBehind({ ...usual, open: 1000 })).toBe(false);
    expect(isBehind({ ...usual, open: 2500 })).toBe(true);
    expect(isBehind({ ...usual, open: 2500, requestMs: 100 })).toBe(false);
    expect(isBehind({ ...usual, open: 2500, lingerMs: 400 })).toBe(false);
    expect(isBehind({ ...usual, due: 0, open: 0 })).toBe(false);
  });

  test('is measured by the rate of the moment where that is greater, such as after a lull', () => {
    const rush: Delivering = { ...usual, due: 1000, open: 1000, elapsedMs: 60_000, perSecond: 10_000 };
    expect(isBehind(rush)).toBe(false);
    expect(isBehind({ ...rush, perSecond: 10 })).toBe(true);
  });
});
