/** Made-up snapshots, whole and consistent, for whatever shows them. */
import type {
  Fate,
  HistogramSnapshot,
  LatencyStats,
  LiveSnapshot,
  ProfileSettings,
  ProfileSnapshot,
  Snapshot,
  Stage,
  VerifyResult,
  WorkloadSource,
} from '../../src/types.js';

const STAGES: readonly Stage[] = ['schedule', 'buffer', 'compression', 'request', 'retry', 'total'];

export const SETTINGS: ProfileSettings = {
  driver: 'kafka',
  acks: 'all',
  compression: 'none',
  compressionLevel: null,
  batchBytes: 65_536,
  batchRecords: 10_000,
  lingerMs: 5,
  bufferBytes: 33_554_432,
  partitionBufferBytes: 8_388_608,
  whenFull: 'wait',
  inFlightMax: 5,
  retriesMax: 2_147_483_647,
  retryBackoffMs: 100,
  retryBackoffMsMax: 1000,
  requestTimeoutMs: 30_000,
  deliveryTimeoutMs: 120_000,
  idempotent: true,
  mode: 'async',
  guards: true,
};

export interface ProfileSketch {
  readonly name?: string;
  readonly acked?: number;
  readonly failed?: number;
  readonly expired?: number;
  readonly dropped?: number;
  readonly unacknowledged?: number;
  /** Made, not settled. */
  readonly pending?: number;
  readonly retriesByCode?: Readonly<{ [code: string]: number }>;
  readonly errors?: Readonly<{ [code: string]: number }>;
  readonly settings?: Partial<ProfileSettings>;
  readonly seconds?: number;
  /** Base 1: all latencies are multiplied by it. */
  readonly slow?: number;
  readonly cpuSeconds?: number;
  readonly topic?: string;
  readonly verify?: VerifyResult;
}

/** One profile whose sums agree. */
export function profileSnapshot(sketch: ProfileSketch = {}): LiveSnapshot {
  const fates: { [F in Fate]: number } = {
    acked: sketch.acked ?? 1000,
    failed: sketch.failed ?? 0,
    expired: sketch.expired ?? 0,
    dropped: sketch.dropped ?? 0,
    // Under way is unacknowledged, too, but not written.
    unacknowledged: (sketch.unacknowledged ?? 0) + (sketch.pending ?? 0),
  };
  const pending = sketch.pending ?? 0;
  const due = Object.values(fates).reduce((sum, value) => sum + value, 0);
  const settled = due - pending;
  const stored = fates.acked + fates.unacknowledged - pending;
  const seconds = sketch.seconds ?? 10;
  const retriesByCode = sketch.retriesByCode ?? {};
  const latency = each((stage) => histogram(settled, stageMs(stage) * (sketch.slow ?? 1)));
  const name = sketch.name ?? 'async';
  const profile: ProfileSnapshot = {
    name,
    settings: { ...SETTINGS, ...sketch.settings },
    seconds,
    due,
    ...fates,
    records: stored,
    retries: Object.values(retriesByCode).reduce((sum, value) => sum + value, 0),
    batches: Math.ceil(stored / 100),
    requests: Math.ceil(stored / 200),
    bytes: stored * 200,
    wireBytes: stored * 150,
    recordsPerSecond: stored / seconds,
    mbPerSecond: (stored * 200) / seconds / 1e6,
    cpuSeconds: sketch.cpuSeconds ?? 0.5,
    cpuShared: 1,
    latencyMs: each((stage) => stats(stored, stageMs(stage) * (sketch.slow ?? 1))),
    histograms: each(() => ''),
    topics: {
      [sketch.topic ?? 'stock_price_updates']: {
        records: stored,
        partitions: 6,
        offsets: { '0': [0, stored] },
        written: { '0': stored },
        fates,
        due,
      },
    },
    errors: sketch.errors ?? {},
    errorsByFate: {},
    limitedBy: 'rate',
    ...(sketch.verify === undefined ? {} : { verify: sketch.verify }),
  };
  return {
    profile,
    pending,
    bufferBytes: pending * 210,
    inFlightRequests: pending > 0 ? 2 : 0,
    targetRecordsPerSecond: 100,
    retriesByCode,
    batchRecords: histogram(profile.batches, 100),
    batchBytes: histogram(profile.batches, 15_000),
    latency,
    compressionRatio: 1,
  };
}

/** A source with a rate. */
export const STEADY: WorkloadSource = {
  name: 'stock',
  generator: 'stock',
  serializer: 'json',
  rate: { kind: 'constant', options: { rate: 100 }, scale: 1 },
  time: { kind: 'live' },
  options: {},
};

export function snapshot(sketches: readonly ProfileSketch[] = [{}], over: Partial<Snapshot> = {}): Snapshot {
  return {
    eventmill: '0.1.0',
    phase: 'running',
    seed: 42,
    workload: 'demo',
    driver: 'kafka',
    brokers: '127.0.0.1:41234',
    sandbox: true,
    startedAt: '2025-06-03T12:00:00.000Z',
    elapsedSeconds: 10,
    sources: [],
    profiles: sketches.map(profileSnapshot),
    ...over,
  };
}

function each<T>(make: (stage: Stage) => T): { [S in Stage]: T } {
  return Object.fromEntries(STAGES.map((stage) => [stage, make(stage)])) as { [S in Stage]: T };
}

function stageMs(stage: Stage): number {
  return stage === 'total' ? 8 : stage === 'retry' ? 0.5 : STAGES.indexOf(stage) + 1;
}

function stats(count: number, ms: number): LatencyStats {
  return { count, mean: ms, p50: ms, p95: ms * 2, p99: ms * 3, p999: ms * 4, p9999: ms * 5, max: ms * 6 };
}

/** Fine buckets as a log-linear histogram has them, all values in the one that holds `at`. */
export function histogram(total: number, at: number): HistogramSnapshot {
  const bounds: number[] = [];
  for (let power = -3; power < 6; power++)
    for (let step = 1; step <= 32; step++) bounds.push(10 ** power * (1 + (step * 9) / 32));
  bounds.push(Number.POSITIVE_INFINITY);
  const home = bounds.findIndex((bound) => at <= bound);
  return {
    bounds,
    counts: bounds.map((_, index) => (index === home ? total : 0)),
    sum: total * at,
    count: total,
  };
}
