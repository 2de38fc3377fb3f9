/**
 * Quantities as people write them, `30s`, `64KiB`, `500/s`, `200k`, and back. Reading is strict: a number without
 * its unit is a mistake that says which unit to add, because 30 means seconds to one and milliseconds to another.
 * Writing is exact: what `format…` writes, `parse…` reads back as the same number.
 */

/** What reading gave: the value, or why there is none. */
export type Parsed<T> = { readonly value: T } | Problem;

export interface Problem {
  /** One line: what was expected, what was got, how to mend it. */
  readonly problem: string;
  /** Its last part again, for a caller with an expectation of its own. */
  readonly remedy?: string | undefined;
}

/** A problem in the form that all of them have. */
export function expected(what: string, got: unknown, remedy?: string): Problem {
  return {
    problem: `expected ${what}, got ${shown(got)}${remedy === undefined ? '' : `; ${remedy}`}`,
    remedy,
  };
}

const SHOWN_MAX = 80;

/** A value as found, as JSON on one line, cut when it is long. */
export function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

// A number as people write it: 10, 1_000, 2.5, 1e6.
const NUMBER = '\\d+(?:_\\d+)*(?:\\.\\d+)?(?:e[+-]?\\d{1,3})?';
const number = (text: string) => Number(text.replaceAll('_', ''));

// ---------------------------------------------------------------- durations, milliseconds

const DURATION_UNITS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
/** A thousand years: beyond it sums of times are no longer exact. */
const DURATION_MAX = 3.2e13;
const DURATION = 'a duration such as 500ms, 30s, 1m30s or 2h';

/**
 * Reads a duration as milliseconds. `0` is the one number that needs no unit. The units are w, d, h, m, s and ms,
 * the largest first, each once; fractions are kept to the microsecond.
 */
export function parseDuration(raw: unknown): Parsed<number> {
  if (raw === 0) return { value: 0 };
  if (typeof raw === 'number') return expected(DURATION, raw, bareDuration(String(raw)));
  if (typeof raw !== 'string') return expected(DURATION, raw);
  const text = raw.trim();
  if (/^0+$/.test(text)) return { value: 0 };
  if (/^-/.test(text)) return expected(DURATION, raw, 'it cannot be negative');
  if (new RegExp(`^${NUMBER}$`).test(text)) return expected(DURATION, raw, bareDuration(text));
  if (!/^(?:\d+(?:_\d+)*(?:\.\d+)?[a-z]+)+$/.test(text)) return expected(DURATION, raw);
  let total = 0;
  let last = Number.POSITIVE_INFINITY;
  for (const [, digits = '', unit = ''] of text.matchAll(/([\d_.]+)([a-z]+)/g)) {
    const size = Object.hasOwn(DURATION_UNITS, unit)
      ? DURATION_UNITS[unit as keyof typeof DURATION_UNITS]
      : undefined;
    if (size === undefined) return expected(DURATION, raw, 'the units are w, d, h, m, s and ms');
    if (size >= last) return expected(DURATION, raw, 'write the larger unit first, and each once');
    last = size;
    total += number(digits) * size;
  }
  if (!(total <= DURATION_MAX)) return expected(DURATION, raw, 'it is too long');
  // Seven thousandths of a second times 1000 is 7.000000000000001 in binary; no one means less than a microsecond.
  return { value: Math.round(total * 1000) / 1000 };
}

function bareDuration(digits: string): string {
  return digits.startsWith('-') ? 'it cannot be negative' : `add a unit: ${digits}s or ${digits}ms`;
}

/** 90000 → `1m30s`. For milliseconds with at most three decimals, as `parseDuration` gives them. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0';
  let rest = ms;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const many = Math.floor(rest / DURATION_UNITS[unit]);
    if (many > 0) text += `${many}${unit}`;
    rest -= many * DURATION_UNITS[unit];
  }
  rest = Math.round(rest * 1000) / 1000;
  return rest > 0 ? `${text}${rest}ms` : text;
}

// ---------------------------------------------------------------- sizes, bytes

const BYTE_UNITS: Readonly<{ [unit: string]: number }> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const BYTES = 'a size such as 65536, 64KiB or 10MB';

/** Reads a size as whole bytes. KiB, MiB, GiB and TiB are powers of 1024; kB (or KB), MB, GB and TB of 1000. */
export function parseBytes(raw: unknown): Parsed<number> {
  if (typeof raw === 'number') return wholeAndSafe(raw, BYTES, raw);
  if (typeof raw !== 'string') return expected(BYTES, raw);
  const found = /^(\d+(?:_\d+)*(?:\.\d+)?)\s?([a-zA-Z]*)$/.exec(raw.trim());
  if (found === null) return expected(BYTES, raw);
  const [, digits = '', unit = ''] = found;
  const size = Object.hasOwn(BYTE_UNITS, unit) ? BYTE_UNITS[unit] : undefined;
  if (size === undefined) return expected(BYTES, raw, byteRemedy(digits, unit));
  return wholeAndSafe(number(digits) * size, BYTES, raw);
}

