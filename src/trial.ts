/**
 * Composition: one trial of a comparison. A warm-up of its own, on topics of its own, makes the code hot and is thrown
 * away whole; then the measured run begins with the seed's first event, and is read back when it is over, so that
 * nothing reads along while it is measured.
 */
import { metricsOf } from './compare/metrics.js';
import { Series } from './compare/series.js';
import type { Metrics, Second } from './compare/types.js';
import { readClient } from './config/client.js';
import { EventmillError } from './errors.js';
import { verifyShortcomings } from './judge.js';
import { prepareSources } from './prepare.js';
import { createRandom } from './random.js';
import { ReadBack } from './read-back.js';
import { expectedOf } from './replay.js';
import type { Run, RunRequest } from './request.js';
import { startRun } from './run.js';
import type { Bootstrap, Clock, LiveSnapshot, Profile, Security, VerifyResult, Workload } from './types.js';

/** Plain JSON: it goes to another process. */
export interface TrialRequest {
  /** Its topics are this trial's own. */
  readonly workload: Workload;
  /** The same on other topics, and as long as the warm-up; null for none. */
  readonly warmup: Workload | null;
  readonly profile: Profile;
  /** Empty for drivers that need none. */
  readonly brokers: readonly string[];
  /** A .properties file with TLS and SASL. Its path, since secrets travel in no message. */
  readonly commandConfig?: string;
  readonly partitions?: number;
  readonly replicationFactor?: number;
}

/** Plain JSON too. */
export interface TrialOutcome {
  readonly live: LiveSnapshot;
  readonly metrics: Metrics;
  readonly series: readonly Second[];
  /** Why the run counts as failed, in words without the profile's name; empty when all is well. */
  readonly reasons: readonly string[];
}

export interface TrialHooks {
  readonly clock: Clock;
  readonly warn: (message: string) => void;
  /** The warm-up is over, and the measured run begins with the next event. */
  begins(): Promise<void>;
  /** The last record has its fate. */
  ended(): Promise<void>;
}

/** Rejects with an EventmillError where the run could not begin. */
export async function makeTrial(request: TrialRequest, hooks: TrialHooks): Promise<TrialOutcome> {
  const { clock, warn } = hooks;
  const at = clientOf(request);
  const base = {
    profiles: [request.profile],
    clock,
    warn,
    ...(at.brokers.length === 0 ? {} : at),
    ...(request.partitions === undefined ? {} : { partitions: request.partitions }),
    ...(request.replicationFactor === undefined ? {} : { replicationFactor: request.replicationFactor }),
  } as const;
  if (request.warmup !== null) await warmUp({ ...base, workload: request.warmup });
  // What the warm-up left behind is not to be collected at the measured run's cost.
  globalThis.gc?.();
  await hooks.begins();
  const run = await startRun({ ...base, workload: request.workload });
  const { series, result } = await watched(run, clock);
  // The peak of the whole process so far: the warm-up makes no more than the run itself does.
  const memoryBytes = process.resourceUsage().maxRSS * 1024;
  await hooks.ended();
  const live = result.snapshot.profiles[0]!;
  const verify = at.brokers.length === 0 ? undefined : await readBack(request, live, at, clock);
  const { settings, name } = request.profile;
  return {
    live: verify === undefined ? live : { ...live, profile: { ...live.profile, verify } },
    metrics: metricsOf(live, memoryBytes),
    series,
    reasons: [
      ...result.reasons.map((text) => text.replace(`${name}: `, '')),
      ...verifyShortcomings(verify, settings),
    ],
  };
}

interface Client {
  readonly brokers: readonly string[];
  readonly security?: Security;
  readonly clientId?: string;
}

function clientOf({ brokers, commandConfig }: TrialRequest): Client {
  const problems: string[] = [];
  const { security, clientId } = readClient({ brokers, commandConfig }, (line) => problems.push(line));
  if (problems.length > 0) throw new EventmillError('CONFIG', problems.join('\n'));
  return {
    brokers,
    ...(security === undefined ? {} : { security }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}

async function warmUp(request: RunRequest): Promise<void> {
  const run = await startRun(request);
  await run.done;
}

/** One point a second, and the end. */
async function watched(run: Run, clock: Clock) {
  const EVERY_MS = 1000;
  const series = new Series();
  const startedAt = clock.now();
  const look = (live: LiveSnapshot) => series.look((clock.now() - startedAt) / 1000, live);
  let timer = clock.after(EVERY_MS, function again() {
    look(run.snapshot().profiles[0]!);
    timer = clock.after(EVERY_MS, again);
  });
  const result = await run.done;
  timer.cancel();
  look(result.snapshot.profiles[0]!);
  return { series: series.points, result };
}

/** What cannot be read is no reason to throw the figures away: it is told as a note. */
async function readBack(
  { workload, profile }: TrialRequest,
  live: LiveSnapshot,
  at: Bootstrap,
  clock: Clock,
): Promise<VerifyResult> {
  const prepared = await prepareSources(workload, createRandom(workload.seed));
  const expected = prepared.map((source) => expectedOf(source, source.topic));
  try {
    const reading = await ReadBack.ofClaims(profile.settings, expected, live.profile.topics, at, clock);
    try {
      return await reading.finish();
    } finally {
      reading.close();
    }
  } catch (error) {
    if (!(error instanceof EventmillError)) throw error;
    const nothing = { read: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };
    return { ...nothing, notes: [`not read back: ${error.message}`] };
  }
}
