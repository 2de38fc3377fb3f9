import { expect, it } from 'vitest';
import { nearest } from '../../src/nearest.js';

const NAMES = ['throughput', 'durable', 'fire-and-forget', 'sync', 'async'];

it.each([
  ['thruput', 'throughput'],
  ['Durable', 'durable'],
  ['durrable', 'durable'],
  ['fire', 'fire-and-forget'],
  ['snyc', 'sync'],
])('takes %s for %s', (word, meant) => {
  expect(nearest(word, NAMES)).toBe(meant);
});

it.each(['', 'x', 'kafka', 'something-else'])('has no suggestion for %j', (word) => {
  expect(nearest(word, NAMES)).toBeUndefined();
});

it('has no suggestion where there is nothing to choose from', () => {
  expect(nearest('x', [])).toBeUndefined();
});
