/** How a soak tells memory that grows from memory that goes up and down. */
import { expect, test } from 'vitest';
import { growth, type MemorySample, memoryOf } from '../../chaos/memory.js';

const samples = (heap: (minute: number) => number): MemorySample[] =>
  Array.from({ length: 31 }, (_, minute) => ({
    seconds: 60 * minute,
    rss: 0,
    heap: heap(minute),
    external: 0,
  }));

test('a leak of a megabyte a minute is one, whatever the collector does meanwhile', () => {
  const found = growth(
    samples((minute) => 1e6 * (50 + minute) + (minute % 3) * 5e6),
    'heap',
    300,
  )!;
  expect(found.perMinute).toBeGreaterThan(0.9e6);
  expect(found.perMinute).toBeLessThan(1.1e6);
  expect(found.late - found.early).toBeGreaterThan(15e6);
});

test('a sawtooth, and what is taken before the warm-up is over, are no growth', () => {
  const found = growth(
    samples((minute) => 1e6 * (minute < 5 ? minute : 40 + (minute % 4) * 10)),
    'heap',
    300,
  )!;
  expect(Math.abs(found.perMinute)).toBeLessThan(0.3e6);
  expect(found).toMatchObject({ early: 40e6, late: 40e6, max: 70e6 });
});

test('a handful of samples tells nothing', () => {
  expect(growth(samples(() => 1).slice(0, 4), 'heap', 0)).toBeUndefined();
});

test('figures are read from the exposition, and missing ones are named', () => {
  const text = [
    '# TYPE process_resident_memory_bytes gauge',
    'process_resident_memory_bytes 1000',
    'nodejs_heap_size_used_bytes 200',
    'nodejs_external_memory_bytes 30',
  ];
  expect(memoryOf(text.join('\n'), 7)).toEqual({ seconds: 7, rss: 1000, heap: 200, external: 30 });
  expect(() => memoryOf(text.slice(0, 3).join('\n'), 7)).toThrow(/expected nodejs_external_memory_bytes/);
});
