/** One profile's figures at a moment, as plain JSON: derived from the tally, nothing is counted here. */
import { type FateCounts, STAGES, type Tally, type TopicTally } from './tally.js';
import type {
  LiveSnapshot,
  MachineLoad,
  Profile,
  ProfileSnapshot,
  Stage,
  TopicSnapshot,
  VerifyResult,
} from './types.js';

export interface Sitter {
  readonly profile: Profile;
  readonly tally: Tally;
  /** Records due by now, whether made or not. */
  readonly due: number;
  /** Whether every record has its fate; until then those without one are unacknowledged. */
  readonly over: boolean;
  /** Epoch ms. */
  readonly now: number;
  readonly wireBytes: number;
  readonly requests: number;
  readonly throttledMs?: number | undefined;
  readonly bufferBytes: number;
  readonly inFlightRequests: number;
  readonly targetRecordsPerSecond: number;
  readonly cpuSeconds: number;
  readonly cpuShared: number;
  readonly machine?: MachineLoad | undefined;
  readonly limitedBy: string;
  readonly timeShares?: ProfileSnapshot['timeShares'];
  readonly verify: VerifyResult | undefined;
  readonly backfill?: ProfileSnapshot['backfill'];
}

export function portrait(sitter: Sitter): LiveSnapshot {
  const { tally, wireBytes } = sitter;
  return {
    profile: profilePortrait(sitter),
    pending: tally.pending,
    bufferBytes: sitter.bufferBytes,
    inFlightRequests: sitter.inFlightRequests,
    targetRecordsPerSecond: sitter.targetRecordsPerSecond,
    retriesByCode: Object.fromEntries(tally.retriesByCode),
    batchRecords: tally.batchRecords.snapshot(),
    batchBytes: tally.batchBytes.snapshot(),
    latency: eachStage((stage) => tally.stages[stage].snapshot()),
    compressionRatio: wireBytes > 0 && tally.rawBytes > 0 ? tally.rawBytes / wireBytes : 1,
    ...(sitter.throttledMs === undefined ? {} : { throttledMs: sitter.throttledMs }),
  };
}

/** A profile whose run is over and of which only the summary is left, as views take it. */
export function still(profile: ProfileSnapshot): LiveSnapshot {
  const none = { bounds: [Infinity], counts: [0], sum: 0, count: 0 };
  return {
    profile,
    pending: 0,
    bufferBytes: 0,
    inFlightRequests: 0,
    targetRecordsPerSecond: 0,
    retriesByCode: {},
    batchRecords: none,
    batchBytes: none,
    latency: eachStage(() => none),
    compressionRatio: 1,
  };
}

function profilePortrait({ profile, tally, now, ...sitter }: Sitter): ProfileSnapshot {
  const last = tally.lastAckedAt || tally.lastSettledAt || now;
  const seconds = tally.firstMadeAt === 0 ? 0 : Math.max(0, last - tally.firstMadeAt) / 1000;
  const written = tally.fates.acked + tally.fates.unacknowledged;
  return {
    name: profile.name,
    settings: profile.settings,
    seconds,
    ...(tally.firstMadeAt === 0 ? {} : { firstMadeAt: tally.firstMadeAt }),
    due: sitter.due,
    ...(sitter.over ? tally.fates : settledOrOpen(tally.fates, sitter.due)),
    records: written,
    retries: tally.retries,
    batches: tally.batches,
    requests: sitter.requests,
    bytes: tally.payloadBytes,
    wireBytes: sitter.wireBytes,
    recordsPerSecond: seconds > 0 ? written / seconds : 0,
    mbPerSecond: seconds > 0 ? tally.writtenBytes / 1e6 / seconds : 0,
    cpuSeconds: sitter.cpuSeconds,
    cpuShared: sitter.cpuShared,
    ...(sitter.machine === undefined ? {} : { machine: sitter.machine }),
    latencyMs: eachStage((stage) => tally.stages[stage].stats()),
    histograms: eachStage((stage) => tally.stages[stage].encode()),
    topics: Object.fromEntries(
      [...tally.topics].map(([name, topic]) => [name, topicPortrait(topic, sitter.over)]),
    ),
    errors: Object.fromEntries(tally.errors),
    errorsByFate: Object.fromEntries(
      [...tally.errorsByFate]
        .filter(([, errors]) => errors.size > 0)
        .map(([fate, errors]) => [fate, Object.fromEntries(errors)]),
    ),
    limitedBy: sitter.limitedBy,
    ...(sitter.timeShares === undefined ? {} : { timeShares: sitter.timeShares }),
    ...(tally.digest === null ? {} : { digest: tally.digest.snapshot() }),
    ...(tally.disorder.size === 0 ? {} : { disorder: Object.fromEntries(tally.disorder) }),
    ...(sitter.backfill === undefined ? {} : { backfill: sitter.backfill }),
    ...(sitter.verify === undefined ? {} : { verify: sitter.verify }),
  };
}

/** A topic's figures; `over` as a sitter's. */
export function topicPortrait(topic: TopicTally, over: boolean): TopicSnapshot {
  const snapshot = topic.snapshot();
  return over ? snapshot : { ...snapshot, fates: settledOrOpen(snapshot.fates, snapshot.due) };
}

/** Nobody has acknowledged what is due and has met no other fate, so that the sums hold at every moment. */
function settledOrOpen(fates: Readonly<FateCounts>, due: number): FateCounts {
  const { acked, failed, expired, dropped } = fates;
  return { acked, failed, expired, dropped, unacknowledged: due - acked - failed - expired - dropped };
}

function eachStage<T>(of: (stage: Stage) => T): { [S in Stage]: T } {
  const result = {} as { [S in Stage]: T };
  for (const stage of STAGES) result[stage] = of(stage);
  return result;
}
