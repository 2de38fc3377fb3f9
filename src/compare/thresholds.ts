/** `--fail-if`: what must not be, in one line, such as `throughput < 0.9x`, `async: p99 > 50ms` or `lost > 0`. */
import { nearest } from '../nearest.js';
import { expected, type Parsed, parseBytes, parseCount, parseDuration } from '../units.js';
import { metricOf } from './metrics.js';
import type { Design, MetricName, Report, Result, Threshold } from './types.js';
import { inUnit, whyUnknown } from './words.js';

type CountName = 'lost' | 'duplicated' | 'reordered' | 'corrupted' | 'failed' | 'expired' | 'dropped';

export interface Condition {
  /** As typed. */
  readonly text: string;
  /** Null: of all candidates. */
  readonly candidate: string | null;
  readonly of: { readonly metric: MetricName } | { readonly count: CountName };
  readonly operator: Operator;
  readonly limit: number;
  /** Whether the limit is so many times the baseline's figure. */
  readonly relative: boolean;
}

type Operator = '<' | '<=' | '>' | '>=';

const METRIC_WORDS: Readonly<{ [word: string]: MetricName }> = {
  throughput: 'recordsPerSecond',
  data: 'mbPerSecond',
  mean: 'meanMs',
  p50: 'p50Ms',
  p95: 'p95Ms',
  p99: 'p99Ms',
  'p99.9': 'p999Ms',
  'p99.99': 'p9999Ms',
  longest: 'maxMs',
  cpu: 'cpuSecondsPerMillion',
  wire: 'wireBytesPerMillion',
  compression: 'compressionRatio',
  batch: 'batchRecords',
  fill: 'batchFill',
  requests: 'requestsPerSecond',
  memory: 'memoryBytes',
  retries: 'retriesPerMillion',
};
const COUNTS: readonly CountName[] = [
  'lost',
  'duplicated',
  'reordered',
  'corrupted',
  'failed',
  'expired',
  'dropped',
];
const WORDS = [...Object.keys(METRIC_WORDS), ...COUNTS];
/** Ratios within a comparison need so many. */
const ROUNDS_LEAST = 2;
const SHAPE = 'a condition such as "throughput < 0.9x", "async: p99 > 50ms" or "lost > 0"';

export function parseCondition(raw: string): Parsed<Condition> {
  const found = /^(?:(.+):)?\s*([\w.]+)\s*(<=|>=|<|>)\s*(\S+)$/.exec(raw.trim());
  if (found === null) return expected(SHAPE, raw);
  const [, candidate, word = '', operator, amount = ''] = found;
  const name = word.toLowerCase();
  const metric = Object.hasOwn(METRIC_WORDS, name) ? METRIC_WORDS[name] : undefined;
  const count = COUNTS.find((one) => one === name);
  const of = metric !== undefined ? { metric } : count !== undefined ? { count } : undefined;
  if (of === undefined) {
    const meant = nearest(name, WORDS);
    return expected(
      `one of ${WORDS.join(', ')} in ${JSON.stringify(raw)}`,
      word,
      meant && `nearest: ${meant}`,
    );
  }
  const read = parseLimit(of, amount);
  if ('problem' in read) return { problem: `${JSON.stringify(raw)}: ${read.problem}` };
  return {
    value: {
      text: raw.trim(),
      candidate: candidate?.trim() ?? null,
      of,
      operator: operator as Operator,
      ...read.value,
    },
  };
}

function parseLimit(of: Condition['of'], text: string): Parsed<Pick<Condition, 'limit' | 'relative'>> {
  const times = /^(\d+(?:\.\d+)?)(?:x|×)$/.exec(text);
  if (times !== null) {
    if ('count' in of)
      return expected('a number of records', text, 'only metrics are held against a baseline');
    return { value: { limit: Number(times[1]), relative: true } };
  }
  const read = 'count' in of ? parseCount(text) : parseAmount(of.metric, text);
  return 'problem' in read ? read : { value: { limit: read.value, relative: false } };
}

/** In the metric's own unit; `0.9x` is read before. */
function parseAmount(name: MetricName, text: string): Parsed<number> {
  const { unit } = metricOf(name);
  const plain = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  const fail = (what: string) => expected(`${what}, or times of the baseline such as 0.9x`, text);
  switch (unit) {
    case 'ms': {
      const read = parseDuration(text);
      return 'problem' in read ? fail('a duration such as 50ms') : read;
    }
    case 's': {
      const read = parseDuration(text);
      return 'problem' in read ? fail('seconds of CPU such as 2.5s') : { value: read.value / 1000 };
    }
    case 'B': {
      const read = parseBytes(text);
      return 'problem' in read ? fail('a size such as 200MiB') : read;
    }
    case 'share': {
      const share = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
      return share === undefined ? fail('a percentage such as 80%') : { value: Number(share) / 100 };
    }
    case 'records/s':
    case '/s': {
      const read = parseCount(text.replace(/\/s$/, ''));
      return 'problem' in read ? fail('a rate such as 100k/s') : read;
    }
    case 'MB/s': {
      const rate = /^(\d+(?:\.\d+)?)MB\/s$/.exec(text)?.[1];
      return rate === undefined ? fail('MB per second such as 50MB/s') : { value: Number(rate) };
    }
    default:
      return plain === undefined ? fail('a number') : { value: plain };
  }
}

