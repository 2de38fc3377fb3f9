import { expect, it } from 'vitest';
import { Meter, percentilesSince } from '../../../src/dashboard/meter.js';
import { Histogram } from '../../../src/histogram.js';
import { STEADY, snapshot } from '../../support/snapshots.js';

it('tells what was settled between two looks, and how late that was', () => {
  const histogram = new Histogram();
  histogram.add(1, 1000);
  const before = histogram.snapshot();
  histogram.add(100, 98);
  histogram.add(2000, 2);
  const [p50, p99, max] = percentilesSince(before, histogram.snapshot(), [0.5, 0.99, 1]);
  // Buckets are 1.6 % wide.
  expect(p50! / 100).toBeCloseTo(1, 1);
  expect(p99! / 2000).toBeCloseTo(1, 1);
  expect(max! / 2000).toBeCloseTo(1, 1);
});

it('has no latency where nothing was settled', () => {
  const histogram = new Histogram();
  histogram.add(1);
  const same = histogram.snapshot();
  expect(percentilesSince(same, same, [0.5, 1])).toEqual([null, null]);
  expect(percentilesSince(undefined, new Histogram().snapshot(), [0.5])).toEqual([null]);
});

it('gives rates since the look before, and those since the start at first', () => {
  const meter = new Meter();
  const first = meter.read(snapshot([{ acked: 1000 }], { elapsedSeconds: 10, sources: [STEADY] }));
  expect(first).toMatchObject({ at: 10, points: [{ rate: 100, asked: 100, retries: 0 }] });
  const sketch = { acked: 1600, retriesByCode: { REQUEST_TIMED_OUT: 3 }, pending: 10 };
  const second = meter.read(snapshot([sketch], { elapsedSeconds: 12 }));
  expect(second.points[0]).toMatchObject({ rate: 300, retries: 1.5, buffer: 2100 });
});

it('has no rate that was asked for where it is as fast as it goes', () => {
  const sources = [{ ...STEADY, rate: { kind: 'max' as const } }];
  expect(new Meter().read(snapshot([{}], { sources })).points[0]!.asked).toBeNull();
});

it('counts what was written as sent where nobody asked for acknowledgements', () => {
  const sketch = { acked: 0, unacknowledged: 50, settings: { acks: 0 as const } };
  expect(new Meter().read(snapshot([sketch])).points[0]!.rate).toBe(5);
});
