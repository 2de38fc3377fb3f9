import { describe, expect, it } from 'vitest';
import { unbeaten } from '../../../src/compare/report.js';
import { Histogram } from '../../../src/histogram.js';
import { candidate, report, trial } from '../../support/comparison.js';

const verify = { read: 10, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 };
const figuresOf = (one: ReturnType<typeof report>, name: string) =>
  one.results.find((result) => result.candidate === name)!;

it('pairs ratios by round, so that ups and downs of the machine cancel out', () => {
  // The machine gets twice as fast in each round; b is always 20 % faster.
  const trials = [1, 2, 3].flatMap((round) => [
    trial({ candidate: 'a', round, recordsPerSecond: 1000 * 2 ** round }),
    trial({ candidate: 'b', round, recordsPerSecond: 1200 * 2 ** round * (1 + round / 1000) }),
  ]);
  const { ratio, median } = figuresOf(report({ names: ['a', 'b'], trials }), 'b').metrics.recordsPerSecond!;
  expect(median).toBeCloseTo(4809.6, 6);
  expect(ratio!.value).toBeCloseTo(1.2024, 4);
  expect(ratio).toMatchObject({ pairs: 3, verdict: 'better' });
  expect(ratio!.high - ratio!.low).toBeLessThan(0.02);
});

it('says that no difference is shown where the interval holds one', () => {
  const speeds = { a: [1000, 1000, 1000], b: [900, 1100, 1010] };
  const trials = Object.entries(speeds).flatMap(([name, each]) =>
    each.map((recordsPerSecond, at) => trial({ candidate: name, round: at + 1, recordsPerSecond })),
  );
  const { ratio } = figuresOf(report({ names: ['a', 'b'], trials }), 'b').metrics.recordsPerSecond!;
  expect(ratio!.verdict).toBe('no difference shown');
});

it('calls less CPU better, less throughput worse, and fuller batches neither', () => {
  const trials = [1, 2, 3].flatMap((round) => [
    trial({
      candidate: 'a',
      round,
      metrics: { cpuSecondsPerMillion: 2, recordsPerSecond: 100, batchFill: 0.5 },
    }),
    trial({
      candidate: 'b',
      round,
      metrics: { cpuSecondsPerMillion: 1, recordsPerSecond: 50, batchFill: 0.9 },
    }),
  ]);
  const { metrics } = figuresOf(report({ names: ['a', 'b'], trials }), 'b');
  expect(metrics.cpuSecondsPerMillion!.ratio!.verdict).toBe('better');
  expect(metrics.recordsPerSecond!.ratio!.verdict).toBe('worse');
  expect(metrics.batchFill!.ratio!.verdict).toBe('other');
});

describe('closed-out trials', () => {
  const closedOut = [{ code: 'MACHINE_BUSY', words: 'busy' }] as const;

  it('do not count, but their records do, and their number is told', () => {
    const trials = [
      trial({ candidate: 'a', round: 1, recordsPerSecond: 100, verify }),
      trial({ candidate: 'a', round: 2, recordsPerSecond: 5, closedOut, verify: { ...verify, lost: 3 } }),
      trial({ candidate: 'a', round: 2, attempt: 2, recordsPerSecond: 102 }),
    ];
    const result = figuresOf(report({ names: ['a'], trials }), 'a');
    expect(result).toMatchObject({ trials: 2, closedOut: 1, due: 300_000, verify: { read: 20, lost: 3 } });
    expect(result.metrics.recordsPerSecond!.median).toBe(101);
    expect(Histogram.decode(result.histograms.total).count).toBe(200_000);
  });

  it('leave their round without a pair', () => {
    const trials = [1, 2, 3].flatMap((round) => [
      trial({ candidate: 'a', round, ...(round === 1 ? { closedOut } : {}) }),
      trial({ candidate: 'b', round, ...(round === 2 ? { closedOut } : {}) }),
    ]);
    const { metrics } = figuresOf(report({ names: ['a', 'b'], trials }), 'b');
    expect(metrics.recordsPerSecond!.ratio).toBeUndefined();
  });

  it('leave nothing where nothing else is left', () => {
    const trials = [trial({ candidate: 'a', closedOut }), trial({ candidate: 'a', round: 2, lost: true })];
    expect(figuresOf(report({ names: ['a'], trials }), 'a')).toMatchObject({ trials: 0, metrics: {} });
  });
});

it('merges histograms over trials, and never averages percentiles', () => {
  const trials = [trial({ slow: 1, acked: 99_000 }), trial({ round: 2, slow: 100, acked: 1000 })];
  const { p50, p999 } = figuresOf(report({ names: ['async'], trials }), 'async').latencyMs.total;
  expect(p50).toBeCloseTo(10, 0);
  expect(p999).toBeCloseTo(1000, -1);
});

it('takes ratios to the baseline of the same workload', () => {
  const candidates = [
    candidate('x: a', { workload: 'x' }),
    candidate('x: b', { workload: 'x' }),
    candidate('y: a', { workload: 'y' }),
    candidate('y: b', { workload: 'y' }),
  ];
  const names = candidates.map(({ name }) => name);
  const one = report({ names, beginning: { candidates } });
  expect(one.results.map(({ baseline }) => baseline)).toEqual(['x: a', 'x: a', 'y: a', 'y: a']);
});

it('names those that nobody beats in both of two metrics', () => {
  const trials = [
    trial({ candidate: 'fast', metrics: { recordsPerSecond: 100, p99Ms: 50 } }),
    trial({ candidate: 'quick', metrics: { recordsPerSecond: 60, p99Ms: 5 } }),
    trial({ candidate: 'neither', metrics: { recordsPerSecond: 50, p99Ms: 20 } }),
  ];
  const { results } = report({ names: ['fast', 'quick', 'neither'], trials });
  expect(unbeaten(results, 'recordsPerSecond', 'p99Ms')).toEqual(['fast', 'quick']);
});

it('names nobody as unbeaten where no difference was shown, since which median is ahead was chance', () => {
  const rounds = [1, 2, 3].flatMap((round) => [
    trial({ candidate: 'same', round, metrics: { recordsPerSecond: 100 + 10 * round, p99Ms: 9 } }),
    trial({
      candidate: 'same#2',
      round,
      metrics: { recordsPerSecond: 150 - 10 * round, p99Ms: 8 + round / 2 },
    }),
  ]);
  const { results } = report({ names: ['same', 'same#2'], trials: rounds });
  expect(results[1]!.metrics.recordsPerSecond!.ratio!.verdict).toBe('no difference shown');
  expect(unbeaten(results, 'recordsPerSecond', 'p99Ms')).toEqual([]);
});
