/** Figures of a comparison as people read them, the same in every output. */
import { bytes, count, milliseconds, NOTHING, perSecond, plural, seconds, times } from '../figures.js';
import { metricOf, recordsFor } from './metrics.js';
import type { ComparedWorkload, Measured, MetricName, Ratio, Report, Result, Trial } from './types.js';

/** A metric's figure with its unit. */
export function inUnit(name: MetricName, value: number): string {
  if (name === 'wireBytesPerMillion') return `${bytes(value / 1e6)}/record`;
  switch (metricOf(name).unit) {
    case 'ms':
      return milliseconds(value);
    case 's':
      // CPU time is not read off a clock: 68 s, not 1 min 08 s.
      return value < 9.95 ? seconds(value) : `${count(value)} s`;
    case 'B':
      return bytes(value);
    case '×':
      return times(value);
    case 'share':
      return Number.isFinite(value) ? `${Math.round(value * 100)} %` : NOTHING;
    case 'MB/s':
      return `${bytes(value * 1e6)}/s`;
    case 'records/s':
    case '/s':
      return perSecond(value);
    default:
      return count(value);
  }
}

/** 0.98333 → `98.3 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** The median, or the dash for nothing. */
export function medianIn(name: MetricName, { metrics }: Result): string {
  const measured = metrics[name];
  return measured === undefined ? NOTHING : inUnit(name, measured.median);
}

/** `380,000/s … 410,000/s`: how far the trials lay apart. */
export function spreadIn(name: MetricName, { metrics }: Result): string {
  const measured = metrics[name];
  if (measured === undefined) return NOTHING;
  return `${inUnit(name, measured.low)} … ${inUnit(name, measured.high)}`;
}

/** `1.034× (0.988 … 1.072)`. */
export function ratioText({ value, low, high }: Ratio): string {
  return `${decimals(value)}× (${decimals(low)} … ${decimals(high)})`;
}

export function ratioIn(name: MetricName, result: Result): string {
  if (result.candidate === result.baseline) return '1×';
  const ratio = result.metrics[name]?.ratio;
  return ratio === undefined ? NOTHING : ratioText(ratio);
}

/** Enough digits to see on which side of one it lies. */
function decimals(value: number): string {
  if (value < 0.001) return '< 0.001';
  if (value >= 1000) return '> 1000';
  if (value < 2) return value.toFixed(3);
  if (value >= 99.5) return count(value);
  return value >= 9.95 ? value.toFixed(1) : value.toFixed(2);
}

/** One line for each candidate: its ratio, the spread, and what follows. */
export function headlines(report: Pick<Report, 'results' | 'design'>): string[] {
  const { results, design } = report;
  const width = Math.max(...results.map(({ candidate }) => candidate.length));
  return results.map((result) => `${result.candidate.padEnd(width)}  ${headlineOf(result, design.headline)}`);
}

export function headlineOf(result: Result, headline: MetricName): string {
  const measured = result.metrics[headline];
  const { title } = metricOf(headline);
  if (measured === undefined) {
    const out = result.trials === 0 ? `, ${result.closedOut} closed out` : '';
    return `${whyUnknown(headline, result)}${out}${shortfall(result)}`;
  }
  const figure = `${title} ${inUnit(headline, measured.median)}`;
  const some = `${result.closedOut === 0 ? '' : `; ${result.closedOut} closed out`}${shortfall(result)}`;
  if (result.candidate === result.baseline) {
    const spread = `${inUnit(headline, measured.low)} … ${inUnit(headline, measured.high)}`;
    return `1× (${figure}, ${spread}): the baseline${some}`;
  }
  return `${against(measured, result)} (${figure})${some}`;
}

/** Why there is no such figure. */
export function whyUnknown(name: MetricName, result: Result): string {
  const { trials, fates } = result;
  if (trials === 0) return 'no trial counts';
  if (fates.acked + fates.unacknowledged === 0) return 'no records were acknowledged';
  const { title } = metricOf(name);
  return `${title} cannot be told from ${plural(sampleOf(result), 'record')} in a trial: it takes ${count(recordsFor(name))}`;
}

/** Records whose latency is known, in each trial that counts, on the mean: what percentiles rest on. */
export function sampleOf({ latencyMs, trials }: Result): number {
  return trials === 0 ? 0 : Math.round(latencyMs.total.count / trials);
}

/** `; 1,907 lost`: what went wrong with records, beside any figure; empty when all is well. */
export function shortfall({ verify, fates }: Result): string {
  const { failed, expired, dropped } = fates;
  const { lost = 0, duplicated = 0, reordered = 0, corrupted = 0 } = verify ?? {};
  const counts = { lost, corrupted, failed, expired, dropped, duplicated, 'out of order': reordered };
  return Object.entries(counts)
    .filter(([, records]) => records > 0)
    .map(([word, records]) => `; ${count(records)} ${word}`)
    .join('');
}

/** `buffer full (2×), broker`: what held it back, most often first. */
export function limitsOf({ limitedBy }: Result): string {
  const entries = Object.entries(limitedBy).sort(([, one], [, other]) => other - one);
  if (entries.length === 0) return NOTHING;
  return entries.map(([what, often]) => (entries.length === 1 ? what : `${what} (${often}×)`)).join(', ');
}

const PARTS = ['schedule', 'buffer', 'compression', 'request', 'retry'] as const;

/** `buffer (83 %)`: the stage in which records spent most of their time, and its share of the mean latency. */
export function longestStage({ latencyMs }: Result): string {
  const whole = PARTS.reduce((sum, stage) => sum + latencyMs[stage].mean, 0);
  if (!(whole > 0)) return NOTHING;
  const longest = PARTS.reduce((one, other) => (latencyMs[other].mean > latencyMs[one].mean ? other : one));
  return `${longest} (${Math.round((latencyMs[longest].mean / whole) * 100)} %)`;
}

function against({ ratio }: Measured, { baseline }: Result): string {
  if (ratio === undefined) return `no ratio to ${baseline}: it takes two rounds with both`;
  return `${ratioText(ratio)} of ${baseline}: ${ratio.verdict}`;
}

/** How a trial's records fell short of what its profile promises, each with the trial's name. */
export function failuresOf({ candidate, round, attempt, failures = [] }: Trial): string[] {
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  return failures.map((failure) => `${candidate}, round ${round}${again}: ${failure}`);
}

/** `42`, or where workloads have seeds of their own `42 (demo), 1 (smoke)`. */
export function seedsOf(workloads: readonly ComparedWorkload[]): string {
  const [first] = workloads;
  if (workloads.every(({ seed }) => seed === first?.seed)) return String(first?.seed);
  return workloads.map(({ name, seed }) => `${seed} (${name})`).join(', ');
}

/** An argument as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
