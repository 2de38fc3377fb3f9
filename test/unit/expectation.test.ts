/** The comparison of the lessons, which would otherwise hold nothing. */
import { expect, it } from 'vitest';
import { expectation, patternOf } from '../support/expectation.js';

it.for([
  ['a 1,234 b', 'a   1,234 b', true],
  ['a 1,234 b', 'a 1,235 b', false],
  ['a ~1,234 b', 'a 9 b', true],
  ['a ~1,234 b', 'a 0 b', false],
  ['a ~0 b', 'a 0 b', true],
  ['a ≤1 b', 'a 0 b', true],
  ['a ≤1 b', 'a 2 b', false],
  ['~17.5 ms', '1.2 s', true],
  ['~17.5 ms', '1.2 kB', false],
  ['~17.5 ms', '0 ms', false],
  ['~40 B', '1.2 kB', true],
  ['retried ~28 times: X', 'retried 3 times: X', true],
  ['retried ~28 times: X', 'retried 3 times: Y', false],
] as const)('holds %s against %s: %s', ([shown, said, fits]) => {
  expect(patternOf(shown).test(said)).toBe(fits);
});

it('wants the lines in their order, whatever is said in between', () => {
  expectation(['a', 'c'], 'a\nb\nc');
  expect(() => expectation(['c', 'a'], 'a\nb\nc')).toThrow(/expected a line like\n {2}a/);
});
