/** The whole of what is told, from the design and the trials; made anew after each trial. */
import { seconds } from '../figures.js';
import { baselineNotes } from './baseline.js';
import { loadNotes } from './closing.js';
import { metricOf } from './metrics.js';
import { resultsOf } from './results.js';
import { middle } from './statistics.js';
import { type Condition, judge } from './thresholds.js';
import type { MetricName, Report, Result, Trial } from './types.js';

/** Below, figures are those of a start. */
const SECONDS_LEAST = 1;

/** Beyond this factor it matters no more how wide an interval is. */
const WIDE = 100;

/** What is known before the first trial. */
export type Beginning = Omit<Report, 'finishedAt' | 'trials' | 'results' | 'thresholds' | 'notes'>;

export interface Asked {
  readonly conditions: readonly Condition[];
  /** Of --baseline. */
  readonly old: Report | undefined;
}

/** `finishedAt`: ISO time, null while trials are missing. */
export function reportOf(
  beginning: Beginning,
  trials: readonly Trial[],
  finishedAt: string | null,
  { conditions, old }: Asked,
): Report {
  const results = resultsOf({ ...beginning, trials });
  return {
    ...beginning,
    finishedAt,
    trials,
    results,
    thresholds: conditions.map((condition) => judge(condition, results, old)),
    notes: [
      ...(old === undefined ? [] : baselineNotes(old, beginning)),
      ...notesOf(beginning, trials, results),
    ],
  };
}

function notesOf({ design }: Beginning, trials: readonly Trial[], results: readonly Result[]): string[] {
  const notes = trials.length === 0 ? [] : loadNotes(trials);
  const lasted = middle(
    trials.map(({ figures }) => figures?.profile.seconds ?? Number.NaN).filter(Number.isFinite),
  );
  if (lasted < SECONDS_LEAST)
    notes.push(
      `Trials lasted ${seconds(lasted)}: starting up weighs more in that than the profile; ask for more with --duration or --count.`,
    );
  const unread = [...new Set(results.flatMap(({ verify }) => verify?.notes ?? []))];
  notes.push(...unread);
  if (design.atMax)
    notes.push(
      'At full speed latency is mostly the wait in the producer’s own buffer; compare latencies at a rate that all can hold (--rate).',
    );
  const seen = visibleFrom(results, design.headline);
  if (seen !== undefined) notes.push(`${seen}; --trials takes more rounds.`);
  return notes;
}

/** What is smaller could not have been told from chance: the widest half of the intervals. */
function visibleFrom(results: readonly Result[], headline: MetricName): string | undefined {
  const halves = results
    .map(({ metrics }) => metrics[headline]?.ratio)
    .filter((ratio) => ratio !== undefined)
    .map(({ low, high }) => Math.sqrt(high / low));
  if (halves.length === 0) return undefined;
  const widest = Math.max(...halves);
  if (widest > WIDE) return 'These rounds lay so far apart that hardly any difference could have been shown';
  const percent = (widest - 1) * 100;
  const least =
    widest > 2 ? `a factor of ${Math.ceil(widest)}` : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
  return `As these rounds lay apart, differences of ${metricOf(headline).title} below about ${least} could not have been shown`;
}

/**
 * Candidates that no other beats in both metrics at once, by their medians: what is left to choose from. Nobody is named
 * where ratios were taken and none of them showed a difference, as medians that are chance are no choice.
 */
export function unbeaten(results: readonly Result[], one: MetricName, other: MetricName): string[] {
  const ratios = results.flatMap(({ metrics }) =>
    [metrics[one]?.ratio ?? [], metrics[other]?.ratio ?? []].flat(),
  );
  if (ratios.length > 0 && ratios.every(({ verdict }) => verdict === 'no difference shown')) return [];
  const sides = results.flatMap(({ candidate, metrics }) => {
    const [a, b] = [metrics[one]?.median, metrics[other]?.median];
    return a === undefined || b === undefined
      ? []
      : [{ candidate, a: goodness(one, a), b: goodness(other, b) }];
  });
  return sides
    .filter(
      ({ a, b }) => !sides.some((rival) => rival.a >= a && rival.b >= b && (rival.a > a || rival.b > b)),
    )
    .map(({ candidate }) => candidate);
}

/** More is better. */
function goodness(name: MetricName, value: number): number {
  return metricOf(name).better === 'lower' ? -value : value;
}
