import { expect, it } from 'vitest';
import { skyline } from '../../src/skyline.js';

it('draws a course as bars that stand on zero', () => {
  expect(skyline([0, 1, 2, 3, 4], 5, 1)).toEqual([' ▂▄▆█']);
  expect(skyline([0, 1, 2, 3, 4], 5, 2)).toEqual(['  ▁▄█'.replace('▁', ' '), ' ▄███']);
});

it('shows what is above zero, however little', () => {
  expect(skyline([1, 1000], 2, 1)).toEqual(['▁█']);
});

it('takes the mean of what falls into one bar, and stretches what is short', () => {
  expect(skyline([0, 8, 4, 4], 2, 1)).toEqual(['██']);
  expect(skyline([1, 2], 4, 1)).toEqual(['▄▄██']);
});

it('stays flat without any values', () => {
  expect(skyline([], 3, 2)).toEqual(['   ', '   ']);
  expect(skyline([0, 0], 2, 1)).toEqual(['  ']);
});
