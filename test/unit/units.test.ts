import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatRate,
  type Parsed,
  parseBytes,
  parseCount,
  parseDuration,
  parsePerSecond,
  parseRate,
  shown,
} from '../../src/units.js';

function readOf<T>(parsed: Parsed<T>): T {
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

function problemOf(parsed: Parsed<unknown>): string {
  return 'problem' in parsed ? parsed.problem : `read as ${shown(parsed.value)}`;
}

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1d12h', 129_600_000],
    ['1w', 604_800_000],
    ['1.5s', 1500],
    ['0.007s', 7],
    ['1_000ms', 1000],
    ['0', 0],
    [0, 0],
    ['0s', 0],
    [' 5s ', 5000],
  ])('reads %j as %d ms', (raw, ms) => {
    expect(readOf(parseDuration(raw))).toBe(ms);
  });

  it('asks for a unit when there is a bare number, in text or not', () => {
    expect(problemOf(parseDuration('30'))).toBe(
      'expected a duration such as 500ms, 30s, 1m30s or 2h, got "30"; add a unit: 30s or 30ms',
    );
    expect(problemOf(parseDuration(30))).toContain('add a unit: 30s or 30ms');
  });

  it.each([
    '5 apples',
    '10abc',
    '',
    's',
    '1s1m',
    '1s1s',
    '30min',
    '-5s',
    '1e3s',
    '5S',
    '1h 30m',
    null,
    true,
    [],
    {},
  ])('refuses %j with one line', (raw) => {
    expect(problemOf(parseDuration(raw))).toMatch(
      /^expected a duration such as 500ms, 30s, 1m30s or 2h, got [^\n]+$/,
    );
  });

  it('names the units when a wrong one is used, and the order when that is wrong', () => {
    expect(problemOf(parseDuration('30min'))).toContain('the units are w, d, h, m, s and ms');
    expect(problemOf(parseDuration('1s1m'))).toContain('write the larger unit first');
  });

  it('refuses what is too long to add to a time', () => {
    expect(problemOf(parseDuration('999999999999w'))).toContain('it is too long');
  });

  it('writes durations as they are read', () => {
    expect(formatDuration(90_000)).toBe('1m30s');
    expect(formatDuration(1500)).toBe('1s500ms');
    expect(formatDuration(0)).toBe('0');
    expect(formatDuration(0.25)).toBe('0.25ms');
  });
});

describe('sizes', () => {
  it.each([
    ['64KiB', 65_536],
    ['64KB', 64_000],
    ['64kB', 64_000],
    ['1MiB', 1_048_576],
    ['1.5MiB', 1_572_864],
    ['1 GB', 1e9],
    ['10B', 10],
    ['65536', 65_536],
    [65_536, 65_536],
    ['65_536', 65_536],
  ])('reads %j as %d bytes', (raw, size) => {
    expect(readOf(parseBytes(raw))).toBe(size);
  });

  it('does not guess whether a bare K is 1000 or 1024', () => {
    expect(problemOf(parseBytes('64k'))).toContain('write 64KiB (powers of 1024) or 64KB (powers of 1000)');
  });

  it.each([
    '',
    '64 apples',
    '10abc',
    '-1',
    -1,
    1.5,
    '0.3B',
    'KiB',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '9999999TiB',
    null,
  ])('refuses %j', (raw) => {
    expect(problemOf(parseBytes(raw))).toMatch(/^expected a size such as/);
  });

  it('writes whole units, and anything else as a number', () => {
    expect(formatBytes(65_536)).toBe('64KiB');
    expect(formatBytes(2 ** 30)).toBe('1GiB');
    expect(formatBytes(65_537)).toBe('65537');
  });
});

describe('counts', () => {
  it.each([
    ['200000', 200_000],
    ['200_000', 200_000],
    ['200k', 200_000],
    ['2.3k', 2300],
    ['2M', 2_000_000],
    ['1e6', 1_000_000],
    [7, 7],
    ['0', 0],
  ])('reads %j as %d', (raw, count) => {
    expect(readOf(parseCount(raw))).toBe(count);
  });

  it.each(['10abc', '1.5', 1.5, '-3', -3, '', '_1', '1__0', '1e999', 'k', true])('refuses %j', (raw) => {
    expect(problemOf(parseCount(raw))).toMatch(/^expected a whole number such as/);
  });
});

describe('rates', () => {
  it.each([
    ['500/s', 500],
    ['30/min', 0.5],
    ['10/h', 10 / 3600],
    ['1k/s', 1000],
    ['2.5k/s', 2500],
    ['1_000/s', 1000],
    ['5 / s', 5],
    ['max', 'max'],
    ['natural', 'natural'],
  ])('reads %j as %s', (raw, rate) => {
    expect(readOf(parseRate(raw))).toBe(rate);
  });

  it('asks for a unit', () => {
    expect(problemOf(parseRate('500'))).toContain('add a unit: 500/s');
    expect(problemOf(parseRate(500))).toContain('add a unit: "500/s"');
  });

  it('does not take zero for as fast as it goes', () => {
    expect(problemOf(parseRate('0/s'))).toContain('it must be above zero; for as fast as it goes write max');
    expect(readOf(parsePerSecond('0/s'))).toBe(0);
  });

  it.each(['500/fortnight', 'maximum', '-5/s', '/s', '10abc/s', '2000M/s', null, {}])('refuses %j', (raw) => {
    expect(problemOf(parseRate(raw))).toMatch(/^expected a rate such as/);
  });

  it('writes rates as they are read', () => {
    expect(formatRate(500)).toBe('500/s');
    expect(formatRate('max')).toBe('max');
  });
});

it('shows what was found on one line, cut when it is long', () => {
  expect(shown('a\nb')).toBe('"a\\nb"');
  expect(shown(undefined)).toBe('undefined');
  expect(shown('x'.repeat(500)).length).toBeLessThan(90);
});
