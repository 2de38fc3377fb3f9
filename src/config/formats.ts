/**
 * The formats of settings. A format reads one raw value (from a file's JSON or a flag's text) strictly, never
 * coercing `10abc` to 10 as convict's own formats do, and says in words what it takes. The quantities among
 * them are read by units.ts and handed on from here, so that the command line has one place to look.
 */
import { nearest } from '../nearest.js';
import {
  expected,
  formatDuration,
  type Parsed,
  parseBytes,
  parseCount,
  parseDuration,
  parseRate,
  type RateWord,
} from '../units.js';

export * from '../units.js';
export * from './places.js';

export interface Format<T> {
  /** What it takes, in words that follow "expected". */
  readonly takes: string;
  parse(raw: unknown): Parsed<T>;
}

// ---------------------------------------------------------------- numbers

/** A whole number in a range; as text also `200k` and `1_000`. */
export function integer(min: number, max: number): Format<number> {
  return ranged(`an integer from ${min} to ${max}`, min, max, parseCount);
}

/** A size in a range, in bytes. */
export function bytes(min: number, max: number): Format<number> {
  return ranged(`a size from ${min} to ${max} bytes (such as 65536 or 64KiB)`, min, max, parseBytes);
}

/** A setting whose name ends in Ms: a whole number of milliseconds, or a duration with its unit. */
export function milliseconds(min: number, max: number): Format<number> {
  return ranged(`a duration in ms from ${min} to ${max}`, min, max, (raw) => {
    const read = typeof raw === 'number' ? { value: raw } : parseDuration(raw);
    if ('value' in read && !Number.isInteger(read.value)) return expected('', raw, 'whole milliseconds only');
    return read;
  });
}

/** A duration with its unit, in a range of milliseconds. */
export function duration(min: number, max: number): Format<number> {
  const takes = `a duration from ${formatDuration(min)} to ${formatDuration(max)} (such as 500ms, 30s or 1m30s)`;
  return ranged(takes, min, max, parseDuration);
}

function ranged(
  takes: string,
  min: number,
  max: number,
  parse: (raw: unknown) => Parsed<number>,
): Format<number> {
  return {
    takes,
    parse(raw) {
      const read = parse(raw);
      if ('problem' in read) return expected(takes, raw, read.remedy);
      return read.value >= min && read.value <= max ? read : expected(takes, raw);
    },
  };
}

/** A seed: any whole number that JavaScript holds exactly. */
export function parseSeed(raw: unknown): Parsed<number> {
  return seed.parse(raw);
}

export const seed: Format<number> = integer(0, Number.MAX_SAFE_INTEGER);

// ---------------------------------------------------------------- words

/** True or false, as JSON has them. */
export const boolean: Format<boolean> = {
  takes: 'true or false',
  parse(raw) {
    if (typeof raw === 'boolean') return { value: raw };
    return expected(boolean.takes, raw, typeof raw === 'string' ? flagRemedy(raw) : undefined);
  },
};

function flagRemedy(text: string): string | undefined {
  return text === 'true' || text === 'false' ? 'write it without quotes' : undefined;
}

/** True or false on a command line or in an environment, where all is text and 1 and 0 are usual. */
export const flag: Format<boolean> = {
  takes: 'true or false',
  parse(raw) {
    if (raw === true || raw === 'true' || raw === '1') return { value: true };
    if (raw === false || raw === 'false' || raw === '0') return { value: false };
    return expected(flag.takes, raw);
  },
};

/** One of two or more words or numbers. A number may come as text, since flags know nothing else. */
export function word<T extends string | number>(...words: readonly T[]): Format<T> {
  const takes = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return {
    takes,
    parse(raw) {
      const found = words.find(
        (one) => one === raw || (typeof raw === 'string' && String(one) === raw.trim()),
      );
      return found === undefined ? expected(takes, raw, nearestTo(raw, words.map(String))) : { value: found };
    },
  };
}

/** A piece of text that is not empty, such as a name or a path. */
export function text(takes: string): Format<string> {
  return {
    takes,
    parse: (raw) =>
      typeof raw === 'string' && raw.trim() !== '' && !raw.includes('\0')
        ? { value: raw }
        : expected(takes, raw),
  };
}

/** What `of` takes, or null, said as null or by a word of its own. */
export function orNull<T>(of: Format<T>, named: string): Format<T | null> {
  const takes = `${of.takes}, or ${named}`;
  return {
    takes,
    parse(raw) {
      if (raw === null || raw === named || raw === 'null') return { value: null };
      const read = of.parse(raw);
      return 'problem' in read ? expected(takes, raw, read.remedy) : read;
    },
  };
}

/** `nearest: …`, when one of the words is near enough to what was written. */
export function nearestTo(raw: unknown, words: readonly string[]): string | undefined {
  const found = typeof raw === 'string' ? nearest(raw, words) : undefined;
  return found === undefined ? undefined : `nearest: ${found}`;
}

// ---------------------------------------------------------------- lists

/** A list, each of whose elements `of` reads; its problem has a line for each that it cannot. */
export function list<T>(of: Format<T>): Format<readonly T[]> {
  return {
    takes: `a list, each ${of.takes}`,
    parse(raw) {
      if (!Array.isArray(raw)) return expected(`a list, each ${of.takes}`, raw);
      const values: T[] = [];
      const problems: string[] = [];
      for (const one of raw) {
        const read = of.parse(one);
        if ('problem' in read) problems.push(read.problem);
        else values.push(read.value);
      }
      if (problems.length > 0) return { problem: problems.join('\n') };
      return { value: values };
    },
  };
}

// ---------------------------------------------------------------- pairs

/** `source=value`, or the value alone. */
export interface Pair<T> {
  readonly source?: string;
  readonly value: T;
}

/** Reads `SOURCE=VALUE`. The first equals sign parts them. */
export function parsePair(raw: unknown, example = 'stock=trades'): Parsed<{ name: string; value: string }> {
  const what = `NAME=VALUE, such as ${example}`;
  if (typeof raw !== 'string') return expected(what, raw);
  const at = raw.indexOf('=');
  const name = raw.slice(0, Math.max(0, at)).trim();
  const value = raw.slice(at + 1).trim();
  return at < 1 || name === '' || value === '' ? expected(what, raw) : { value: { name, value } };
}

/** Reads `--rate`: `500/s`, `max`, `natural`, or one of them for one source, `stock=500/s`. */
export function parseRateFlag(raw: unknown): Parsed<Pair<RateWord>> {
  if (typeof raw !== 'string' || !raw.includes('=')) {
    const read = parseRate(raw);
    return 'problem' in read ? read : { value: { value: read.value } };
  }
  const pair = parsePair(raw, 'stock=500/s');
  if ('problem' in pair) return pair;
  const read = parseRate(pair.value.value);
  return 'problem' in read ? read : { value: { source: pair.value.name, value: read.value } };
}

/** The digest of a run, as its end prints it. */
export const digestFormat: Format<string> = {
  takes: 'a digest of 16 hexadecimal digits, as --digest prints it',
  parse(raw) {
    const text = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
    return /^[0-9a-f]{16}$/.test(text) ? { value: text } : expected(digestFormat.takes, raw);
  },
};
