/** What `compare` is asked for, read and checked whole before anything is made. */
import type { Context, Invocation } from '../../../command.js';
import { unlikeBaseline } from '../../../compare/baseline.js';
import { baselinesOf } from '../../../compare/candidates.js';
import { conditionProblem } from '../../../compare/thresholds.js';
import type { Candidate, Design } from '../../../compare/types.js';
import { expected, nearestTo } from '../../../config/formats.js';
import type { Plan } from '../../../config/plan.js';
import type { Limits } from '../../../types.js';
import { FlagReader } from '../flag-reader.js';
import { type Contender, comparedWorkloads, contendersOf, limitsOf, sandboxMemory } from './contenders.js';
import { type OwnFlags, readOwnFlags } from './flags.js';
import { loadPlans } from './plans.js';

const DEFAULT_WORKLOAD = 'demo';

export interface Asked extends Omit<OwnFlags, 'workloads' | 'drivers' | 'sweeps' | 'baselineProfile'> {
  readonly contenders: readonly Contender[];
  /** Of the first plan: brokers, sandbox, partitions, quiet and colour are the same in all of them. */
  readonly settings: Plan['settings'];
  readonly warnings: readonly string[];
  /** Whether every source goes as fast as it can. */
  readonly atMax: boolean;
  readonly limits: Limits;
  /** What a sandbox keeps, bytes. */
  readonly sandboxMemory: number;
  /** Names of candidates, one for each workload. */
  readonly baselines: readonly string[];
}

/** Throws an EventmillError with one line for each mistake. */
export async function readAsked(
  { arguments: [argument], flags }: Invocation,
  context: Context,
): Promise<Asked> {
  const reader = new FlagReader(flags);
  const own = await readOwnFlags(reader, argument);
  const { workloads = [argument ?? DEFAULT_WORKLOAD], drivers = [undefined], sweeps } = own;
  const planned = await loadPlans({ workloads, drivers, sweeps }, flags, reader, context);
  // Without all plans nobody knows the candidates' whole names, but what is like none of the profiles is wrong anyhow.
  if (reader.failed) readUnlikely(own.baselineProfile, flags['profile'], reader);
  reader.settle();
  const plans = planned.map(({ plan }) => plan);
  const limits = limitsOf(plans, reader);
  const contenders = await contendersOf(planned, limits, drivers.length > 1, reader);
  const candidates = contenders.map(({ candidate }) => candidate);
  const baselines = readBaselines(own.baselineProfile, candidates, reader);
  checkOld(own, contenders, { limits, warmupMs: own.warmupMs }, plans[0]!.settings.bytes, reader);
  checkConditions(own, candidates, baselines, reader);
  reader.settle();
  const { settings } = plans[0]!;
  return {
    ...own,
    stepSummary: own.stepSummary ?? (context.environment['GITHUB_STEP_SUMMARY'] || undefined),
    contenders,
    settings,
    warnings: [...new Set(plans.flatMap(({ warnings }) => warnings))],
    atMax: contenders.every(({ workload }) => workload.sources.every(({ rate }) => rate.kind === 'max')),
    limits,
    sandboxMemory: sandboxMemory(plans[0]!),
    baselines,
  };
}

function readUnlikely(asked: string | undefined, profiles: unknown, reader: FlagReader): void {
  if (asked === undefined || typeof profiles !== 'string') return;
  const names = profiles.split(',').map((name) => name.trim());
  if (names.some((name) => /[./]/.test(name) || asked.includes(name))) return;
  const { problem } = expected(`one of ${names.join(', ')}`, asked, nearestTo(asked, names));
  reader.wrong('baselineProfile', problem);
}

function readBaselines(
  asked: string | undefined,
  candidates: readonly Candidate[],
  reader: FlagReader,
): readonly string[] {
  const baselines = baselinesOf(candidates, asked);
  if (baselines !== undefined) return baselines;
  const names = [...new Set(candidates.flatMap(({ name, profile }) => [profile, name]))];
  const { problem } = expected(`one of ${names.join(', ')}`, asked, nearestTo(asked, names));
  reader.wrong('baselineProfile', problem);
  return [];
}

function checkOld(
  { old }: OwnFlags,
  contenders: readonly Contender[],
  design: Pick<Design, 'limits' | 'warmupMs'>,
  bytes: number | undefined,
  reader: FlagReader,
): void {
  if (old === undefined) return;
  const workloads = comparedWorkloads(contenders);
  for (const problem of unlikeBaseline(old, { workloads, design, bytesAsked: bytes !== undefined }))
    reader.wrong('baseline', problem);
}

function checkConditions(
  { conditions, old, trials }: OwnFlags,
  candidates: readonly Candidate[],
  baselines: readonly string[],
  reader: FlagReader,
): void {
  const names = candidates.map(({ name }) => name);
  for (const condition of conditions) {
    const problem = conditionProblem(condition, names, old, { baselines, trials });
    if (problem !== undefined) reader.wrong('failIf', problem);
  }
}
