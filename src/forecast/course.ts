/** How many records are due when: the rates' integrals and the models' own calendars, up to the limit that is reached first. */
import { weightOf } from '../rate.js';
import type { Limits, Rate, WorkloadSource } from '../types.js';
import type { PastForecast } from './past.js';
import type { Sample } from './sample.js';

/** What ends the making of records. */
export type End = 'duration' | 'count' | 'bytes' | 'sources' | 'signal';

export interface Course {
  readonly end: End;
  /** When it ends, in seconds; null where only running it tells, or nothing does. */
  readonly seconds: number | null;
  /** Records of all sources, for one profile; null where only running it tells. */
  readonly records: number | null;
  /** Records of each source, in their order. */
  readonly recordsBySource: readonly (number | null)[];
  /** The shares of the sources in all records; they add up to 1. */
  readonly shares: readonly number[];
  /** Null: as fast as it goes. */
  readonly rate: RateCourse | null;
}

/** Rates over equal spans of time: what is due within each, per second. */
export interface RateCourse {
  readonly spanSeconds: number;
  readonly perSecond: readonly number[];
  readonly bySource: readonly (readonly number[])[];
  readonly mean: number;
  readonly peak: number;
}

/** One source, with what is known of when its events come. */
export interface CourseSource {
  readonly source: WorkloadSource;
  readonly sample: Sample;
  /** Undefined for `max`, and where the model's calendar says when. */
  readonly rate: Rate | undefined;
  /** What it catches up on before it is live. */
  readonly past: PastForecast | null;
  readonly meanBytes: number;
}

const SPANS = 60;
/** How much is shown of what ends only when somebody stops it. */
const ENDLESS_MS = 60_000;
/** Ten years: what is not reached by then is not reached. */
const NEVER_MS = 3.2e11;
const TINY = 1e-6;

/** Events of one source within the first `ms`. */
type CountBy = (ms: number) => number;

/** The course of a run of these sources within these limits. */
export function courseOf(sources: readonly CourseSource[], limits: Limits): Course {
  const counts = sources.map(countByOf);
  const endMs = limits.durationMs ?? Number.POSITIVE_INFINITY;
  const asFastAsItGoes = counts.some((countBy) => countBy === undefined);
  if (asFastAsItGoes) return fastest(sources, counts, limits);
  const paced = counts as readonly CountBy[];
  const all: CountBy = (ms) => paced.reduce((sum, countBy) => sum + countBy(ms), 0);
  const windowMs = Number.isFinite(endMs) ? endMs : ENDLESS_MS;
  const shares = sharesOf(paced.map((countBy) => countBy(windowMs)));
  const { end: byLimit, records: wanted } = targetOf(sources, shares, limits);
  // A source that has stopped is over for good, though a formula would never say so.
  const reachedMs = reach(all, wanted, endMs);
  const over = Math.min(endMs, reachedMs);
  const seconds = Number.isFinite(over) ? over / 1000 : null;
  const end =
    reachedMs <= endMs && Number.isFinite(reachedMs) ? byLimit : endMs < NEVER_MS ? 'duration' : 'signal';
  const bySource = paced.map((countBy) => Math.floor(countBy(over) + TINY));
  const total = bySource.reduce((sum, records) => sum + records, 0);
  // Events of a model may come at the same moment, and the limit may lie among them.
  const part = total > wanted ? wanted / total : 1;
  return {
    end,
    seconds,
    records: seconds === null ? null : Math.min(wanted, total),
    recordsBySource: bySource.map((records) => (seconds === null ? null : Math.round(part * records))),
    shares: seconds === null ? shares : sharesOf(paced.map((countBy) => countBy(over))),
    rate: rateCourse(paced, seconds === null ? ENDLESS_MS : over),
  };
}

/** What one part of several makes of a course: of each source's events the share that is its own, at the same times. */
export function partOf(course: Course, own: readonly number[]): Course {
  const weights = course.shares.map((share, i) => share * own[i]!);
  const mean = weights.reduce((sum, weight) => sum + weight, 0);
  const recordsBySource = course.recordsBySource.map((records, i) =>
    records === null ? null : Math.round(records * own[i]!),
  );
  return {
    ...course,
    records: course.records === null ? null : Math.round(course.records * mean),
    recordsBySource,
    shares: sharesOf(weights),
    rate: course.rate === null ? null : ratePart(course.rate, own),
  };
}

function ratePart({ spanSeconds, bySource }: RateCourse, own: readonly number[]): RateCourse {
  return sumOfSources(
    spanSeconds,
    bySource.map((spans, i) => spans.map((perSecond) => perSecond * own[i]!)),
  );
}

