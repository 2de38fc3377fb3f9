/**
 * How long a trial of each candidate will take: at a rate that follows from what is asked for, at full speed a second of
 * each tells, since how fast it sends decides how much there is to send and to read back.
 */
import type { Candidate, Design } from '../../../compare/types.js';
import type { Limits } from '../../../types.js';
import type { Watched } from './child.js';
import type { Contender } from './contenders.js';

/** Of making records; what else a trial does comes on top. */
export const GAUGE_MS = 1000;
/** What a trial takes beside warm-up, making and reading back: its process, its sandbox, its topics. */
const BESIDE_SECONDS = 1.5;
/** Reading back takes so long however little there is: a thread of its own, connections, finding where topics end. */
const READ_START_SECONDS = 0.4;
/** What came at a rate is read back as fast as it goes: about so many records a second. */
const READ_PER_SECOND = 100_000;

export interface Gauged {
  readonly candidate: Candidate['name'];
  readonly watched: Watched;
  /** From the start of its process until its topics were gone. */
  readonly wallSeconds: number;
}

/** Seconds that one trial takes, by candidate. */
export type TrialSeconds = ReadonlyMap<Candidate['name'], number>;

interface Shape {
  readonly limits: Limits;
  readonly warmupMs: number;
  readonly atMax: boolean;
  readonly contenders: readonly Contender[];
}

/** What is known beforehand; undefined where it takes a second of each to tell. */
export function secondsBeforehand({ limits, warmupMs, atMax, contenders }: Shape): TrialSeconds | undefined {
  if (atMax) return undefined;
  const seconds = new Map<string, number>();
  for (const { candidate, workload } of contenders) {
    const perSecond = constantRate(workload.sources);
    const byCount = limits.count === undefined || perSecond === null ? undefined : limits.count / perSecond;
    const making = Math.min(byCount ?? Infinity, (limits.durationMs ?? Infinity) / 1000);
    if (making === Infinity) return undefined;
    // The model's own rates are far below what can be read back.
    const reading = READ_START_SECONDS + ((perSecond ?? 0) * making) / READ_PER_SECOND;
    seconds.set(candidate.name, BESIDE_SECONDS + warmupMs / 1000 + making + reading);
  }
  return seconds;
}

/** Records per second over all sources; null where that changes with time. */
function constantRate(sources: Contender['workload']['sources']): number | null {
  let perSecond = 0;
  for (const { rate } of sources) {
    if (rate.kind !== 'constant' || !('options' in rate)) return null;
    perSecond += Number(rate.options['rate']) * rate.scale;
  }
  return perSecond;
}

/** From a second of each, warm-up included; undefined where a candidate sent nothing, so that nobody knows. */
export function secondsFrom(gauged: readonly Gauged[], limits: Limits): TrialSeconds | undefined {
  const seconds = new Map<string, number>();
  for (const { candidate, watched, wallSeconds } of gauged) {
    const { makingSeconds, readingSeconds } = watched;
    const { making, records } = stretched(watched, limits);
    if (!Number.isFinite(making)) return undefined;
    const start = Math.min(readingSeconds, READ_START_SECONDS);
    const beside = Math.max(0, wallSeconds - makingSeconds - readingSeconds);
    seconds.set(candidate, beside + making + start + records * (readingSeconds - start));
  }
  return seconds;
}

/** How long a whole trial makes records, in seconds, and how many times as many it makes, by the limit that it meets first. */
function stretched({ outcome, makingSeconds }: Watched, { durationMs, count, bytes }: Limits) {
  const { profile } = outcome.live;
  const sending = profile.seconds;
  // What it took to connect, and to settle the last records.
  const beside = makingSeconds - sending;
  const reached = [
    durationMs === undefined
      ? { records: Infinity, making: Infinity }
      : { records: durationMs / GAUGE_MS, making: makingSeconds + (durationMs - GAUGE_MS) / 1000 },
    ...[
      count === undefined ? Infinity : count / profile.due,
      bytes === undefined ? Infinity : bytes / profile.bytes,
    ].map((records) => ({ records, making: beside + sending * records })),
  ];
  return reached.reduce((first, one) => (one.records < first.records ? one : first));
}

/** All rounds of all candidates. */
export function secondsInAll(each: TrialSeconds, { trials }: Pick<Design, 'trials'>): number {
  return Math.round(trials * [...each.values()].reduce((sum, seconds) => sum + seconds, 0));
}
