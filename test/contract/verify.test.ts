/** Whole runs into the sandbox, read back while they go on: whatever was made, and whatever became of it, is told as it was. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { defineGenerator } from '../../src/generator.js';
import { run } from '../../src/run.js';
import { startSandbox } from '../../src/sandbox/index.js';
import type { ProfileSettings, WorkloadSource } from '../../src/types.js';
import { perSecond, profile, source, workload } from '../support/workloads.js';

const NOTHING_WRONG = { lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };

interface Wishes {
  readonly count?: number;
  readonly faults?: readonly string[];
  readonly memoryBytes?: number;
  readonly settings?: Partial<ProfileSettings>;
}

async function verified(sources: WorkloadSource[], wishes: Wishes = {}) {
  const { count = 5000, faults = [], memoryBytes, settings = {} } = wishes;
  const { snapshot, exitCode, reasons } = await run({
    workload: workload({ count }, sources),
    profiles: [profile('it', settings)],
    sandbox: { faults, ...(memoryBytes === undefined ? {} : { memoryBytes }) },
    verify: true,
  });
  const { profile: it } = snapshot.profiles[0]!;
  return { it, verify: it.verify!, exitCode, reasons };
}

describe('every value is what the seed makes', () => {
  const order = { generator: 'pizza', options: { ordersPerDay: 100_000 } };
  it.for<[string, WorkloadSource[]]>([
    ['as fast as it goes', [source('stock'), source('pizza')]],
    [
      'with orders asked for at a rate, which live faster than in life',
      [source('pizza', { ...order, rate: perSecond(4000), time: { kind: 'live', speed: 2000 } })],
    ],
    ['at the model’s own pace', [source('pizza', { ...order, rate: { kind: 'natural', mean: 5000 } })]],
    [
      'in simulated time, to the byte',
      [
        source('stock', { time: { kind: 'simulated', start: Date.UTC(2025, 2, 3) } }),
        source('pizza', { time: { kind: 'simulated', start: Date.UTC(2025, 2, 3) } }),
      ],
    ],
    ['with pads', [source('stock', { valueBytes: 900 }), source('pizza', { valueBytes: 300 })]],
    ['without keys', [source('stock', { key: null })]],
    [
      'with two sources in one topic',
      [
        source('stock', { topic: 'both' }),
        source('pizza', { topic: 'both' }),
        source('stock', { name: 'more', topic: 'both', options: { symbols: 3 } }),
      ],
    ],
  ])('%s', async ([, sources]) => {
    const { verify, exitCode, reasons } = await verified(sources);
    expect({ exitCode, reasons }).toEqual({ exitCode: 0, reasons: [] });
    expect(verify).toEqual({ read: 5000, ...NOTHING_WRONG });
  });

  it('with a generator of a program’s own that repeats itself', async () => {
    const part = defineGenerator({
      doc: 'Rooms without numbers.',
      topic: 'rooms',
      key: 'room',
      create: ({ random }) => ({
        next: (dueAt) => ({
          value: { room: `room-${random.int(10)}`, celsius: random.normal(), timestamp: Math.floor(dueAt) },
          timestamp: Math.floor(dueAt),
        }),
      }),
    });
    const { verify } = await verified([source('rooms', { part })], {
      faults: ['produce:drop-after,every=9'],
    });
    expect(verify).toEqual({ read: 5000, ...NOTHING_WRONG });
  });

  it('and where a generator does not repeat itself, that is said, and its numbers are checked', async () => {
    let made = 0;
    const part = defineGenerator({
      doc: 'Never the same.',
      topic: 'moods',
      key: 'who',
      create: () => {
        let sequence = 0;
        return {
          next: (dueAt) => ({
            value: { who: 'me', mood: made++, sequence: ++sequence },
            timestamp: Math.floor(dueAt),
          }),
        };
      },
    });
    const { verify } = await verified([source('moods', { part })]);
    expect(verify).toMatchObject({ read: 5000, ...NOTHING_WRONG });
    expect(verify.notes!.join()).toMatch(/moods: its generator does not repeat itself/);
  });
});

describe('a sandbox of little memory', () => {
  it('keeps what was not read yet, and Produce waits for the reader', async () => {
    const count = 80_000;
    const { verify, exitCode } = await verified([source('stock')], { count, memoryBytes: 4 * 1024 * 1024 });
    expect({ exitCode, ...verify }).toEqual({ exitCode: 0, read: count, ...NOTHING_WRONG });
  });
});

describe('what became of the records is told as the broker has it', () => {
  it('acks 0: what a closed connection swallowed is lost, which nobody promised against', async () => {
    const { it, verify, exitCode } = await verified([source('stock'), source('pizza')], {
      count: 20_000,
      faults: ['produce:drop,every=9'],
      settings: { acks: 0, idempotent: false },
    });
    expect(verify.lost).toBeGreaterThan(0);
    // A record is there, or lost, or was given up on with its connection and so excused.
    expect(verify.read + verify.lost + (verify.excused ?? 0)).toBe(20_000);
    expect(verify).toMatchObject({ duplicated: 0, reordered: 0, corrupted: 0 });
    expect(verify.examples!.lost!.length).toBeGreaterThan(0);
    expect(exitCode).toBe(it.failed + it.expired > 0 ? 1 : 0);
  });

  it.for(['produce:drop-after,every=5,after=20', 'produce:error-after=REQUEST_TIMED_OUT,every=4,after=20'])(
    'acks 1: each copy that %s makes is counted, and no more',
    async (fault) => {
      const sandbox = await startSandbox({ faults: [fault] });
      onTestFinished(() => sandbox.close());
      const { snapshot } = await run({
        workload: workload({ count: 20_000 }, [source('stock'), source('pizza')]),
        profiles: [profile('it', { acks: 1, idempotent: false })],
        brokers: sandbox.brokers,
        verify: true,
      });
      const { records } = await sandbox.stats();
      expect(records).toBeGreaterThan(20_000);
      expect(snapshot.profiles[0]!.profile.verify).toMatchObject({
        read: records,
        ...NOTHING_WRONG,
        duplicated: records - 20_000,
      });
    },
  );

  it('acks 1: of lost records without a key the number is told, and that nobody knows which they are', async () => {
    const { verify } = await verified([source('stock', { key: null, rate: perSecond(5000) })], {
      faults: ['produce:lose,after=5,count=5'],
      settings: { acks: 1, idempotent: false },
    });
    expect(verify.lost).toBeGreaterThan(0);
    expect(verify.read + verify.lost).toBe(5000);
    expect(verify.notes).toEqual([
      expect.stringMatching(/is certain; which ones, nothing that came can tell/),
    ]);
  });

  it('acks all: records that failed for good are missing as told, and not lost', async () => {
    const { it, verify } = await verified([source('stock')], {
      count: 20_000,
      faults: ['produce:error=NOT_ENOUGH_REPLICAS,every=3'],
      settings: { retriesMax: 0, idempotent: false },
    });
    expect(it.failed).toBeGreaterThan(0);
    expect(verify).toMatchObject({ ...NOTHING_WRONG, excused: it.failed, read: it.acked });
  });

  it('another run of another seed into the same topic is left alone', async () => {
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
    const runs = await Promise.all(
      [1, 2].map((seed) =>
        run({
          workload: workload({ count: 4000 }, [source('stock', { rate: perSecond(4000) })], seed),
          profiles: [profile(`it${seed}`)],
          brokers: sandbox.brokers,
          verify: true,
        }),
      ),
    );
    const verdicts = runs.map(({ snapshot }) => snapshot.profiles[0]!.profile.verify!);
    for (const verdict of verdicts) expect(verdict).toMatchObject({ read: 4000, ...NOTHING_WRONG });
    expect(verdicts.reduce((sum, { foreign = 0 }) => sum + foreign, 0)).toBeGreaterThan(1000);
  });

  it('what the kafkajs producer doubles is found', async () => {
    const { verify } = await verified([source('stock')], {
      faults: ['produce:drop-after,every=6'],
      settings: { driver: 'kafkajs', idempotent: false, acks: 'all' },
    });
    expect(verify.duplicated).toBeGreaterThan(0);
    expect(verify).toMatchObject({ lost: 0, corrupted: 0 });
  });
});

describe('disorder that was asked for', () => {
  const disorder = {
    late: 0.02,
    outOfOrder: 0.02,
    duplicate: 0.02,
    missing: 0.02,
    malformed: 0.02,
    schemaViolating: 0.02,
    tombstone: 0.02,
    clockSkewed: 0.02,
    lateByMs: 20,
  };
  const start = Date.UTC(2025, 2, 3, 18);

  it.for<[string, WorkloadSource[]]>([
    ['as fast as it goes', [source('stock', { disorder }), source('pizza', { disorder })]],
    [
      'at a rate, in an order that the replay does not have',
      [
        source('pizza', {
          disorder,
          rate: perSecond(4000),
          time: { kind: 'live', speed: 2000 },
          options: { ordersPerDay: 100_000 },
        }),
      ],
    ],
    ['in simulated time', [source('stock', { disorder, time: { kind: 'simulated', start } })]],
    ['with pads, and without keys', [source('stock', { disorder, valueBytes: 600, key: null })]],
    [
      'in one topic with a source that has none',
      [source('stock', { disorder, topic: 'both' }), source('pizza', { topic: 'both' })],
    ],
  ])('is no fault of the delivery: %s', async ([, sources]) => {
    const { it, verify, exitCode, reasons } = await verified(sources);
    expect({ exitCode, reasons }).toEqual({ exitCode: 0, reasons: [] });
    expect(verify).toEqual({ read: 5000, ...NOTHING_WRONG });
    for (const kind of Object.keys(disorder).slice(0, 8))
      expect(it.disorder?.[kind as 'late'], kind).toBeGreaterThan(10);
  });

  it('hides no fault of the delivery: copies and losses are still counted', async () => {
    const half = { duplicate: 0.2, malformed: 0.2, tombstone: 0.2, clockSkewed: 0.2 };
    const unsafe = { idempotent: false, retriesMax: 100, requestTimeoutMs: 300, inFlightMax: 1 };
    const copies = await verified([source('stock', { disorder: half })], {
      faults: ['produce:drop-after,every=5'],
      settings: unsafe,
    });
    expect(copies.it.retries).toBeGreaterThan(0);
    expect(copies.verify.duplicated).toBeGreaterThan(0);
    expect(copies.verify).toMatchObject({ lost: 0, reordered: 0, corrupted: 0 });
    expect(copies.verify.read).toBe(5000 + copies.verify.duplicated);
    const losses = await verified([source('stock', { disorder: half })], {
      faults: ['produce:drop,every=5'],
      settings: { acks: 0, idempotent: false, retriesMax: 0 },
    });
    expect(losses.verify.lost).toBeGreaterThan(0);
    expect(losses.verify).toMatchObject({ duplicated: 0, reordered: 0, corrupted: 0 });
  });
});
