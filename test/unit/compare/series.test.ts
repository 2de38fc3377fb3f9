import { expect, it } from 'vitest';
import { Series } from '../../../src/compare/series.js';
import { Histogram } from '../../../src/histogram.js';
import { live } from '../../support/comparison.js';

it('tells what lies between two looks, and not what lies before', () => {
  const total = new Histogram();
  const at = (acked: number, retries: number) => {
    const one = live({ acked });
    return {
      ...one,
      profile: { ...one.profile, retries },
      latency: { ...one.latency, total: total.snapshot() },
    };
  };
  const series = new Series();
  total.add(5, 100);
  series.look(1, at(100, 1));
  series.look(2, at(100, 4));
  total.add(200, 300);
  series.look(2.5, at(400, 4));
  expect(series.points).toMatchObject([
    { second: 1, recordsPerSecond: 100, retries: 1 },
    { second: 2, recordsPerSecond: 0, retries: 3, p50Ms: null, p99Ms: null },
    { second: 2.5, recordsPerSecond: 600, retries: 0 },
  ]);
  expect(series.points[0]!.p50Ms).toBeCloseTo(5, 0);
  expect(series.points[2]!.p50Ms! / 200).toBeCloseTo(1, 1);
});