// ---------------------------------------------------------------- judging

/** What is wrong with a condition before any trial: a candidate that is not there, here or in the old report, or nobody to hold it against. */
export function conditionProblem(
  { text, candidate, relative }: Condition,
  names: readonly string[],
  old: Report | undefined,
  { baselines, trials }: Pick<Design, 'baselines' | 'trials'>,
): string | undefined {
  if (candidate !== null && !names.includes(candidate)) {
    const meant = nearest(candidate, names);
    const remedy = meant === undefined ? undefined : `nearest: ${meant}`;
    return expected(
      `one of ${names.join(', ')} before the colon of ${JSON.stringify(text)}`,
      candidate,
      remedy,
    ).problem;
  }
  if (!relative) return undefined;
  if (old === undefined) {
    const asked = candidate === null ? names : [candidate];
    const held = `${JSON.stringify(text)}: expected something to hold ${asked.join(', ')} against`;
    if (asked.every((name) => baselines.includes(name)))
      return `${held}, got only the baseline itself; add --baseline REPORT of an earlier comparison, name another --profile, or a limit with a unit`;
    if (trials < ROUNDS_LEAST)
      return `${held} in at least ${ROUNDS_LEAST} rounds, got --trials ${trials}; ask for more, or add --baseline REPORT`;
    return undefined;
  }
  const missing = (candidate === null ? names : [candidate]).filter(
    (name) => resultIn(old, name) === undefined,
  );
  if (missing.length === 0) return undefined;
  const there = old.candidates.map(({ name }) => name).join(', ');
  return `${JSON.stringify(text)}: expected ${missing.join(', ')} in the baseline too, which has ${there}; name one of those before a colon`;
}

/** Relative limits are held against the same candidate in `old`, and without it against the comparison's own baseline. */
export function judge(condition: Condition, results: readonly Result[], old: Report | undefined): Threshold {
  const { text, candidate, relative } = condition;
  const own = relative && old === undefined;
  const asked = results.filter((result) => candidate === null || result.candidate === candidate);
  const judged = asked
    .filter((result) => !own || result.candidate !== result.baseline)
    .map((result) => one(condition, result, old));
  const broken = judged.filter(({ holds }) => holds);
  const told = (broken.length > 0 ? broken : judged).map(({ words }) => words);
  // Nobody to judge is nothing that has been shown to hold.
  if (judged.length === 0)
    return { text, passed: false, reason: 'there is nobody beside the baseline, so that nobody knows' };
  return { text, passed: broken.length === 0, reason: told.join('; ') };
}

interface Judged {
  /** Whether what must not be is so. */
  readonly holds: boolean;
  readonly words: string;
}

function one(condition: Condition, result: Result, old: Report | undefined): Judged {
  const { of, operator, limit, relative } = condition;
  const name = result.candidate;
  if ('count' in of) {
    const value = countOf(of.count, result);
    if (value === null) return { holds: true, words: `${name}: nothing was read back, so that nobody knows` };
    return { holds: isSo(value, operator, limit), words: `${name}: ${value} ${of.count}` };
  }
  const measured = result.metrics[of.metric];
  if (measured === undefined)
    return { holds: true, words: `${name}: ${whyUnknown(of.metric, result)}, so that nobody knows` };
  const { title } = metricOf(of.metric);
  const figure = `${name}: ${title} ${inUnit(of.metric, measured.median)}`;
  if (!relative) return { holds: isSo(measured.median, operator, limit), words: figure };
  const reference = old === undefined ? undefined : resultIn(old, name)?.metrics[of.metric]?.median;
  const times = old === undefined ? measured.ratio?.value : measured.median / (reference ?? Number.NaN);
  if (times === undefined || Number.isNaN(times))
    return { holds: true, words: `${figure}, and the baseline has none to hold it against` };
  const against = reference === undefined ? result.baseline : `${inUnit(of.metric, reference)} before`;
  return { holds: isSo(times, operator, limit), words: `${figure}, ${times.toFixed(3)}x of ${against}` };
}

function countOf(count: CountName, { verify, fates }: Result): number | null {
  if (count === 'failed' || count === 'expired' || count === 'dropped') return fates[count];
  return verify === null || verify.notes.some((note) => note.startsWith('not read back'))
    ? null
    : verify[count];
}

function isSo(value: number, operator: Operator, limit: number): boolean {
  if (operator === '<') return value < limit;
  if (operator === '<=') return value <= limit;
  return operator === '>' ? value > limit : value >= limit;
}

function resultIn({ results }: Report, name: string): Result | undefined {
  return results.find(({ candidate }) => candidate === name);
}
