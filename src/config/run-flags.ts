/** A run's flags laid over a workload and over profiles. */
import { constantSpec, isShape, loadRate, maxSpec, meanPerSecond, weightOf } from '../rate.js';
import type { Disorder, Profile, RateSpec, Workload, WorkloadSource } from '../types.js';
import { disorderProblem } from './disorder.js';
import { expected, formatRate, nearestTo, type RateWord } from './formats.js';
import { Mistakes } from './mistakes.js';
import { rateSpecOf } from './rate-spec.js';
import type { RunSettings } from './run-settings.js';
import { deepFreeze } from './schema.js';
import { limitsOf } from './workload.js';

/** The settings of a run that change its workload. */
export type WorkloadFlags = Partial<
  Pick<RunSettings, 'rate' | 'duration' | 'count' | 'bytes' | 'seed' | 'topic' | 'key' | 'disorder'>
>;

/** The mean of a rate that has no end is taken over this long when the run has no duration either, ms. */
const HOUR = 3_600_000;

/**
 * Lays flags over a workload. A limit replaces all of the workload's limits (a duration of 0 leaves none). A rate
 * without a source is a total, which the sources share in proportion to their mean rates; a source with a rate of its
 * own has that, and the others share the rest.
 *
 * `naturalPerSecond` tells the model's own events per second for a source with the rate `natural` and no mean; without
 * it such a source has no known share of a total.
 *
 * @throws EventmillError CONFIG with one line per mistake
 */
export async function applyRunFlags(
  workload: Workload,
  flags: WorkloadFlags,
  naturalPerSecond?: (source: WorkloadSource) => number | undefined,
): Promise<Workload> {
  const mistakes = new Mistakes();
  const applied = await readRunFlags(workload, flags, mistakes, naturalPerSecond);
  mistakes.settle();
  return applied;
}

/** The same, with the mistakes put beside those of others. */
export async function readRunFlags(
  workload: Workload,
  flags: WorkloadFlags,
  mistakes: Mistakes,
  naturalPerSecond: (source: WorkloadSource) => number | undefined = () => undefined,
): Promise<Workload> {
  const { duration, count, bytes, seed = workload.seed } = flags;
  const limited = duration !== undefined || count !== undefined || bytes !== undefined;
  const limits = limited ? limitsOf({ duration, count, bytes }) : workload.limits;
  const topics = bySource('--topic', flags.topic ?? [], workload, mistakes);
  const keys = bySource('--key', flags.key ?? [], workload, mistakes);
  const rates = flags.rate ?? [];
  const own = bySource('--rate', rates.filter(hasSource), workload, mistakes);
  const total = rates.findLast((rate) => rate.source === undefined)?.value;
  const window = limits.durationMs ?? HOUR;
  let sources = workload.sources.map((source) => withFlags(source, topics, keys, own));
  sources = await Promise.all(
    sources.map(async (source, i) => {
      const { rate: before } = workload.sources[i]!;
      return own.get(source.name) === 'natural'
        ? inModelsRhythm({ ...source, rate: before }, window)
        : source;
    }),
  );
  sources = withDisorder(sources, flags.disorder ?? [], workload, mistakes);
  if (total !== undefined) {
    const others = sources.filter((source) => !own.has(source.name));
    const rest = restOf(total, sources, own, mistakes);
    const shared = rest === undefined ? [] : await share(rest, others, window, naturalPerSecond, mistakes);
    sources = sources.map((source) => shared.find(({ name }) => name === source.name) ?? source);
  }
  return deepFreeze({ ...workload, seed, limits, sources });
}

/** The rate that flags name for a source itself, or else for all. */
export function rateAskedFor(
  source: string,
  rates: NonNullable<WorkloadFlags['rate']>,
): RateWord | undefined {
  const own = rates.findLast((rate) => rate.source === source);
  return (own ?? rates.findLast((rate) => rate.source === undefined))?.value;
}

/** What is said for all sources comes first, so that a source's own word has the last say. */
function withDisorder(
  sources: readonly WorkloadSource[],
  parts: NonNullable<WorkloadFlags['disorder']>,
  workload: Workload,
  mistakes: Mistakes,
): WorkloadSource[] {
  bySource('--disorder', parts.filter(hasSource), workload, mistakes);
  return sources.map((source) => {
    const own = parts.filter((part) => part.source === source.name);
    const said = [...parts.filter((part) => part.source === undefined), ...own];
    if (said.length === 0) return source;
    const disorder = Object.assign({}, source.disorder, ...said.map(({ value }) => value)) as Disorder;
    const problem = disorderProblem(disorder);
    if (problem !== undefined) mistakes.addLine(`--disorder: source ${source.name}: ${problem}`);
    return { ...source, disorder };
  });
}

function hasSource<T>(pair: { source?: string; value: T }): pair is { source: string; value: T } {
  return pair.source !== undefined;
}

/** What is said per source; for one source the last wins. */
function bySource<T>(
  flag: string,
  pairs: readonly { source: string; value: T }[],
  workload: Workload,
  mistakes: Mistakes,
): ReadonlyMap<string, T> {
  const names = workload.sources.map(({ name }) => name);
  for (const { source } of pairs) {
    if (names.includes(source)) continue;
    const what = `a source of ${workload.name}, one of ${names.join(', ')}`;
    mistakes.add(flag, undefined, expected(what, source, nearestTo(source, names)).problem);
  }
  return new Map(pairs.map(({ source, value }) => [source, value]));
}