function byteRemedy(digits: string, unit: string): string {
  const letter = unit.charAt(0).toUpperCase();
  if (!'KMGT'.includes(letter)) return 'the units are B, KiB, MiB, GiB, TiB, KB, MB, GB and TB';
  return `write ${digits}${letter}iB (powers of 1024) or ${digits}${letter}B (powers of 1000)`;
}

/** 65536 → `64KiB`; what is no whole number of KiB stays a number. */
export function formatBytes(bytes: number): string {
  for (const unit of ['GiB', 'MiB', 'KiB'] as const) {
    const size = BYTE_UNITS[unit] ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

// ---------------------------------------------------------------- counts

const COUNT_UNITS: Readonly<{ [unit: string]: number }> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };
const COUNT = 'a whole number such as 200000, 200_000, 200k or 2M';

/** Reads a whole number of things, none or more. */
export function parseCount(raw: unknown): Parsed<number> {
  if (typeof raw === 'number') return wholeAndSafe(raw, COUNT, raw);
  if (typeof raw !== 'string') return expected(COUNT, raw);
  const found = new RegExp(`^(${NUMBER})([kKMG]?)$`).exec(raw.trim());
  if (found === null) return expected(COUNT, raw);
  const [, digits = '', unit = ''] = found;
  // 2.3 × 1000 is 2299.9999999999995 in binary: rounded to nine decimals it is the number that was meant.
  const value = Number((number(digits) * (COUNT_UNITS[unit] ?? 1)).toFixed(9));
  return wholeAndSafe(value, COUNT, raw);
}

function wholeAndSafe(value: number, what: string, raw: unknown): Parsed<number> {
  if (value < 0) return expected(what, raw, 'it cannot be negative');
  if (value > Number.MAX_SAFE_INTEGER) return expected(what, raw, 'it is too large');
  const rounded = Number(value.toFixed(6));
  return Number.isInteger(rounded) ? { value: rounded } : expected(what, raw, 'it must be whole');
}

// ---------------------------------------------------------------- rates, per second

const RATE_UNITS: Readonly<{ [unit: string]: number }> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 };
/** A billion a second: far beyond what one process can do, and still exact as an integral. */
export const PER_SECOND_MAX = 1e9;
const PER_SECOND = 'a rate such as 500/s, 30/min or 10/h';

/** Reads a rate as events per second. `0/s` is a rate too; a number without its unit is not. */
export function parsePerSecond(raw: unknown): Parsed<number> {
  return readRate(raw, PER_SECOND);
}

/** A rate in one word: events per second, as fast as it goes, or at the model's own pace. */
export type RateWord = number | 'max' | 'natural';

/** Reads a rate in one word. It is above zero: a source that never makes anything would never end. */
export function parseRate(raw: unknown): Parsed<RateWord> {
  const what = `${PER_SECOND}, max or natural`;
  const word = typeof raw === 'string' ? raw.trim() : raw;
  if (word === 'max' || word === 'natural') return { value: word };
  const read = readRate(raw, what);
  return 'value' in read && read.value === 0
    ? expected(what, raw, 'it must be above zero; for as fast as it goes write max')
    : read;
}

function readRate(raw: unknown, what: string): Parsed<number> {
  if (typeof raw === 'number') return expected(what, raw, `add a unit: "${raw}/s"`);
  if (typeof raw !== 'string') return expected(what, raw);
  const found = new RegExp(`^(${NUMBER})([kKM]?)(?:\\s?/\\s?([a-z]+))?$`).exec(raw.trim());
  if (found === null) return expected(what, raw);
  const [, digits = '', many = '', unit] = found;
  if (unit === undefined) return expected(what, raw, `add a unit: ${digits}${many}/s`);
  const seconds = Object.hasOwn(RATE_UNITS, unit) ? RATE_UNITS[unit] : undefined;
  if (seconds === undefined) return expected(what, raw, 'the units are /s, /min, /h and /d');
  const value = (number(digits) * (COUNT_UNITS[many] ?? 1)) / seconds;
  return value <= PER_SECOND_MAX ? { value } : expected(what, raw, 'at most 1000M/s');
}

/** 500 → `500/s`. */
export function formatRate(rate: RateWord): string {
  return typeof rate === 'number' ? `${rate}/s` : rate;
}
