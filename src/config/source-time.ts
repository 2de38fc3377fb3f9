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

/** `now` is what relative times count from, epoch ms. */
export function time(now: number): Format<SourceTime> {
  return {
    takes: TAKES,
    parse(raw) {
      if (raw === 'live') return { value: LIVE };
      if (!isObject(raw)) return expected(TAKES, raw);
      const strange = Object.keys(raw).find((key) => !TIME_KEYS.includes(key));
      if (strange !== undefined) return expected(TAKES, raw, nearestTo(strange, TIME_KEYS));
      const { speed, start, until, fillRate } = raw;
      const runs = typeof speed === 'number' && speed > 0 && speed <= 1e9;
      if (speed !== undefined && !runs) return expected('a speed above zero, up to 1e9', speed);
      const said = runs ? { speed } : {};
      if (until === 'live') return backfill(start, fillRate, said, now);
      if (fillRate !== undefined) return expected('"until": "live" beside "fillRate"', raw);
      if (start === undefined) {
        if (until !== undefined) return expected('"start" beside "until"', raw);
        return runs ? { value: { kind: 'live', speed } } : expected(TAKES, raw);
      }
      return simulated(start, until, said, now);
    },
  };
}

function simulated(
  start: unknown,
  until: unknown,
  said: Pick<SourceTime, 'speed'>,
  now: number,
): Parsed<SourceTime> {
  const from = parseTime(start, now);
  if ('problem' in from) return from;
  const to = until === undefined ? undefined : parseTime(until, now);
  if (to !== undefined && 'problem' in to) return to;
  if (to !== undefined && to.value <= from.value) return expected('"until" to be after "start"', until);
  const end = to === undefined ? {} : { until: to.value };
  return { value: { kind: 'simulated', start: from.value, ...end, ...said } };
}

function backfill(
  start: unknown,
  fillRate: unknown,
  said: Pick<SourceTime, 'speed'>,
  now: number,
): Parsed<SourceTime> {
  if (start === undefined)
    return expected('"start" beside "until": "live", such as "-7d"', { until: 'live' });
  const from = parseTime(start, now);
  if ('problem' in from) return from;
  if (from.value >= now) return expected('"start" to lie in the past', start);
  const fill = fillRate === undefined ? undefined : parsePerSecond(fillRate);
  if (fill !== undefined && 'problem' in fill) return { ...fill, problem: `fillRate: ${fill.problem}` };
  if (fill?.value === 0) return expected('"fillRate" to be above zero', fillRate);
  const filling = fill === undefined ? {} : { fillPerSecond: fill.value };
  return { value: { kind: 'backfill', start: from.value, ...said, ...filling } };
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
