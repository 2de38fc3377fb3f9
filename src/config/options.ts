/** The settings of a part (a generator, a rate) checked against the options that it documents. */
import type { Option, Options, OptionValue, OptionValues } from '../types.js';
import {
  boolean,
  expected,
  formatDuration,
  formatRate,
  nearestTo,
  type Parsed,
  type Problem,
  parseCount,
  parseDuration,
  parsePerSecond,
} from './formats.js';
import { Mistakes } from './mistakes.js';
import { deepFreeze, unknownKey } from './schema.js';

/**
 * Checks given options against the documented ones and completes them with defaults, frozen: durations become
 * milliseconds, rates events per second. `where` begins each mistake, such as
 * `config/workloads/demo.json: sources.stock.options`.
 *
 * @throws EventmillError CONFIG with one line per mistake
 */
export function checkOptions(
  options: Options,
  given: Readonly<{ [name: string]: unknown }>,
  where: string,
): OptionValues {
  const mistakes = new Mistakes();
  const values = readOptions(options, given, where, mistakes);
  mistakes.settle();
  return values;
}

/** The same, with the mistakes put beside those of others. */
export function readOptions(
  options: Options,
  given: Readonly<{ [name: string]: unknown }>,
  where: string,
  mistakes: Mistakes,
): OptionValues {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(options, name)) {
      mistakes.addLine(`${where}.${name}: ${unknownKey(name, Object.keys(options), 'option')}`);
    }
  }
  const values: { [name: string]: OptionValue } = {};
  for (const [name, option] of Object.entries(options)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    values[name] = defaultOf(option);
    if (raw === undefined || raw === option.default) continue;
    const read = readOption(option, raw);
    if ('problem' in read) mistakes.addLine(`${where}.${name}: ${read.problem}`);
    else values[name] = read.value;
  }
  return deepFreeze(values);
}

/** A default may be written as people do, `30m`; it is handed out as a given value would be. */
function defaultOf(option: Option): OptionValue {
  const read = typeof option.default === 'string' ? readOption(option, option.default) : undefined;
  return read !== undefined && 'value' in read ? read.value : option.default;
}

function readOption(option: Option, raw: unknown): Parsed<OptionValue> {
  const takes = optionTakes(option);
  switch (option.type) {
    case 'integer':
      return inRange(
        option,
        takes,
        raw,
        typeof raw === 'number' || typeof raw === 'string' ? parseCountOrLess(raw) : undefined,
      );
    case 'number':
      return inRange(option, takes, raw, typeof raw === 'number' ? { value: raw } : undefined);
    case 'duration':
      return inRange(option, takes, raw, parseDuration(raw));
    case 'rate':
      return inRange(option, takes, raw, parsePerSecond(raw));
    case 'boolean':
      return boolean.parse(raw);
    case 'string':
      return readWord(option, takes, raw);
    case 'list':
      return readList(option, takes, raw);
    case 'integer-or-list':
      return Array.isArray(raw)
        ? readList(option, takes, raw)
        : inRange(option, takes, raw, typeof raw === 'number' ? parseCountOrLess(raw) : undefined);
  }
}

function parseCountOrLess(raw: number | string): Parsed<number> {
  return typeof raw === 'number' && Number.isSafeInteger(raw) ? { value: raw } : parseCount(raw);
}

function inRange(
  option: Option,
  takes: string,
  raw: unknown,
  read: Parsed<number> | undefined,
): Parsed<number> {
  if (read === undefined) return expected(takes, raw);
  if ('problem' in read) return expected(takes, raw, read.remedy);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = option;
  return read.value >= min && read.value <= max ? read : expected(takes, raw);
}

function readWord(option: Option, takes: string, raw: unknown): Parsed<string | null> {
  if (raw === null && option.default === null) return { value: null };
  if (typeof raw !== 'string') return expected(takes, raw);
  if (option.values === undefined || option.values.includes(raw)) return { value: raw };
  return expected(takes, raw, nearestTo(raw, option.values));
}

function readList(option: Option, takes: string, raw: unknown): Parsed<readonly (string | number)[]> {
  if (!Array.isArray(raw) || raw.length === 0) return expected(takes, raw);
  const values: (string | number)[] = [];
  for (const one of raw) {
    const scalar =
      (typeof one === 'string' && one !== '') || (typeof one === 'number' && Number.isFinite(one));
    if (!scalar) return expected(`${takes}, each element text or a number`, one);
    const problem = option.values === undefined ? undefined : strange(option.values, one);
    if (problem !== undefined) return problem;
    values.push(one as string | number);
  }
  return { value: values };
}

function strange(words: readonly string[], one: unknown): Problem | undefined {
  if (words.includes(String(one))) return undefined;
  return expected(`each element one of ${words.join(', ')}`, one, nearestTo(one, words));
}

/** What an option takes, in words: `an integer from 1 to 10000`, `a duration of at least 1s`. */
export function optionTakes(option: Option): string {
  switch (option.type) {
    case 'integer':
      return `an integer${range(option, String)}`;
    case 'number':
      return `a number${range(option, String)}`;
    case 'duration':
      return `a duration (such as 30s)${range(option, formatDuration)}`;
    case 'rate':
      return `a rate (such as 10/s)${range(option, formatRate)}`;
    case 'boolean':
      return boolean.takes;
    case 'string':
      return option.values === undefined ? 'text' : `one of ${option.values.join(', ')}`;
    case 'list':
      return 'a list that is not empty';
    case 'integer-or-list':
      return `an integer${range(option, String)}, or a list that is not empty`;
  }
}

function range({ min, max }: Option, say: (value: number) => string): string {
  if (min !== undefined && max !== undefined) return ` from ${say(min)} to ${say(max)}`;
  if (min !== undefined) return ` of at least ${say(min)}`;
  return max === undefined ? '' : ` of at most ${say(max)}`;
}
