/** What `compare` is asked for, read and checked whole before anything is made. */
import { freemem } from 'node:os';
import type { Context, FlagValues, Invocation } from '../../../command.js';
import { baselinesOf, combinations, named, type Sweep, slugOf } from '../../../compare/candidates.js';
import { readReport } from '../../../compare/folder.js';
import { type Condition, conditionProblem, parseCondition } from '../../../compare/thresholds.js';
import type { Candidate, Report } from '../../../compare/types.js';
import { duration, expected, integer, nearestTo, parsePair, parseTopic } from '../../../config/formats.js';
import { loadPlan, type Plan } from '../../../config/plan.js';
import { EventmillError } from '../../../errors.js';
import { loadDrivers } from '../../../lanes.js';
import { prepareSources } from '../../../prepare.js';
import { createRandom } from '../../../random.js';
import type { Limits, Profile, Workload } from '../../../types.js';
import { checkFaults } from '../fault-check.js';
import { FlagReader } from '../flag-reader.js';

const DEFAULT_WORKLOAD = 'demo';
const DEFAULT_PROFILES = ['kafkajs', 'async', 'throughput', 'durable'];
const DEFAULT_TRIALS = 3;
const DEFAULT_WARMUP_MS = 1000;
/** A workload may go on for minutes, which is for watching it. */
const DURATION_MS_MAX = 10_000;
const HOUR_MS = 3_600_000;
const MIB = 2 ** 20;
const SANDBOX_BYTES = { least: 256 * MIB, most: 1024 * MIB, shareOfFree: 0.25 };
/** What a trial may make of what the sandbox can keep, so that all of it can be read back: batches are larger than records. */
const KEPT_SHARE = 0.6;
/** As its rate, the workload keeps its own. */
const OWN_RATE = 'own';
/** What follows a topic's own name at most. */
const TOPIC_SUFFIX_MAX = 90;

/** One candidate, ready to be given topics. */
export interface Contender {
  readonly candidate: Candidate;
  /** Named by its slug, so that client ids and topics tell candidates apart. */
  readonly profile: Profile;
  /** Each source with the topic that it would have in a run. */
  readonly workload: Workload;
  readonly needsBrokers: boolean;
}

export interface Asked {
  readonly contenders: readonly Contender[];
  /** Of the first plan: brokers, sandbox, partitions, quiet and colour are the same in all of them. */
  readonly settings: Plan['settings'];
  readonly warnings: readonly string[];
  readonly atMax: boolean;
  readonly limits: Limits;
  readonly sandboxMemory: number;
  readonly trials: number;
  readonly warmupMs: number;
  readonly baselines: readonly string[];
  readonly conditions: readonly Condition[];
  readonly old: Report | undefined;
  readonly report: string | undefined;
  readonly junit: string | undefined;
  /** A file that Markdown is appended to. */
  readonly stepSummary: string | undefined;
  readonly keepTopics: boolean;
}

const OWN_FLAGS = [
  'workloads',
  'drivers',
  'sweep',
  'trials',
  'warmup',
  'baselineProfile',
  'baseline',
  'failIf',
  'report',
  'junit',
  'stepSummary',
  'keepTopics',
  'verify',
  'metricsPort',
];

/** Throws an EventmillError with one line for each mistake. */
export async function readAsked(
  { arguments: [argument], flags }: Invocation,
  context: Context,
): Promise<Asked> {
  const reader = new FlagReader(flags);
  const text = (raw: string) => ({ value: raw });
  const names = (raw: string) => listOf(raw);
  const workloads = reader.read('workloads', names, undefined);
  if (workloads !== undefined && argument !== undefined)
    reader.wrong('workloads', `expected no WORKLOAD beside it, got ${argument}; put that into the list`);
  const drivers = reader.read('drivers', names, undefined);
  if (drivers !== undefined && flags['driver'] !== undefined)
    reader.wrong('drivers', 'expected no --driver beside it; leave one of the two out');
  const sweeps = readSweeps(reader);
  const trials = reader.read('trials', integer(1, 1000).parse, DEFAULT_TRIALS);
  const warmupMs = reader.read('warmup', duration(0, HOUR_MS).parse, DEFAULT_WARMUP_MS);
  const conditions = readConditions(reader);
  const baseline = reader.read('baseline', text, undefined);
  const port = reader.read('metricsPort', text, 'off');
  if (port !== 'off')
    reader.wrong(
      'metricsPort',
      `expected off, got ${port}; a comparison serves no metrics, since scrapes would disturb it`,
    );
  const old = baseline === undefined ? undefined : await attempt(reader, async () => oldReport(baseline));
  const plans = await loadPlans(
    {
      workloads: workloads ?? [argument ?? DEFAULT_WORKLOAD],
      drivers: drivers ?? [undefined],
      sweeps,
      flags,
    },
    reader,
    context,
  );
  reader.settle();
  const candidates = named(
    plans.map(({ candidate }) => candidate),
    drivers !== undefined && drivers.length > 1,
  );
  const { settings } = plans[0]!.plan;
  const sandboxMemory = settings.sandboxMemory ?? defaultMemory();
  const limits = limitsOf(plans[0]!.plan, settings.brokers.length === 0 ? sandboxMemory : undefined);
  const contenders = await contendersOf(plans, candidates, limits, reader);
  const baselines = readBaselines(reader, candidates);
  for (const condition of conditions) {
    const problem = conditionProblem(
      condition,
      candidates.map(({ name }) => name),
      old,
    );
    if (problem !== undefined) reader.wrong('failIf', problem);
  }
  reader.settle();
  return {
    contenders,
    settings,
    warnings: [...new Set(plans.flatMap(({ plan }) => plan.warnings))],
    atMax: contenders.every(({ workload }) => workload.sources.every(({ rate }) => rate.kind === 'max')),
    limits,
    sandboxMemory,
    trials,
    warmupMs,
    baselines,
    conditions,
    old,
    report: reader.read('report', text, undefined),
    junit: reader.read('junit', text, undefined),
    stepSummary: reader.read('stepSummary', text, context.environment['GITHUB_STEP_SUMMARY'] || undefined),
    keepTopics: reader.has('keepTopics'),
  };
}

