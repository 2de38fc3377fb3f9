/** Reads fault specs, `API:what[=value][,matcher=value…]`, such as `produce:error=NOT_LEADER_OR_FOLLOWER,every=7`. */
import { EventmillError } from '../errors.js';
import { nearest } from '../nearest.js';
import { errorCode, KAFKA_ERRORS } from '../protocol/codes.js';
import type { ApiName } from '../protocol/keys.js';
import { parseDuration } from '../units.js';
import { APIS } from './apis.js';
import { type Fault, isTimed, MATCHERS, type Matcher, OF_BROKERS, WHATS, type What } from './fault-words.js';

/** `list-offsets` for ListOffsets: how people write the names of APIs, though any case will do. */
function written(name: ApiName): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');
const API_NAMES: readonly string[] = [...APIS.map(({ name }) => written(name)), 'any', 'broker'];

/** All faults of a sandbox with so many brokers, or one EventmillError (CONFIG) with a line for each spec that is wrong. */
export function parseFaults(specs: readonly string[], nodes = Number.POSITIVE_INFINITY): Fault[] {
  const faults: Fault[] = [];
  const problems: string[] = [];
  for (const spec of specs) {
    try {
      const fault = parseFault(spec);
      const { node = 1 } = fault;
      if (node > nodes) {
        const brokers = nodes === 1 ? 'broker 1, the only one' : `a broker from 1 to ${nodes}`;
        fail(spec, `node: expected ${brokers}, got ${node}; ask for more nodes, or leave it out`);
      }
      faults.push(fault);
    } catch (error) {
      if (!(error instanceof EventmillError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new EventmillError('CONFIG', problems.join('\n'));
  return faults;
}

/** How long these go on after they were set, ms, where the clock or a broker's return ends them; else Infinity. Throws as `parseFaults`. */
export function faultsLastMs(specs: readonly string[]): number {
  const ends = parseFaults(specs).map(({ api, kind, count, everyMs, atMs = 0, ms, forMs }) => {
    const isOnce = api === 'broker' && count === 1 && everyMs === 0;
    return isOnce && kind === 'gone' ? atMs + ms : atMs + forMs;
  });
  return Math.max(0, ...ends);
}

/** Throws an EventmillError (CONFIG) that says what was expected. */
export function parseFault(spec: string): Fault {
  const found = /^([^:]*):([^,]*)(?:,(.*))?$/s.exec(spec.trim());
  if (found === null) {
    const hint = /^broker-?gone|^leader-?move/.test(spec.trim()) ? 'broker:gone=5s' : 'produce:delay=50ms';
    fail(spec, `expected API:what[=value][,matcher=value…], such as ${hint}`);
  }
  const [, apiText = '', effect = '', matcherText] = found;
  const api = apiOf(spec, apiText.trim());
  const [whatText = '', value] = split(effect);
  const what = whatOf(spec, whatText, api);
  const given = matchersOf(spec, matcherText);
  const fault: Fault = {
    spec,
    api,
    kind: what.kind,
    after: what.after,
    ms: what.value === 'duration' ? durationOf(spec, whatText, value) : 0,
    code: what.value === 'code' ? codeOf(spec, whatText, value) : noValue(spec, whatText, value, what.value),
    ...(given.client === undefined ? {} : { client: given.client }),
    ...(given.topic === undefined ? {} : { topic: given.topic }),
    ...(given.partition === undefined ? {} : { partition: whole(spec, 'partition', given.partition, 0) }),
    ...(given.node === undefined ? {} : { node: whole(spec, 'node', given.node, 1) }),
    skip: whole(spec, 'after', given.after ?? '0', 0),
    ...timesOf(spec, given),
    count: countOf(spec, api, given),
    probability: chance(spec, given.probability ?? '1'),
  };
  checkSense(fault);
  return fault;
}

function whatOf(spec: string, text: string, api: Fault['api']): What {
  const what = Object.hasOwn(WHATS, text) ? WHATS[text] : undefined;
  const known = Object.keys(WHATS).filter((each) => api !== 'broker' || OF_BROKERS.has(WHATS[each]!.kind));
  return what !== undefined && known.includes(text) ? what : unknown(spec, 'a fault', text, known);
}

/** `every` counts requests, or, with a unit, time. */
function timesOf(
  spec: string,
  { every = '1', at, for: lasting }: { readonly [M in Matcher]?: string },
): Pick<Fault, 'every' | 'everyMs' | 'atMs' | 'forMs'> {
  const timed = /[a-z]$/.test(every);
  return {
    every: timed ? 1 : whole(spec, 'every', every, 1),
    everyMs: timed ? span(spec, 'every', every) : 0,
    ...(at === undefined ? {} : { atMs: durationOf(spec, 'at', at) }),
    forMs: lasting === undefined ? Number.POSITIVE_INFINITY : span(spec, 'for', lasting),
  };
}

/** A broker goes once, unless it is told to do so again and again. */
function countOf(spec: string, api: Fault['api'], { count, every }: { [M in Matcher]?: string }): number {
  if (count !== undefined) return whole(spec, 'count', count, 1);
  return api === 'broker' && every === undefined ? 1 : Number.POSITIVE_INFINITY;
}

/** What each part of a spec says may be right, and still nothing could ever come of it. */
function checkSense(fault: Fault): void {
  const { spec, api, topic, partition, client, kind } = fault;
  const places = topic !== undefined || partition !== undefined;
  if (kind === 'lose' && api !== 'Produce' && api !== 'any') {
    fail(spec, `${written(api as ApiName)} stores nothing that could be lost; write produce:lose`);
  }
  const isKnown = api !== 'any' && api !== 'broker';
  if (isKnown && (places || kind === 'leader-move')) {
    if (APIS.find(({ name }) => name === api)?.subjects === undefined) {
      const remedy =
        kind === 'leader-move'
          ? 'use produce:leader-move, or broker:leader-move'
          : 'leave topic and partition out';
      fail(spec, `${written(api)} requests name no topic; ${remedy}`);
    }
  }
  if (!isTimed(fault)) return;
  if (client !== undefined) fail(spec, 'at a time nobody asks for it; leave client out');
  if (kind === 'gone' && places) fail(spec, 'a broker goes as a whole; leave topic and partition out');
  if (fault.after) fail(spec, 'at a time no request is under way; write gone instead of gone-after');
}

function apiOf(spec: string, text: string): Fault['api'] {
  const word = bare(text);
  if (word === 'any' || word === 'broker') return word;
  const api = APIS.find(({ name }) => bare(name) === word);
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

/** A duration that is not zero. */
function span(spec: string, name: string, value: string): number {
  const ms = durationOf(spec, name, value);
  return ms > 0 ? ms : fail(spec, `${name}: expected more than 0, got ${value}`);
}

function codeOf(spec: string, what: string, value: string | undefined): number {
  if (value === undefined) fail(spec, `expected ${what}=CODE, such as ${what}=NOT_LEADER_OR_FOLLOWER`);
  const code = errorCode(value.toUpperCase());
  if (code !== undefined && code !== 0) return code;
  const near = nearest(
    value,
    KAFKA_ERRORS.filter(({ code: number }) => number !== 0).map(({ name }) => name),
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