/** Sources of which at least one goes as fast as it can: nothing is known of time but a duration. */
function fastest(
  sources: readonly CourseSource[],
  counts: readonly (CountBy | undefined)[],
  limits: Limits,
): Course {
  const allFast = counts.every((countBy) => countBy === undefined);
  const shares = sharesOf(
    sources.map(({ source, past }) => past?.records ?? (allFast ? weightOf(source.rate) : 1)),
  );
  const { end, records } = targetOf(sources, shares, limits);
  const known = Number.isFinite(records) && limits.durationMs === undefined;
  return {
    end: limits.durationMs !== undefined ? 'duration' : end,
    seconds: limits.durationMs === undefined ? null : limits.durationMs / 1000,
    records: known ? records : null,
    recordsBySource: shares.map((share) => (known && allFast ? Math.round(share * records) : null)),
    shares,
    rate: null,
  };
}

/** How many events are due by a time; undefined for `max`. */
function countByOf({ sample, rate, source, past }: CourseSource): CountBy | undefined {
  if (past !== null) return undefined;
  const total = totalOf(source, sample);
  if (rate !== undefined) return (ms) => Math.min(total, rate.countBy(ms));
  if (source.rate.kind === 'max' && sample.dueMs.length === 0) return undefined;
  const { dueMs, knownMs, modelPerSecond = 0 } = sample;
  return (ms) => {
    if (ms <= knownMs) return countUpTo(dueMs, ms);
    return Math.min(total, dueMs.length + ((ms - knownMs) / 1000) * modelPerSecond);
  };
}

/** All events that a source has: known when they ended while they were made, else estimated from the model's calendar. */
function totalOf({ time: { start, until } }: WorkloadSource, sample: Sample): number {
  if (sample.ended) return sample.made;
  const { calendarPerSecond } = sample;
  if (until === undefined || start === undefined || calendarPerSecond === undefined)
    return Number.POSITIVE_INFINITY;
  return (calendarPerSecond * (until - start)) / 1000;
}

function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The records after which making ends, and what says so. */
function targetOf(
  sources: readonly CourseSource[],
  shares: readonly number[],
  { count = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY }: Limits,
): { readonly end: End; readonly records: number } {
  const meanBytes = sources.reduce((sum, source, i) => sum + source.meanBytes * shares[i]!, 0);
  const byBytes = meanBytes > 0 ? Math.ceil(bytes / meanBytes) : Number.POSITIVE_INFINITY;
  const totals = sources.map(({ source, sample }) => totalOf(source, sample));
  const bySources = totals.reduce((sum, total) => sum + total, 0);
  const records = Math.floor(Math.min(count, byBytes, bySources));
  if (!Number.isFinite(records)) return { end: 'signal', records: Number.POSITIVE_INFINITY };
  return { end: records === bySources ? 'sources' : records === count ? 'count' : 'bytes', records };
}

/** When a count is reached, ms; infinity if it is not by `endMs`, or ever. */
function reach(all: CountBy, wanted: number, endMs: number): number {
  if (!Number.isFinite(wanted)) return Number.POSITIVE_INFINITY;
  const reaches = (ms: number) => all(ms) >= wanted - TINY;
  const limit = Math.min(endMs, NEVER_MS);
  if (!reaches(limit)) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = limit;
  while (high - low > Math.max(1e-3, 1e-9 * high)) {
    const middle = (low + high) / 2;
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function rateCourse(counts: readonly CountBy[], windowMs: number): RateCourse {
  const spanMs = Math.max(windowMs, 1) / SPANS;
  const bySource = counts.map((countBy) =>
    Array.from(
      { length: SPANS },
      (_, i) => ((countBy((i + 1) * spanMs) - countBy(i * spanMs)) / spanMs) * 1000,
    ),
  );
  return sumOfSources(spanMs / 1000, bySource);
}

function sumOfSources(spanSeconds: number, bySource: readonly (readonly number[])[]): RateCourse {
  const perSecond = Array.from({ length: SPANS }, (_, i) =>
    bySource.reduce((sum, spans) => sum + spans[i]!, 0),
  );
  const mean = perSecond.reduce((sum, each) => sum + each, 0) / SPANS;
  return { spanSeconds, perSecond, bySource, mean, peak: Math.max(...perSecond) };
}

/** Shares that add up to 1; equal ones where nothing is known. */
function sharesOf(weights: readonly number[]): number[] {
  const sum = weights.reduce((before, weight) => before + weight, 0);
  return weights.map((weight) => (sum > 0 ? weight / sum : 1 / weights.length));
}