// ---------------------------------------------------------------- flags of its own

function listOf(raw: string) {
  const names = raw.split(',').map((name) => name.trim());
  return names.some((name) => name === '')
    ? expected('names with commas between them', raw)
    : { value: names };
}

function readSweeps(reader: FlagReader): Sweep[] {
  const sweeps: Sweep[] = [];
  for (const raw of reader.all('sweep')) {
    const pair = parsePair(raw, 'lingerMs=0,5,20');
    const list = 'problem' in pair ? pair : listOf(pair.value.value);
    if ('problem' in pair) reader.wrong('sweep', pair.problem);
    else if ('problem' in list) reader.wrong('sweep', list.problem);
    else if (sweeps.some(({ key }) => key === pair.value.name))
      reader.wrong(
        'sweep',
        `expected ${pair.value.name} once, got it twice; put all its values into one list`,
      );
    else sweeps.push({ key: pair.value.name, values: list.value });
  }
  return sweeps;
}

function readConditions(reader: FlagReader): Condition[] {
  const conditions: Condition[] = [];
  for (const raw of reader.all('failIf')) {
    const read = parseCondition(raw);
    if ('problem' in read) reader.wrong('failIf', read.problem);
    else conditions.push(read.value);
  }
  return conditions;
}

function readBaselines(reader: FlagReader, candidates: readonly Candidate[]): string[] {
  const asked = reader.read('baselineProfile', (raw) => ({ value: raw }), undefined);
  const baselines = baselinesOf(candidates, asked);
  if (baselines !== undefined) return baselines;
  const names = [...new Set(candidates.flatMap(({ name, profile }) => [profile, name]))];
  reader.wrong(
    'baselineProfile',
    expected(`one of ${names.join(', ')}`, asked, nearestTo(asked, names)).problem,
  );
  return [];
}

function oldReport(path: string): Report {
  const report = readReport(path, '--baseline');
  if (report !== undefined) return report;
  throw new EventmillError(
    'NOT_FOUND',
    `--baseline ${path}: expected the report.json of an earlier comparison, got nothing there; make one with --report DIR`,
  );
}

// ---------------------------------------------------------------- plans

interface Planned {
  readonly plan: Plan;
  readonly profile: Profile;
  readonly candidate: Omit<Candidate, 'name'>;
}

interface Axes {
  readonly workloads: readonly string[];
  readonly drivers: readonly (string | undefined)[];
  readonly sweeps: readonly Sweep[];
  readonly flags: FlagValues;
}

async function loadPlans(
  { workloads, drivers, sweeps, flags }: Axes,
  reader: FlagReader,
  context: Context,
): Promise<Planned[]> {
  const { environment: env, clock } = context;
  const own = new FlagReader(flags);
  const asked = ownProfiles(flags, env);
  const run = runFlags(flags, env, asked);
  const planned: Planned[] = [];
  for (const workload of workloads) {
    for (const driver of drivers) {
      for (const sweep of combinations(sweeps)) {
        const set = [...own.all('set'), ...Object.entries(sweep).map(([key, value]) => `${key}=${value}`)];
        const given = { ...run, set, ...(driver === undefined ? {} : { driver }) };
        const request = {
          workload,
          profiles: DEFAULT_PROFILES,
          flags: given,
          env,
          now: clock.now(),
          checkFaults,
        };
        const plan = await attempt(reader, () => loadPlan(request));
        if (plan === undefined) continue;
        for (const name of asked ?? plan.profiles.map((profile) => profile.name)) {
          const profile =
            asked === undefined
              ? plan.profiles.find((one) => one.name === name)!
              : plan.profiles[[...new Set(asked)].indexOf(name)]!;
          const { settings } = profile;
          const candidate = {
            workload: plan.workload.name,
            profile: profile.name,
            driver: settings.driver,
            sweep,
            settings,
          };
          planned.push({ plan, profile, candidate });
        }
      }
    }
  }
  return planned;
}

