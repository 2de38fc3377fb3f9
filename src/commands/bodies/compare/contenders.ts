/** Candidates ready to be sent into trials: with a profile that bears their name, and a workload that ends. */
import { freemem } from 'node:os';
import { named, slugOf } from '../../../compare/candidates.js';
import type { Candidate, ComparedWorkload } from '../../../compare/types.js';
import { parseTopic } from '../../../config/formats.js';
import type { Plan } from '../../../config/plan.js';
import { loadDrivers } from '../../../lanes.js';
import { prepareSources } from '../../../prepare.js';
import { createRandom } from '../../../random.js';
import type { Limits, Profile, Workload } from '../../../types.js';
import type { FlagReader } from '../flag-reader.js';
import type { Planned } from './plans.js';

/** A workload may go on for minutes, which is for watching it. */
const DURATION_MS_MAX = 10_000;
const MIB = 2 ** 20;
const SANDBOX_BYTES = { least: 256 * MIB, most: 1024 * MIB, shareOfFree: 0.25 };
/** What a trial may make of what the sandbox can keep, so that all of it can be read back: batches are larger than records. */
const KEPT_SHARE = 0.6;
/** What follows a topic's own name at most. */
const TOPIC_SUFFIX_MAX = 90;
/** They write lines, and nobody waits for an acknowledgement. */
const NOT_COMPARED = ['stdout', 'file'];

export interface Contender {
  readonly candidate: Candidate;
  /** Named by its slug, so that client ids and topics tell candidates apart. */
  readonly profile: Profile;
  /** Each source with the topic that it would have in a run. */
  readonly workload: Workload;
  readonly needsBrokers: boolean;
}

/** Mistakes go to the reader. */
export async function contendersOf(
  plans: readonly Planned[],
  limits: Limits,
  severalDrivers: boolean,
  reader: FlagReader,
): Promise<Contender[]> {
  const candidates = named(
    plans.map(({ candidate }) => candidate),
    severalDrivers,
  );
  const parts = await loadDrivers(plans.map(({ profile }) => profile));
  const contenders: Contender[] = [];
  for (const [at, { plan, profile }] of plans.entries()) {
    const candidate = candidates[at]!;
    if (NOT_COMPARED.includes(candidate.driver))
      reader.tell(
        `driver ${candidate.driver}: expected one that sends (kafka, kafkajs, null, or a path), as lines are not what is compared; leave it out`,
      );
    contenders.push({
      candidate,
      profile: { ...profile, name: slugOf(candidate) },
      workload: { ...(await withTopics(plan.workload, reader)), limits },
      needsBrokers: parts[at]!.needsBrokers,
    });
  }
  return contenders;
}

/** Each workload once, as a report has it. */
export function comparedWorkloads(contenders: readonly Contender[]): ComparedWorkload[] {
  const workloads = new Map(contenders.map(({ workload }) => [workload.name, workload]));
  return [...workloads.values()].map(({ name, doc, seed, sources }) => ({ name, doc, seed, sources }));
}

async function withTopics(workload: Workload, reader: FlagReader): Promise<Workload> {
  const prepared = await prepareSources(workload, createRandom(workload.seed));
  const sources = workload.sources.map((source, i) => ({ ...source, topic: prepared[i]!.topic }));
  for (const { topic, name } of sources) {
    if ('value' in parseTopic(topic + 'x'.repeat(TOPIC_SUFFIX_MAX))) continue;
    const why = `a comparison puts up to ${TOPIC_SUFFIX_MAX} characters behind it`;
    reader.tell(
      `source ${name}: its topic ${topic} is too long, as ${why}; name another with --topic ${name}=NAME`,
    );
  }
  return { ...workload, sources };
}

/** What a sandbox keeps unless someone says otherwise. */
export function sandboxMemory({ settings }: Plan): number {
  const { least, most, shareOfFree } = SANDBOX_BYTES;
  return settings.sandboxMemory ?? Math.floor(Math.max(least, Math.min(most, freemem() * shareOfFree)));
}

/**
 * Of each trial: what the flags say, or the workload, but for no longer than a comparison can wait; and in a sandbox no
 * more than it can keep. Several workloads without limits on the command line share only the duration.
 */
export function limitsOf(plans: readonly Plan[], reader: FlagReader): Limits {
  const { settings, workload } = plans[0]!;
  const { duration, count, bytes } = settings;
  if (duration === 0 && count === undefined && bytes === undefined)
    reader.wrong('duration', 'expected a time after which a trial ends, got 0; say such as 10s');
  const asked = duration !== undefined || count !== undefined || bytes !== undefined;
  const several = new Set(plans.map((plan) => plan.workload.name)).size > 1;
  const own = several && !asked ? {} : workload.limits;
  const limits = asked
    ? own
    : { ...own, durationMs: Math.min(own.durationMs ?? DURATION_MS_MAX, DURATION_MS_MAX) };
  if (settings.brokers.length > 0) return limits;
  const kept = Math.floor(sandboxMemory(plans[0]!) * KEPT_SHARE);
  return { ...limits, bytes: Math.min(limits.bytes ?? Number.POSITIVE_INFINITY, kept) };
}
