import { expect, it } from 'vitest';
import * as figures from '../../src/figures.js';

it.each([
  [0, '0'],
  [999, '999'],
  [12_345, '12,345'],
  [1_234_567.6, '1,234,568'],
  [Number.NaN, '–'],
])('counts %d as %s', (value, text) => expect(figures.count(value)).toBe(text));

it.each([
  [0, '0/s'],
  [0.25, '0.25/s'],
  [0.5, '0.5/s'],
  [9.999, '10/s'],
  [12.34, '12.3/s'],
  [99.96, '100/s'],
  [12_345.6, '12,346/s'],
  [Number.POSITIVE_INFINITY, '–'],
])('shows a rate of %d as %s', (value, text) => expect(figures.perSecond(value)).toBe(text));

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1_234_567, '1.23 MB'],
  [999_999, '1 MB'],
  [25_000_000_000, '25 GB'],
  [3e18, '3,000 PB'],
])('shows %d bytes as %s', (value, text) => expect(figures.bytes(value)).toBe(text));

it.each([
  [0, '0 ms'],
  [0.0001, '1 µs'],
  [0.34, '340 µs'],
  [0.9999, '1 ms'],
  [3.4, '3.4 ms'],
  [3.456, '3.46 ms'],
  [120.4, '120 ms'],
  [999.6, '1 s'],
  [2500, '2.5 s'],
  [185_000, '3 min 05 s'],
])('shows %d ms as %s', (value, text) => expect(figures.milliseconds(value)).toBe(text));

it.each([
  [0, '0 s'],
  [2.5, '2.5 s'],
  [9.97, '10 s'],
  [59.6, '1 min 00 s'],
  [61, '1 min 01 s'],
  [7620, '2 h 07 min'],
])('shows %d s as %s', (value, text) => expect(figures.seconds(value)).toBe(text));

it('says one record and two records', () => {
  expect(figures.plural(1, 'record')).toBe('1 record');
  expect(figures.plural(2000, 'record')).toBe('2,000 records');
});

it('shows ratios with the digits that count', () => {
  expect([0.18, 1, 1.354, 12.04, Number.NaN].map(figures.times)).toEqual([
    '0.18×',
    '1×',
    '1.35×',
    '12×',
    '–',
  ]);
});
