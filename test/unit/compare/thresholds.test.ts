import { describe, expect, it } from 'vitest';
import { type Condition, conditionProblem, judge, parseCondition } from '../../../src/compare/thresholds.js';
import { report, trial } from '../../support/comparison.js';

function condition(text: string): Condition {
  const read = parseCondition(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.value;
}

function problem(text: string): string {
  const read = parseCondition(text);
  return 'problem' in read ? read.problem : `read as ${JSON.stringify(read.value)}`;
}

describe('reading', () => {
  it.for([
    ['throughput < 0.9x', { of: { metric: 'recordsPerSecond' }, operator: '<', limit: 0.9, relative: true }],
    ['p99>1.2×', { of: { metric: 'p99Ms' }, operator: '>', limit: 1.2, relative: true }],
    ['p99 > 50ms', { of: { metric: 'p99Ms' }, limit: 50, relative: false }],
    ['P99.99 >= 1m30s', { of: { metric: 'p9999Ms' }, operator: '>=', limit: 90_000 }],
    [
      'async: throughput <= 100k/s',
      { candidate: 'async', of: { metric: 'recordsPerSecond' }, limit: 100_000 },
    ],
    [
      'async lingerMs=5: cpu > 2.5s',
      { candidate: 'async lingerMs=5', of: { metric: 'cpuSecondsPerMillion' }, limit: 2.5 },
    ],
    ['memory > 300MiB', { of: { metric: 'memoryBytes' }, limit: 314_572_800 }],
    ['data < 50MB/s', { of: { metric: 'mbPerSecond' }, limit: 50 }],
    ['fill < 80%', { of: { metric: 'batchFill' }, limit: 0.8 }],
    ['compression < 2', { of: { metric: 'compressionRatio' }, limit: 2 }],
    ['lost > 0', { of: { count: 'lost' }, limit: 0, relative: false }],
  ] as const)('takes %s', ([text, expected]) => {
    expect(condition(text)).toMatchObject({ text, ...expected });
  });

  it.for([
    [
      'quick',
      'expected a condition such as "throughput < 0.9x", "async: p99 > 50ms" or "lost > 0", got "quick"',
    ],
    ['throughput = 5', 'expected a condition'],
    ['thruput < 0.9x', 'got "thruput"; nearest: throughput'],
    [
      'p99 > 50',
      '"p99 > 50": expected a duration such as 50ms, or times of the baseline such as 0.9x, got "50"',
    ],
    ['throughput < fast', 'expected a rate such as 100k/s'],
    ['memory > many', 'expected a size such as 200MiB'],
    ['lost > 0.5x', 'only metrics are held against a baseline'],
    ['lost > few', 'expected a whole number'],
  ])('refuses %s and says what it takes', ([text, words]) => {
    expect(problem(text!)).toContain(words);
  });
});

const OWN = { baselines: ['async'], trials: 3 };

describe('before the first trial', () => {
  it('misses somebody to hold a candidate against', () => {
    const alone = conditionProblem(condition('throughput < 0.9x'), ['async'], undefined, OWN);
    expect(alone).toContain('got only the baseline itself; add --baseline REPORT');
    const names = ['async', 'durable'];
    const own = conditionProblem(condition('async: throughput < 0.9x'), names, undefined, OWN);
    expect(own).toContain('expected something to hold async against');
    const once = { ...OWN, trials: 1 };
    expect(conditionProblem(condition('throughput < 0.9x'), names, undefined, once)).toContain(
      'in at least 2 rounds, got --trials 1',
    );
    expect(conditionProblem(condition('throughput < 0.9x'), names, undefined, OWN)).toBeUndefined();
    expect(conditionProblem(condition('throughput < 5/s'), ['async'], undefined, once)).toBeUndefined();
  });

  it('misses candidates by name, here and in the old report', () => {
    const old = report({ names: ['async', 'gone'] });
    expect(conditionProblem(condition('asnc: p99 > 5ms'), ['async'], undefined, OWN)).toContain(
      'nearest: async',
    );
    expect(conditionProblem(condition('throughput < 0.9x'), ['async', 'new'], old, OWN)).toContain(
      'expected new in the baseline too, which has async, gone',
    );
    expect(
      conditionProblem(condition('async: throughput < 0.9x'), ['async', 'new'], old, OWN),
    ).toBeUndefined();
    expect(conditionProblem(condition('p99 > 5ms'), ['new'], old, OWN)).toBeUndefined();
  });
});

describe('judging', () => {
  const speed = (async: number, durable: number) => [
    trial({ candidate: 'async', recordsPerSecond: async }),
    trial({ candidate: 'durable', recordsPerSecond: durable }),
    trial({ candidate: 'async', round: 2, recordsPerSecond: async }),
    trial({ candidate: 'durable', round: 2, recordsPerSecond: durable }),
  ];
  const { results } = report({ trials: speed(1000, 850) });

  it('holds every candidate against itself in an older report', () => {
    const old = report({ trials: speed(1000, 1000) });
    expect(judge(condition('throughput < 0.9x'), results, old)).toEqual({
      text: 'throughput < 0.9x',
      passed: false,
      reason: 'durable: throughput 850/s, 0.850x of 1,000/s before',
    });
    expect(judge(condition('throughput < 0.8x'), results, old)).toMatchObject({ passed: true });
    expect(judge(condition('async: throughput < 0.9x'), results, old)).toMatchObject({ passed: true });
  });

  it('holds it against the comparison’s own baseline without one', () => {
    expect(judge(condition('throughput < 0.9x'), results, undefined).reason).toBe(
      'durable: throughput 850/s, 0.850x of async',
    );
  });

  it('holds figures against plain limits', () => {
    expect(judge(condition('throughput < 900/s'), results, undefined).passed).toBe(false);
    expect(judge(condition('throughput < 850/s'), results, undefined).passed).toBe(true);
    expect(judge(condition('throughput <= 850/s'), results, undefined).passed).toBe(false);
  });

  it('counts losses, and does not take silence for none', () => {
    const verify = { read: 10, lost: 2, duplicated: 0, reordered: 0, corrupted: 0 };
    const lossy = report({ names: ['async'], trials: [trial({ verify })] });
    const unread = report({ names: ['async'], trials: [trial()] });
    expect(judge(condition('lost > 0'), lossy.results, undefined)).toMatchObject({
      passed: false,
      reason: 'async: 2 lost',
    });
    expect(judge(condition('duplicated > 0'), lossy.results, undefined).passed).toBe(true);
    expect(judge(condition('lost > 0'), unread.results, undefined).passed).toBe(false);
    expect(judge(condition('failed > 0'), unread.results, undefined).passed).toBe(true);
  });

  it('fails where no trial is left to judge', () => {
    const none = report({ names: ['async'], trials: [trial({ lost: true })] });
    expect(judge(condition('p99 > 50ms'), none.results, undefined)).toMatchObject({
      passed: false,
      reason: 'async: no trial counts, so that nobody knows',
    });
  });
});
