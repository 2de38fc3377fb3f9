/** Reads fault specs, `API:what[=value][,matcher=value…]`, such as `produce:error=NOT_LEADER_OR_FOLLOWER,every=7`. */
import { EventmillError } from '../errors.js';
import { nearest } from '../nearest.js';
import { errorCode, KAFKA_ERRORS } from '../protocol/codes.js';
import type { ApiName } from '../protocol/keys.js';
import { parseDuration } from '../units.js';
import { APIS } from './apis.js';

/** One fault, as read. Names of clients and topics may end with `*`. */
export interface Fault {
  readonly spec: string;
  readonly api: ApiName | 'any';
  readonly kind: 'delay' | 'throttle' | 'error' | 'partition-error' | 'drop' | 'silence';
  /** Whether it strikes only after the request was carried out. */
  readonly after: boolean;
  /** For delay and throttle. */
  readonly ms: number;
  /** For errors. */
  readonly code: number;
  readonly client?: string;
  readonly topic?: string;
  readonly partition?: number;
  /** Requests that fit but are let pass first. */
  readonly skip: number;
  /** Of the rest, each n-th is struck. */
  readonly every: number;
  /** At most so many. */
  readonly count: number;
  readonly probability: number;
}

type Kind = Fault['kind'];

/** What can be asked for, and what its value is. */
const WHATS: {
  readonly [what: string]: { kind: Kind; after: boolean; value: 'duration' | 'code' | 'none' };
} = {
  delay: { kind: 'delay', after: false, value: 'duration' },
  throttle: { kind: 'throttle', after: false, value: 'duration' },
  error: { kind: 'error', after: false, value: 'code' },
  'error-after': { kind: 'error', after: true, value: 'code' },
  'partition-error': { kind: 'partition-error', after: false, value: 'code' },
  drop: { kind: 'drop', after: false, value: 'none' },
  'drop-after': { kind: 'drop', after: true, value: 'none' },
  silence: { kind: 'silence', after: false, value: 'none' },
  'silence-after': { kind: 'silence', after: true, value: 'none' },
};

const MATCHERS = ['client', 'topic', 'partition', 'count', 'after', 'every', 'probability'] as const;
type Matcher = (typeof MATCHERS)[number];

/** `list-offsets` for ListOffsets: how people write the names of APIs, though any case will do. */
function written(name: ApiName): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');
const API_NAMES: readonly string[] = [...APIS.map(({ name }) => written(name)), 'any'];

/** All faults, or one EventmillError (CONFIG) with a line for each spec that is wrong. */
export function parseFaults(specs: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const problems: string[] = [];
  for (const spec of specs) {
    try {
      faults.push(parseFault(spec));
    } catch (error) {
      if (!(error instanceof EventmillError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new EventmillError('CONFIG', problems.join('\n'));
  return faults;
}

/** Throws an EventmillError (CONFIG) that says what was expected. */
export function parseFault(spec: string): Fault {
  const found = /^([^:]*):([^,]*)(?:,(.*))?$/s.exec(spec.trim());
  if (found === null) fail(spec, 'expected API:what[=value][,matcher=value…], such as produce:delay=50ms');
  const [, apiText = '', effect = '', matcherText] = found;
  const api = apiOf(spec, apiText.trim());
  const [whatText = '', value] = split(effect);
  const what = Object.hasOwn(WHATS, whatText) ? WHATS[whatText] : undefined;
  if (what === undefined) unknown(spec, 'a fault', whatText, Object.keys(WHATS));
  const given = matchersOf(spec, matcherText);
  if (api !== 'any' && (given.topic !== undefined || given.partition !== undefined)) {
    if (APIS.find(({ name }) => name === api)?.subjects === undefined) {
      fail(spec, `${written(api)} requests name no topic; leave topic and partition out`);
    }
  }
  return {
    spec,
    api,
    kind: what.kind,
    after: what.after,
    ms: what.value === 'duration' ? durationOf(spec, whatText, value) : 0,
    code: what.value === 'code' ? codeOf(spec, whatText, value) : noValue(spec, whatText, value, what.value),
    ...(given.client === undefined ? {} : { client: given.client }),
    ...(given.topic === undefined ? {} : { topic: given.topic }),
    ...(given.partition === undefined ? {} : { partition: whole(spec, 'partition', given.partition, 0) }),
    skip: whole(spec, 'after', given.after ?? '0', 0),
    every: whole(spec, 'every', given.every ?? '1', 1),
    count: given.count === undefined ? Number.POSITIVE_INFINITY : whole(spec, 'count', given.count, 1),
    probability: chance(spec, given.probability ?? '1'),
  };
}

function apiOf(spec: string, text: string): ApiName | 'any' {
  if (bare(text) === 'any') return 'any';
  const api = APIS.find(({ name }) => bare(name) === bare(text));
  return api?.name ?? unknown(spec, 'an API', text, API_NAMES);
}

function matchersOf(spec: string, text: string | undefined): { [M in Matcher]?: string } {
  const given: { [M in Matcher]?: string } = {};
  if (text === undefined) return given;
  for (const part of text.split(',')) {
    const [name = '', value] = split(part);
    const matcher = MATCHERS.find((each) => each === name);
    if (matcher === undefined) unknown(spec, 'a matcher', name, MATCHERS);
    if (value === undefined || value === '') fail(spec, `expected ${name}=value, got ${name} alone`);
    if (given[matcher] !== undefined) fail(spec, `expected ${name} once, got it twice`);
    given[matcher] = value;
  }
  return given;
}

function split(text: string): [name: string, value?: string] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim()] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function durationOf(spec: string, what: string, value: string | undefined): number {
  if (value === undefined) fail(spec, `expected ${what}=DURATION, such as ${what}=50ms`);
  const parsed = parseDuration(value);
  return 'value' in parsed ? parsed.value : fail(spec, `${what}: ${parsed.problem}`);
}

function codeOf(spec: string, what: string, value: string | undefined): number {
  if (value === undefined) fail(spec, `expected ${what}=CODE, such as ${what}=NOT_LEADER_OR_FOLLOWER`);
  const code = errorCode(value.toUpperCase());
  if (code !== undefined && code !== 0) return code;
  const near = nearest(
    value,
    KAFKA_ERRORS.map(({ name }) => name),
  );
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  fail(spec, `expected the name of a Kafka error, such as NOT_LEADER_OR_FOLLOWER, got ${value}${hint}`);
}

function noValue(spec: string, what: string, value: string | undefined, expected: string): number {
  if (expected === 'none' && value !== undefined) fail(spec, `expected ${what} alone, got ${what}=${value}`);
  return 0;
}

function whole(spec: string, name: string, value: string, least: number): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  return number >= least
    ? number
    : fail(spec, `${name}: expected a whole number from ${least}, got ${value}`);
}

function chance(spec: string, value: string): number {
  const number = /^\d*\.?\d+$/.test(value) ? Number(value) : Number.NaN;
  return number > 0 && number <= 1 ? number : fail(spec, `probability: expected above 0 to 1, got ${value}`);
}

function unknown(spec: string, what: string, got: string, known: readonly string[]): never {
  const near = nearest(got, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  fail(spec, `expected ${what} (${known.join(', ')}), got ${got === '' ? 'nothing' : got}${hint}`);
}

function fail(spec: string, problem: string): never {
  throw new EventmillError('CONFIG', `fault ${JSON.stringify(spec)}: ${problem}`);
}
