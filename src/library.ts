/** eventmill inside another program: the same run, asked for with names and plain objects instead of a command line. */
import { systemClock } from './clock.js';
import { loadProfiles, loadWorkload } from './config/load.js';
import { Mistakes } from './config/mistakes.js';
import { readWorkload } from './config/workload.js';
import { checkGenerator } from './generator.js';
import type { Run, RunRequest, RunResult } from './request.js';
import { startRun as startRequest } from './run.js';
import { clientConfigOf } from './security/load.js';
import type { GeneratorPart, Profile, Workload } from './types.js';

/** A source as in a workload file, with one liberty: its generator may be what `defineGenerator` returned. */
export interface SourcePlan {
  readonly generator: string | GeneratorPart;
  readonly topic?: string;
  readonly key?: string | null;
  readonly serializer?: string;
  readonly rate?: string | { readonly kind: string; readonly [option: string]: unknown };
  readonly time?:
    | 'live'
    | {
        readonly start?: string;
        readonly speed?: number;
        readonly until?: string;
        readonly fillRate?: string;
      };
  readonly valueBytes?: number | string;
  readonly options?: { readonly [name: string]: unknown };
}

/** A workload as in a file: durations, sizes and rates in words (`30s`, `1MiB`, `500/s`). */
export interface WorkloadPlan {
  readonly doc?: string;
  readonly seed?: number;
  readonly duration?: string;
  readonly count?: number;
  readonly bytes?: number | string;
  readonly faults?: readonly string[];
  readonly sources: { readonly [name: string]: SourcePlan };
}

export interface RunPlan extends Omit<RunRequest, 'workload' | 'profiles' | 'security'> {
  /** A name in config/workloads, a path, a workload as in a file, or what `loadWorkload` returned. */
  readonly workload: string | WorkloadPlan | Workload;
  /** Names or paths of profiles; `async` by default. */
  readonly profiles?: readonly (string | Profile)[];
  /** `key=value`, for all profiles named, as `--set` takes them. */
  readonly set?: readonly string[];
  /** TLS and SASL under Kafka's own names: the path of a .properties file, or `{ 'security.protocol': 'SASL_SSL', … }`. */
  readonly security?: string | Readonly<{ [name: string]: string | number | boolean }>;
}

/** Starts a run. Rejects with an EventmillError, one line per mistake, before anything was sent. */
export async function startRun(plan: RunPlan): Promise<Run> {
  const { workload, profiles = ['async'], set = [], security, ...rest } = plan;
  const request = security === undefined ? rest : secured(rest, security);
  const names = profiles.filter((profile) => typeof profile === 'string');
  const loaded = await loadProfiles(names, set);
  return startRequest({
    ...request,
    workload: await resolved(workload),
    profiles: profiles.map((profile) =>
      typeof profile === 'string' ? loaded[names.indexOf(profile)]! : profile,
    ),
  });
}

/** Starts a run and waits for its end; whether it went well is in `exitCode` and `reasons`. */
export async function run(plan: RunPlan): Promise<RunResult> {
  return (await startRun(plan)).done;
}

/** What the program says itself wins over the file. */
function secured(
  request: Omit<RunPlan, 'workload' | 'profiles' | 'set' | 'security'>,
  given: NonNullable<RunPlan['security']>,
) {
  const { security, brokers, clientId, warnings } = clientConfigOf(given);
  for (const warning of warnings) request.warn?.(warning);
  return {
    ...(brokers.length === 0 ? {} : { brokers }),
    ...(clientId === undefined ? {} : { clientId }),
    ...request,
    security,
  };
}

function resolved(workload: RunPlan['workload']): Promise<Workload> | Workload {
  if (typeof workload === 'string') return loadWorkload(workload);
  return isLoaded(workload) ? workload : planned(workload);
}

/** A loaded workload has its sources in a list, a written one by their names. */
function isLoaded(workload: WorkloadPlan | Workload): workload is Workload {
  return Array.isArray(workload.sources);
}

async function planned(plan: WorkloadPlan): Promise<Workload> {
  // The reader of workload files knows generators by name only, so it is shown one in the place of each part.
  const parts = new Map<string, GeneratorPart>();
  const sources: { [name: string]: unknown } = {};
  for (const [name, source] of Object.entries(plan.sources ?? {})) {
    const { generator } = source;
    if (typeof generator === 'object') {
      const part: unknown = generator;
      checkGenerator(part, `workload: sources.${name}.generator`);
      parts.set(name, part);
    }
    sources[name] = typeof generator === 'object' ? { ...source, generator: 'given' } : source;
  }
  const mistakes = new Mistakes();
  const workload = await readWorkload({ ...plan, sources }, 'run', 'workload', systemClock.now(), mistakes);
  mistakes.settle();
  return {
    ...workload!,
    sources: workload!.sources.map((source) => {
      const part = parts.get(source.name);
      return part === undefined ? source : { ...source, part };
    }),
  };
}