function withFlags(
  source: WorkloadSource,
  topics: ReadonlyMap<string, string>,
  keys: ReadonlyMap<string, string | null>,
  rates: ReadonlyMap<string, RateWord>,
): WorkloadSource {
  const topic = topics.get(source.name);
  const key = keys.get(source.name);
  const rate = rates.get(source.name);
  return {
    ...source,
    ...(topic === undefined ? {} : { topic }),
    ...(key === undefined ? {} : { key }),
    ...(rate === undefined ? {} : { rate: rateSpecOf(rate) }),
  };
}

/** What the sources with rates of their own leave of a total. */
function restOf(
  total: RateWord,
  sources: readonly WorkloadSource[],
  own: ReadonlyMap<string, RateWord>,
  mistakes: Mistakes,
): RateWord | undefined {
  if (typeof total !== 'number' || own.size === 0) return total;
  let rest = total;
  for (const { name } of sources) {
    const rate = own.get(name);
    if (rate === undefined) continue;
    if (typeof rate !== 'number') {
      mistakes.addLine(
        `--rate ${name}=${rate}: cannot be part of a total of ${formatRate(total)}; leave one out`,
      );
      return undefined;
    }
    rest -= rate;
  }
  if (rest > 0 && sources.some(({ name }) => !own.has(name))) return rest;
  const sum = formatRate(total - rest);
  mistakes.addLine(
    `--rate ${formatRate(total)}: is the total over all sources, of which those with a rate of their own take ${sum} ` +
      'and the others need some; leave one out or change it',
  );
  return undefined;
}

/** Gives each source its part of a total, in proportion to the mean rates that they have now. */
async function share(
  total: RateWord,
  sources: readonly WorkloadSource[],
  window: number,
  naturalPerSecond: (source: WorkloadSource) => number | undefined,
  mistakes: Mistakes,
): Promise<readonly WorkloadSource[]> {
  if (total === 'natural') return Promise.all(sources.map((source) => inModelsRhythm(source, window)));
  const means = await Promise.all(sources.map((source) => meanOf(source, window, naturalPerSecond)));
  // Sources that all go as fast as they can have no means, but shares.
  const allMax = sources.every(({ rate }) => rate.kind === 'max');
  const weights = sources.map(({ rate }, index) => (allMax ? weightOf(rate) : means[index]));
  // The only source takes the whole total, if no shape has to be stretched to it.
  if (sources.length === 1 && sources.every(({ rate }) => !isShape(rate))) weights[0] ??= 1;
  const known = weights.filter((weight) => weight !== undefined);
  if (known.length < sources.length) {
    if (total === 'max') return sources.map((source) => ({ ...source, rate: maxSpec() }));
    const strange = sources
      .filter((_, index) => weights[index] === undefined)
      .map(({ name, rate }) => `${name} (${rate.kind})`);
    mistakes.addLine(
      `--rate ${formatRate(total)}: is shared in proportion, and the present rate of ${strange.join(', ')} is not ` +
        'known; say --rate SOURCE=RATE for each source',
    );
    return [];
  }
  const sum = known.reduce((before, weight) => before + weight, 0);
  return sources.map((source, index) => {
    const weight = (known[index] ?? 0) / sum;
    return {
      ...source,
      rate: total === 'max' ? maxSpec(weight) : partOf(source.rate, total * weight, means[index]),
    };
  });
}

/**
 * A source whose events come in the model's own rhythm, and in live time as many of them as before on the mean: a demo's
 * few shops would else take days for what somebody asks for in a minute. A calendar of its own keeps its pace.
 */
async function inModelsRhythm(source: WorkloadSource, window: number): Promise<WorkloadSource> {
  const { rate, time } = source;
  if (rate.kind === 'natural') return source;
  const mean = time.kind === 'live' ? await meanOf(source, window, () => undefined) : undefined;
  return { ...source, rate: mean === undefined ? { kind: 'natural' } : { kind: 'natural', mean } };
}

/** Events per second of a source on the mean; undefined when nobody can say. */
async function meanOf(
  source: WorkloadSource,
  window: number,
  naturalPerSecond: (source: WorkloadSource) => number | undefined,
): Promise<number | undefined> {
  const { rate } = source;
  if (rate.kind === 'natural') return ('mean' in rate ? rate.mean : undefined) ?? naturalPerSecond(source);
  const loaded = await loadRate(rate);
  const mean = loaded === undefined ? 0 : meanPerSecond(loaded, window);
  return mean > 0 ? mean : undefined;
}

/** The same shape with another mean. */
function partOf(rate: RateSpec, perSecond: number, mean: number | undefined): RateSpec {
  if (rate.kind === 'natural') return { kind: 'natural', mean: perSecond };
  if (!isShape(rate) || rate.kind === 'constant') return constantSpec(perSecond);
  return { ...rate, scale: (rate.scale * perSecond) / (mean ?? perSecond) };
}

// ---------------------------------------------------------------- profiles

/** A profile under another driver, and what had to change with it. */
export interface Driven {
  readonly profile: Profile;
  readonly warnings: readonly string[];
}

/**
 * `--driver` overrides a profile's driver for the whole run. What the other driver cannot do is changed and told,
 * rather than refused, since the profile was not written for it.
 */
export function withDriver(profile: Profile, driver: string | undefined): Driven {
  if (driver === undefined || driver === profile.settings.driver) return { profile, warnings: [] };
  const { idempotent, inFlightMax, guards } = profile.settings;
  const one = driver === 'kafkajs' && guards && idempotent && inFlightMax > 1;
  const settings = { ...profile.settings, driver, ...(one ? { inFlightMax: 1 } : {}) };
  const warning =
    `profile ${profile.name}: inFlightMax is 1 instead of ${inFlightMax}, as the driver kafkajs sends one request ` +
    'at a time when idempotent';
  return { profile: deepFreeze({ ...profile, settings }), warnings: one ? [warning] : [] };
}