/** As named, also twice: a profile may be held against itself. */
function ownProfiles(flags: FlagValues, env: Context['environment']): string[] | undefined {
  const raw = flags['profile'] ?? env['EVENTMILL_PROFILE'];
  if (typeof raw !== 'string' || raw.trim() === '') return undefined;
  return raw.split(',').map((name) => name.trim());
}

/** What a run takes too. Without a rate everything goes as fast as it can. */
function runFlags(flags: FlagValues, env: Context['environment'], profiles: readonly string[] | undefined) {
  const given = Object.fromEntries(Object.entries(flags).filter(([name]) => !OWN_FLAGS.includes(name)));
  const rates = new FlagReader(flags).all('rate');
  const named = rates.length > 0 || env['EVENTMILL_RATE'];
  const own = rates.length === 1 && rates[0] === OWN_RATE;
  return {
    ...given,
    ...(profiles === undefined ? {} : { profile: [...new Set(profiles)].join(',') }),
    rate: own ? undefined : named ? given['rate'] : ['max'],
  };
}

/** Does `work`, and takes down what it finds wrong, line by line. */
async function attempt<T>(reader: FlagReader, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EventmillError)) throw error;
    for (const line of error.message.split('\n')) reader.tell(line);
    return undefined;
  }
}

// ---------------------------------------------------------------- contenders

function defaultMemory(): number {
  const { least, most, shareOfFree } = SANDBOX_BYTES;
  return Math.floor(Math.max(least, Math.min(most, freemem() * shareOfFree)));
}

/** A workload's own limits, but never for longer than a comparison can wait; and in a sandbox no more than it can keep. */
function limitsOf({ settings, workload }: Plan, sandboxMemory: number | undefined): Limits {
  const { duration: durationMs, count, bytes } = settings;
  const asked = durationMs !== undefined || count !== undefined || bytes !== undefined;
  if (durationMs === 0 && count === undefined && bytes === undefined)
    throw new EventmillError(
      'USAGE',
      '--duration: expected a time after which a trial ends, got 0; say such as 10s',
    );
  const limits = asked
    ? workload.limits
    : {
        ...workload.limits,
        durationMs: Math.min(workload.limits.durationMs ?? DURATION_MS_MAX, DURATION_MS_MAX),
      };
  if (sandboxMemory === undefined) return limits;
  return {
    ...limits,
    bytes: Math.min(limits.bytes ?? Number.POSITIVE_INFINITY, Math.floor(sandboxMemory * KEPT_SHARE)),
  };
}

const NOT_COMPARED = ['stdout', 'file'];

async function contendersOf(
  plans: readonly Planned[],
  candidates: readonly Candidate[],
  limits: Limits,
  reader: FlagReader,
): Promise<Contender[]> {
  const parts = await loadDrivers(plans.map(({ profile }) => profile));
  const contenders: Contender[] = [];
  for (const [at, { plan, profile }] of plans.entries()) {
    const candidate = candidates[at]!;
    if (NOT_COMPARED.includes(candidate.driver))
      reader.tell(
        `driver ${candidate.driver}: expected one that sends (kafka, kafkajs, null, or a path), since lines are not what is compared; leave it out`,
      );
    const { workload } = plan;
    const prepared = await prepareSources(workload, createRandom(workload.seed));
    const sources = workload.sources.map((source, i) => ({ ...source, topic: prepared[i]!.topic }));
    for (const { topic, name } of sources) {
      const longest = parseTopic(topic + 'x'.repeat(TOPIC_SUFFIX_MAX));
      if ('problem' in longest)
        reader.tell(
          `source ${name}: its topic ${topic} is too long, as a comparison puts up to ${TOPIC_SUFFIX_MAX} characters behind it; name another with --topic ${name}=NAME`,
        );
    }
    contenders.push({
      candidate,
      profile: { ...profile, name: slugOf(candidate) },
      workload: { ...workload, sources, limits },
      needsBrokers: parts[at]!.needsBrokers,
    });
  }
  return contenders;
}
