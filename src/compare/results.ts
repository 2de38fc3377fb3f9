/** From trials to what is told of each candidate: medians, paired ratios, merged histograms, sums. */
import { Histogram } from '../histogram.js';
import { createRandom } from '../random.js';
import { FATES, STAGES } from '../tally.js';
import type { Fate, LatencyStats, ProfileSnapshot, Stage } from '../types.js';
import { METRICS, type Metric } from './metrics.js';
import { medianOf, ratioOf } from './statistics.js';
import type {
  Candidate,
  Design,
  Measured,
  MetricName,
  Ratio,
  Result,
  Trial,
  TrialFigures,
  VerifySums,
} from './types.js';

export interface Made {
  readonly design: Pick<Design, 'baselines' | 'confidence'>;
  readonly candidates: readonly Candidate[];
  readonly trials: readonly Trial[];
  readonly seed: number;
}

/** One result per candidate, in their order. */
export function resultsOf(made: Made): Result[] {
  return made.candidates.map((candidate) => resultOf(candidate, made));
}

/** The baseline among the candidates of the same workload. */
export function baselineOf(
  candidate: Candidate,
  { design, candidates }: Pick<Made, 'design' | 'candidates'>,
): string {
  const mine = candidates.filter(({ workload }) => workload === candidate.workload).map(({ name }) => name);
  return design.baselines.find((name) => mine.includes(name)) ?? mine[0]!;
}

function resultOf(candidate: Candidate, made: Made): Result {
  const { name } = candidate;
  const all = made.trials.filter((trial) => trial.candidate === name);
  const mine = counted(made.trials, name);
  const baseline = baselineOf(candidate, made);
  const theirs = counted(made.trials, baseline);
  const profiles = all.flatMap(({ figures }) => (figures === null ? [] : [figures.profile]));
  return {
    candidate: name,
    baseline,
    trials: mine.size,
    closedOut: all.filter(({ closedOut }) => closedOut.length > 0).length,
    metrics: measuredOf(mine, baseline === name ? null : theirs, made),
    ...mergedLatency([...mine.values()].map(({ profile }) => profile)),
    due: sum(profiles, ({ due }) => due),
    fates: Object.fromEntries(FATES.map((fate) => [fate, sum(profiles, (one) => one[fate])])) as {
      [F in Fate]: number;
    },
    retries: sum(profiles, ({ retries }) => retries),
    errors: added(profiles.map(({ errors }) => errors)),
    verify: verifySums(profiles),
    limitedBy: added(profiles.map(({ limitedBy }) => ({ [limitedBy]: 1 }))),
  };
}

/** The trials that count, by round. */
function counted(trials: readonly Trial[], name: string): Map<number, TrialFigures> {
  const found = new Map<number, TrialFigures>();
  for (const { candidate, round, closedOut, figures } of trials)
    if (candidate === name && closedOut.length === 0 && figures !== null) found.set(round, figures);
  return found;
}

function measuredOf(
  mine: ReadonlyMap<number, TrialFigures>,
  theirs: ReadonlyMap<number, TrialFigures> | null,
  { design, seed }: Made,
): { readonly [M in MetricName]?: Measured } {
  const found: { [M in MetricName]?: Measured } = {};
  for (const metric of METRICS) {
    const values = [...mine.values()].map(({ metrics }) => metrics[metric.name]).filter(isNumber);
    if (values.length === 0) continue;
    const { value, low, high } = medianOf(values, createRandom(seed).fork(metric.name));
    const ratio = theirs === null ? undefined : pairedRatio(metric, mine, theirs, design.confidence);
    found[metric.name] = { median: value, low, high, ...(ratio === undefined ? {} : { ratio }) };
  }
  return found;
}

// JSON knows no NaN and writes null, which a resumed comparison reads.
function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

function pairedRatio(
  metric: Metric,
  mine: ReadonlyMap<number, TrialFigures>,
  theirs: ReadonlyMap<number, TrialFigures>,
  confidence: number,
): Ratio | undefined {
  const ratios: number[] = [];
  for (const [round, { metrics }] of mine) {
    const [one, other] = [metrics[metric.name], theirs.get(round)?.metrics[metric.name]];
    if (other !== undefined && one > 0 && other > 0) ratios.push(one / other);
  }
  if (ratios.length < 2) return undefined;
  const { value, low, high } = ratioOf(ratios, confidence);
  return { value, low, high, pairs: ratios.length, verdict: verdictOf(metric, low, high) };
}

function verdictOf({ better }: Metric, low: number, high: number): Ratio['verdict'] {
  if (low <= 1 && high >= 1) return 'no difference shown';
  if (better === null) return 'other';
  return (better === 'higher') === low > 1 ? 'better' : 'worse';
}

function mergedLatency(profiles: readonly ProfileSnapshot[]): Pick<Result, 'latencyMs' | 'histograms'> {
  const latencyMs = {} as { [S in Stage]: LatencyStats };
  const histograms = {} as { [S in Stage]: string };
  for (const stage of STAGES) {
    const merged = new Histogram();
    for (const profile of profiles) merged.merge(Histogram.decode(profile.histograms[stage]));
    latencyMs[stage] = merged.stats();
    histograms[stage] = merged.encode();
  }
  return { latencyMs, histograms };
}

function verifySums(profiles: readonly ProfileSnapshot[]): VerifySums | null {
  const verified = profiles.flatMap(({ verify }) => (verify === undefined ? [] : [verify]));
  if (verified.length === 0) return null;
  return {
    read: sum(verified, ({ read }) => read),
    lost: sum(verified, ({ lost }) => lost),
    duplicated: sum(verified, ({ duplicated }) => duplicated),
    reordered: sum(verified, ({ reordered }) => reordered),
    corrupted: sum(verified, ({ corrupted }) => corrupted),
    notes: [...new Set(verified.flatMap(({ notes = [] }) => notes))],
  };
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function added(list: readonly { readonly [key: string]: number }[]): { [key: string]: number } {
  const total: { [key: string]: number } = {};
  for (const one of list)
    for (const [key, value] of Object.entries(one)) total[key] = (total[key] ?? 0) + value;
  return total;
}
