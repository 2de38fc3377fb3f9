import { expect, it } from 'vitest';
import { StickyPartitioner } from '../../src/partition.js';
import { createRandom } from '../../src/random.js';

it('stays on a partition until a batch worth of bytes went there, then takes another', () => {
  const sticky = new StickyPartitioner(createRandom(1));
  const chosen: number[] = [];
  for (let i = 0; i < 100; i++) {
    chosen.push(sticky.choose(4, 1000));
    sticky.took(100);
  }
  for (let i = 0; i < 100; i += 10) expect(new Set(chosen.slice(i, i + 10)).size).toBe(1);
  for (let i = 10; i < 100; i += 10) expect(chosen[i]).not.toBe(chosen[i - 1]);
});

it('spreads evenly over all partitions in the long run', () => {
  const sticky = new StickyPartitioner(createRandom(2));
  const counts = new Array<number>(5).fill(0);
  for (let i = 0; i < 5000; i++) {
    counts[sticky.choose(5, 1)]!++;
    sticky.took(1);
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

it('has no choice with one partition', () => {
  const sticky = new StickyPartitioner(createRandom(3));
  for (let i = 0; i < 10; i++) {
    expect(sticky.choose(1, 1)).toBe(0);
    sticky.took(5);
  }
});
