/** A source's `time`: live, speeded, simulated, or from the past into the present. */
import type { SourceTime, Workload, WorkloadSource } from '../types.js';
import {
  expected,
  type Format,
  nearestTo,
  type Parsed,
  parseDuration,
  parsePerSecond,
  parseTime,
} from './formats.js';
import { isObject } from './json.js';
import type { Mistakes } from './mistakes.js';
import { deepFreeze } from './schema.js';

export const LIVE: SourceTime = { kind: 'live', speed: 1 };

const TIME_KEYS = ['speed', 'start', 'until', 'fillRate'];
const TAKES =
  '"live", { "speed": 60 }, { "start": "-30d", "speed"?, "until"? } or { "start": "-7d", "until": "live", "speed"?, "fillRate"? }';

/** `now` is what relative times count from, epoch ms. Its problem has a line for each mistake. */
export function time(now: number): Format<SourceTime> {
  return {
    takes: TAKES,
    parse(raw) {
      if (raw === 'live') return { value: LIVE };
      if (!isObject(raw)) return expected(TAKES, raw);
      const problems: string[] = [];
      const read = <T>(parsed: Parsed<T> | undefined): T | undefined => {
        if (parsed !== undefined && 'problem' in parsed) problems.push(parsed.problem);
        return parsed !== undefined && 'value' in parsed ? parsed.value : undefined;
      };
      for (const key of Object.keys(raw))
        if (!TIME_KEYS.includes(key)) read(expected(TAKES, raw, nearestTo(key, TIME_KEYS)));
      const { until, fillRate } = raw;
      const speed = raw['speed'] === undefined ? undefined : read(speedOf(raw['speed']));
      const start = raw['start'] === undefined ? undefined : read(parseTime(raw['start'], now));
      const said = speed === undefined ? {} : { speed };
      const value =
        until === 'live'
          ? backfill({ raw, start, fill: read(fillOf(fillRate)), said, now }, read)
          : simulated({ raw, start, said, now }, read);
      if (problems.length > 0) return { problem: problems.join('\n') };
      return value === undefined ? expected(TAKES, raw) : { value };
    },
  };
}

type Read = <T>(parsed: Parsed<T> | undefined) => T | undefined;

/** What was read so far; `start` is missing where it could not be read, too. */
interface Said {
  readonly raw: { readonly [key: string]: unknown };
  readonly start: number | undefined;
  readonly said: Pick<SourceTime, 'speed'>;
  readonly now: number;
}

function speedOf(raw: unknown): Parsed<number> {
  const runs = typeof raw === 'number' && raw > 0 && raw <= 1e9;
  return runs ? { value: raw } : expected('a speed above zero, up to 1e9', raw);
}

function fillOf(raw: unknown): Parsed<number> | undefined {
  if (raw === undefined) return undefined;
  const fill = parsePerSecond(raw);
  if ('problem' in fill) return { ...fill, problem: `fillRate: ${fill.problem}` };
  return fill.value === 0 ? expected('"fillRate" to be above zero', raw) : fill;
}

function simulated({ raw, start, said, now }: Said, read: Read): SourceTime | undefined {
  const until = raw['until'] === undefined ? undefined : read(parseTime(raw['until'], now));
  if (raw['fillRate'] !== undefined) read(expected('"until": "live" beside "fillRate"', raw));
  if (raw['start'] === undefined) {
    if (raw['until'] !== undefined) read(expected('"start" beside "until"', raw));
    return said.speed === undefined ? undefined : { kind: 'live', speed: said.speed };
  }
  if (start === undefined) return undefined;
  if (until !== undefined && until <= start) read(expected('"until" to be after "start"', raw['until']));
  return { kind: 'simulated', start, ...(until === undefined ? {} : { until }), ...said };
}

function backfill(
  { raw, start, fill, said, now }: Said & { readonly fill: number | undefined },
  read: Read,
): SourceTime | undefined {
  if (raw['start'] === undefined)
    read(expected('"start" beside "until": "live", such as "-7d"', { until: 'live' }));
  if (start === undefined) return undefined;
  if (start >= now) read(expected('"start" to lie in the past', raw['start']));
  return { kind: 'backfill', start, ...said, ...(fill === undefined ? {} : { fillPerSecond: fill }) };
}

// ---------------------------------------------------------------- as a flag

const PAST = 'how long ago it begins, such as 7d or 36h, or when, such as 2026-01-31';

/** `--backfill 7d`: how long ago (ms), or when (epoch ms). */
export type Past = { readonly agoMs: number } | { readonly at: number };

export const past: Format<Past> = {
  takes: PAST,
  parse(raw) {
    const ago = parseDuration(raw);
    if ('value' in ago) return ago.value > 0 ? { value: { agoMs: ago.value } } : expected(PAST, raw);
    // What is relative is said without a sign; a date does not need a now.
    const when = typeof raw === 'string' && /^\d{4}-/.test(raw.trim()) ? parseTime(raw, 0) : undefined;
    return when !== undefined && 'value' in when ? { value: { at: when.value } } : expected(PAST, raw);
  },
};

/**
 * Has all sources begin in the past and go on live. A source with a calendar of its own leaves it, and keeps to its model's
 * pace. One that is live, and that a flag has asked to be `natural`, lives as fast as in life: the speed with which a demo
 * makes a minute worth watching would put a year into a week of history.
 */
export function withBackfill(
  workload: Workload,
  asked: Past,
  isAskedNatural: (source: string) => boolean,
  now: number,
  mistakes: Mistakes,
): Workload {
  const start = 'at' in asked ? asked.at : now - asked.agoMs;
  if (start >= now) {
    const { problem } = expected('a time in the past', new Date(start).toISOString());
    mistakes.addLine(`--backfill: ${problem}`);
  }
  const begun = (source: WorkloadSource): WorkloadSource => {
    const { name, time: before, rate } = source;
    const leaves = before.kind === 'simulated' || (before.kind === 'live' && isAskedNatural(name));
    const speed = leaves || before.speed === undefined ? {} : { speed: before.speed };
    const fill = before.fillPerSecond === undefined ? {} : { fillPerSecond: before.fillPerSecond };
    const byItself = before.kind === 'simulated' && before.speed !== undefined;
    return {
      ...source,
      rate: byItself ? { kind: 'natural' } : rate,
      time: { kind: 'backfill', start, ...speed, ...fill },
    };
  };
  return deepFreeze({ ...workload, sources: workload.sources.map(begun) });
}
