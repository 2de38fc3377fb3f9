/** A run's plan for every candidate: workloads × drivers × sweeps, each with all profiles. */
import type { Context, FlagValues } from '../../../command.js';
import { combinations, type Sweep } from '../../../compare/candidates.js';
import type { Candidate } from '../../../compare/types.js';
import { loadPlan, type Plan } from '../../../config/plan.js';
import type { Profile } from '../../../types.js';
import { checkFaults } from '../fault-check.js';
import { FlagReader } from '../flag-reader.js';
import { attempt, listOf, withoutOwn } from './flags.js';

const DEFAULT_PROFILES = ['kafkajs', 'async', 'throughput', 'durable'];
/** As its rate, the workload keeps its own. */
const OWN_RATE = 'own';

export interface Planned {
  readonly plan: Plan;
  readonly profile: Profile;
  readonly candidate: Omit<Candidate, 'name'>;
}

export interface Axes {
  readonly workloads: readonly string[];
  /** Undefined: each profile's own. */
  readonly drivers: readonly (string | undefined)[];
  readonly sweeps: readonly Sweep[];
}

/** Mistakes go to the reader, each once, however many candidates share it. */
export async function loadPlans(
  { workloads, drivers, sweeps }: Axes,
  flags: FlagValues,
  reader: FlagReader,
  { environment: env, clock }: Context,
): Promise<Planned[]> {
  const profiles = readProfiles(flags, env, reader);
  const run = runFlags(flags, env, profiles);
  for (const name of ['EVENTMILL_WORKERS', 'EVENTMILL_SHARD']) {
    const value = env[name] ?? '';
    if (value !== '' && value !== '1')
      reader.tell(`${name}: compare measures one thread of one process, got ${value}; unset it`);
  }
  const planned: Planned[] = [];
  for (const workload of workloads) {
    for (const driver of drivers) {
      for (const sweep of combinations(sweeps)) {
        const asked = { ...run, ...sets(run, sweep), ...(driver === undefined ? {} : { driver }) };
        const base = {
          workload,
          profiles: DEFAULT_PROFILES,
          env,
          now: clock.now(),
          checkFaults,
          writesFiles: false,
        };
        const plan = await attempt(reader, () => loadPlan({ ...base, flags: asked }), inWords(sweep, driver));
        if (plan !== undefined) planned.push(...plannedFrom(plan, profiles, sweep));
      }
    }
  }
  return planned;
}

/** A sweep is a --set for each of its values; whoever typed --sweep looks for that. */
function inWords(sweep: Candidate['sweep'], driver: string | undefined): (line: string) => string {
  return (line) => {
    if (driver !== undefined && line.startsWith('--driver:')) return line.replace('--driver', '--drivers');
    // Whoever sweeps a setting looks for the flag that makes room for all of its values.
    if (line.endsWith('set acks to all or idempotent to false') && Object.hasOwn(sweep, 'acks'))
      return `${line} (--set idempotent=false)`;
    const key = /^--set (\w+):/.exec(line)?.[1] ?? '';
    return Object.hasOwn(sweep, key) ? line.replace('--set', '--sweep') : line;
  };
}

function plannedFrom(plan: Plan, asked: readonly string[] | undefined, sweep: Candidate['sweep']): Planned[] {
  // A plan has each profile once; here one may stand against itself.
  const distinct = [...new Set(asked)];
  const profiles = asked?.map((name) => plan.profiles[distinct.indexOf(name)]!) ?? plan.profiles;
  return profiles.map((profile) => {
    const { name, settings } = profile;
    const candidate = {
      workload: plan.workload.name,
      profile: name,
      driver: settings.driver,
      sweep,
      settings,
    };
    return { plan, profile, candidate };
  });
}

/** As named; undefined for the default ones. */
function readProfiles(
  flags: FlagValues,
  env: Context['environment'],
  reader: FlagReader,
): readonly string[] | undefined {
  const raw = flags['profile'] ?? env['EVENTMILL_PROFILE'];
  if (typeof raw !== 'string' || raw === '') return undefined;
  const read = listOf(raw);
  if ('value' in read) return read.value;
  reader.wrong('profile', read.problem);
  return undefined;
}

/** What a run takes too. Without a rate everything goes as fast as it can. */
function runFlags(flags: FlagValues, env: Context['environment'], profiles: readonly string[] | undefined) {
  const { rate: _, ...given } = withoutOwn(flags);
  const rates = new FlagReader(flags).all('rate');
  const own = rates.length === 1 && rates[0] === OWN_RATE;
  const rate = rates.length === 0 && !env['EVENTMILL_RATE'] ? ['max'] : rates;
  return {
    ...given,
    ...(profiles === undefined ? {} : { profile: [...new Set(profiles)].join(',') }),
    ...(own || rate.length === 0 ? {} : { rate }),
  };
}

function sets(run: FlagValues, sweep: Candidate['sweep']): FlagValues {
  const swept = Object.entries(sweep).map(([key, value]) => `${key}=${value}`);
  return swept.length === 0 ? {} : { set: [...new FlagReader(run).all('set'), ...swept] };
}
