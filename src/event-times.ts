/**
 * What becomes of events whose times are not those of the clock: topics refuse records from too far ahead, and delete old
 * ones, however late they were written.
 */
import type { Limits, WorkloadSource } from './types.js';
import { formatDuration } from './units.js';

/** What a topic makes of records' times, in ms; Infinity where it sets no bound. */
export interface TopicTimes {
  /** message.timestamp.type is LogAppendTime: the broker's clock replaces the record's time. */
  readonly stamped: boolean;
  /** message.timestamp.after.max.ms and message.timestamp.before.max.ms. */
  readonly aheadMax: number;
  readonly behindMax: number;
  /** retention.ms, where records are deleted by age at all. */
  readonly keptMs: number;
}

/** From when on a source's events are, epoch ms, and until when they may be. */
export interface EventSpan {
  readonly source: string;
  readonly from: number;
  readonly until: number;
  /** Whether it gets to `until` for sure, if nobody stops it. */
  readonly surely: boolean;
}

export interface Trouble {
  /** The first events would be refused: nothing should be sent. */
  readonly refused: boolean;
  readonly text: string;
}

/** Undefined where the times are the clock's. `perSecond`: the model's own, in its calendar. */
export function spanOf(
  { name, time, rate }: WorkloadSource,
  { count, bytes, durationMs }: Limits,
  perSecond: number | undefined,
  now: number,
): EventSpan | undefined {
  const { kind, start, until, speed } = time;
  if (kind === 'live' || start === undefined) return undefined;
  if (kind === 'backfill') return { source: name, from: start, until: now, surely: true };
  const limited = count !== undefined || bytes !== undefined || durationMs !== undefined;
  if (until !== undefined) return { source: name, from: start, until, surely: !limited };
  const mapped = speed ?? (rate.kind === 'natural' ? 1 : undefined);
  const byDuration =
    mapped === undefined || durationMs === undefined ? Number.POSITIVE_INFINITY : mapped * durationMs;
  const byCount =
    count === undefined || perSecond === undefined ? Number.POSITIVE_INFINITY : (count / perSecond) * 1000;
  return { source: name, from: start, until: start + Math.min(byDuration, byCount), surely: false };
}

/** Everything that is wrong between a source's times and its topic, the worst first. */
export function troublesOf(topic: string, times: TopicTimes, span: EventSpan, now: number): Trouble[] {
  const { source, from, until, surely } = span;
  const { stamped, aheadMax, behindMax, keptMs } = times;
  const last = now + aheadMax;
  const first = now - behindMax;
  const begin = `the events of ${source} begin at ${utc(from)}`;
  const ahead = `topic ${topic}: refuses records more than ${formatDuration(aheadMax)} ahead of the clock (message.timestamp.after.max.ms=${aheadMax})`;
  const troubles: Trouble[] = [];
  const tell = (refused: boolean, text: string) => troubles.push({ refused, text });
  if (stamped) {
    const text = `topic ${topic}: its broker replaces the times of records by its own (message.timestamp.type=LogAppendTime), and ${begin}; set it to CreateTime, or find the times in the values`;
    return [{ refused: false, text }];
  }
  if (from > last) tell(true, `${ahead}, and ${begin}; raise it on the topic, or begin earlier`);
  else if (until > last) {
    const reach = Number.isFinite(until) ? `end at ${utc(until)}` : 'have no end';
    const remedy = 'raise it on the topic, or give the source an earlier "until"';
    tell(
      surely,
      `${ahead}, and the events of ${source} ${reach}: those after ${utc(last)} would fail; ${remedy}`,
    );
  }
  if (from < first) {
    const older = `topic ${topic}: refuses records older than ${formatDuration(behindMax)} (message.timestamp.before.max.ms=${behindMax})`;
    tell(true, `${older}, and ${begin}; raise it on the topic, or begin later`);
  } else if (from < now - keptMs) {
    const kept = `topic ${topic}: keeps records for ${formatDuration(keptMs)} (retention.ms=${keptMs})`;
    tell(
      false,
      `${kept}, and ${begin}: Kafka deletes the older ones within minutes; set retention.ms=-1 on it, or name a topic that does not exist yet`,
    );
  }
  return troubles;
}

function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
