import { expect, it } from 'vitest';
import { SizeLimit } from '../../src/size-limit.js';

it('admits everything until something is refused, and then only what is smaller', () => {
  const limit = new SizeLimit();
  expect(limit.admits(1_000_000)).toBe(true);
  limit.refuse(1000);
  expect([limit.admits(999), limit.admits(1000)]).toEqual([true, false]);
  limit.refuse(500);
  limit.refuse(800);
  expect([limit.admits(499), limit.admits(500)]).toEqual([true, false]);
});

it('does not believe a refusal of what was taken before, unless it is repeated', () => {
  const limit = new SizeLimit();
  limit.take(1000);
  for (let round = 0; round < 5; round++) {
    limit.refuse(1000);
    limit.take(500);
    limit.refuse(900);
    limit.take(600);
    expect(limit.admits(1000)).toBe(true);
  }
  for (let times = 0; times < 3; times++) limit.refuse(900);
  expect([limit.admits(899), limit.admits(900)]).toEqual([true, false]);
});

it('forgets the limit when a batch beyond it is taken after all', () => {
  const limit = new SizeLimit();
  limit.refuse(1000);
  limit.take(1000);
  expect(limit.admits(5000)).toBe(true);
});
