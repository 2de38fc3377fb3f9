/** The same comparison in each form in which it is told. */
import { describe, expect, it } from 'vitest';
import { conclusion } from '../../../src/compare/conclusion.js';
import { csv } from '../../../src/compare/csv.js';
import { junit } from '../../../src/compare/junit.js';
import { markdown } from '../../../src/compare/markdown.js';
import { METRICS } from '../../../src/compare/metrics.js';
import { parseCondition } from '../../../src/compare/thresholds.js';
import { headlines } from '../../../src/compare/words.js';
import { report, trial } from '../../support/comparison.js';

const LOOK = { framed: false, color: false };
const verify = { read: 100_000, lost: 1, duplicated: 2, reordered: 3, corrupted: 4 };
const busy = [{ code: 'MACHINE_BUSY', words: 'the machine was busy | <b>' }] as const;
const condition = (text: string) => {
  const read = parseCondition(text);
  return 'value' in read ? [read.value] : [];
};
const whole = report({ conditions: [...condition('throughput < 0.9x'), ...condition('p99 > 1h')] });

describe('the last lines', () => {
  it('hold a ratio, its spread and a verdict for each candidate', () => {
    expect(headlines(whole)).toEqual([
      'async    1× (throughput 1,002/s, 1,001/s … 1,003/s): the baseline',
      'durable  0.800× (0.800 … 0.800) of async: worse (throughput 802/s)',
    ]);
  });

  it('say that no difference is shown where the spread holds one', () => {
    const trials = [1, 2, 3].flatMap((round) => [
      trial({ candidate: 'async', round, recordsPerSecond: 1000 }),
      trial({ candidate: 'durable', round, recordsPerSecond: 980 + 10 * round }),
    ]);
    expect(headlines(report({ trials }))[1]).toMatch(
      /^durable {2}1\.000× \(0\.9\d\d … 1\.0\d\d\) of async: no difference shown/,
    );
  });

  it('tell who has no trial that counts, and who no pair', () => {
    const trials = [
      trial({ candidate: 'async' }),
      trial({ candidate: 'durable', closedOut: busy }),
      trial({ candidate: 'durable', round: 2, recordsPerSecond: 5 }),
    ];
    expect(headlines(report({ trials }))[1]).toBe(
      'durable  no ratio to async: it takes two rounds with both (throughput 5/s); 1 closed out',
    );
    expect(headlines(report({ trials: trials.slice(0, 2) }))[1]).toBe(
      'durable  no trial counts, 1 closed out',
    );
  });
});

describe('what is not known', () => {
  const nothing = { acked: 0, failed: 7, failures: ['7 records failed'] };

  it('stands as a dash, and nobody without records is among the best', () => {
    const trials = ['async', 'durable'].map((candidate) => trial({ candidate, ...nothing }));
    const made = report({ trials });
    for (const text of [conclusion(made, LOOK), markdown(made)]) {
      expect(text).toContain('async    no records were acknowledged; 7 failed');
      expect(text).not.toMatch(/Nobody beats|\b0 ms|\b0\/s/);
    }
  });

  it('is any percentile with fewer than ten records of a trial beyond it', () => {
    const { metrics } = report({ names: ['async'], trials: [trial({ acked: 9_999 })] }).results[0]!;
    expect(metrics).toHaveProperty('p99Ms');
    expect(metrics).not.toHaveProperty('p999Ms');
    expect(
      report({ names: ['async'], trials: [trial({ acked: 10_000 })] }).results[0]!.metrics,
    ).toHaveProperty('p999Ms');
    const few = report({
      names: ['async'],
      trials: [trial({ acked: 9_999 })],
      conditions: condition('p99.9 > 1h'),
    });
    expect(few.thresholds[0]).toMatchObject({
      passed: false,
      reason:
        'async: p99.9 cannot be told from 9,999 records in a trial: it takes 10,000, so that nobody knows',
    });
    expect(conclusion(few, LOOK)).toMatch(/sample.*\n.*9,999/);
    expect(markdown(few)).toContain('| 9,999 |');
  });
});

describe('why', () => {
  it('stands beside each candidate: what held it back, and where its records waited', () => {
    const text = conclusion(whole, LOOK);
    expect(text).toMatch(/\nasync: held back by [a-z -]+; most of its latency: [a-z]+ \(\d+ %\)\n/);
    expect(markdown(whole)).toContain('| held back by | most of its latency |');
  });

  it('comes with what was lost', () => {
    const trials = [1, 2].flatMap((round) => [
      trial({ candidate: 'async', round }),
      trial({ candidate: 'durable', round, verify: { ...verify, lost: 950 } }),
    ]);
    expect(headlines(report({ trials }))[1]).toContain('; 1,900 lost; 8 corrupted');
  });
});

it('tells each workload’s seed where they differ', () => {
  const one = (name: string, seed: number) => ({ name, doc: '', seed, sources: [] });
  const of = (workloads: ReturnType<typeof one>[]) => markdown(report({ beginning: { workloads } }));
  expect(of([one('demo', 42), one('smoke', 1)])).toContain('seed 42 (demo), 1 (smoke), ');
  expect(of([one('demo', 7), one('smoke', 7)])).toContain('workload demo, smoke, seed 7, ');
});

describe('in a pipe', () => {
  it('ends with the last lines', () => {
    expect(conclusion(whole, LOOK).split('\n').slice(-2)).toEqual(headlines(whole));
  });

  it('accounts for each record, and names each trial that does not count', () => {
    const trials = [
      trial({ verify, failed: 5, errors: { REQUEST_TIMED_OUT: 5 } }),
      trial({ round: 2, attempt: 2, closedOut: busy }),
    ];
    const text = conclusion(report({ names: ['async'], trials }), LOOK);
    expect(text).toContain(
      'async: 200,005 due = 200,000 acked + 5 failed; read back 100,000: 1 lost, 2 duplicated',
    );
    expect(text).toContain('closed out: async, round 2, attempt 2: the machine was busy');
    expect(text).toContain('1 (+1 closed out)');
  });

  it('says what was asked of it and how that went', () => {
    const text = conclusion(whole, LOOK);
    expect(text).toContain('FAILED: not throughput < 0.9x: durable: throughput 802/s, 0.800x of async');
    expect(text).toContain('passed: not p99 > 1h: ');
  });

  it('weighs throughput at full speed, and at a rate what is left', () => {
    expect(conclusion(whole, LOOK)).toContain('Nobody beats these in both throughput and p99: async.');
    const { design, results, ...rest } = report();
    const asked = { ...design, atMax: false, headline: 'p99Ms' } as const;
    // Both have the same latency and cost, so that there is nothing to weigh.
    expect(conclusion({ ...rest, results, design: asked }, LOOK)).not.toContain('Nobody beats');
    const slower = results.map((result) => {
      const { p99Ms } = result.metrics;
      if (p99Ms?.ratio === undefined) return result;
      const ratio = { ...p99Ms.ratio, verdict: 'worse' as const };
      return { ...result, metrics: { ...result.metrics, p99Ms: { ...p99Ms, ratio } } };
    });
    const paced = conclusion({ ...rest, results: slower, design: asked }, LOOK);
    expect(paced).toContain('Nobody beats these in both p99 and CPU: ');
    expect(paced).not.toContain('in both throughput');
  });

  it('says when it is not finished', () => {
    expect(conclusion(report({ finished: false }), LOOK)).toContain('Not finished.');
  });
});

describe('Markdown', () => {
  it('has tables of one width, and nothing that ends a cell or begins markup', () => {
    const text = markdown(report({ trials: [trial({ closedOut: busy }), trial({ candidate: 'durable' })] }));
    for (const block of text.split('\n\n').filter((part) => part.startsWith('| '))) {
      const widths = block.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
    expect(text).toContain('the machine was busy \\| &lt;b>');
    expect(text).toContain('A processor \\| of sorts');
  });

  it('begins with how the conditions went', () => {
    expect(markdown(whole)).toMatch(/^### eventmill compare: failed: 1 of 2 conditions failed\n/);
    expect(markdown(report())).toMatch(/^### eventmill compare: done\n/);
    expect(markdown(whole)).toContain('❌ not `throughput < 0.9x`');
  });

  it('says that it failed, and why, where a trial broke a promise', () => {
    const text = markdown(
      report({ trials: [trial({ failures: ['3 records lost'] }), trial({ candidate: 'durable' })] }),
    );
    expect(text).toMatch(
      /^### eventmill compare: failed: 1 trial fell short of what was promised\n\n- ❌ async, round 1: 3 records lost\n/,
    );
  });

  it('holds the command that makes it again, as a shell takes it', () => {
    const command = ['compare', 'demo', '--fail-if=throughput < 0.9x'];
    expect(markdown(report({ beginning: { command } }))).toContain(
      "`eventmill compare demo '--fail-if=throughput < 0.9x'`",
    );
    expect(markdown(whole)).toContain('`eventmill compare demo --profile=async,durable`');
  });
});

describe('CSV', () => {
  it('has a line for each trial, those without figures too, all of one width', () => {
    const trials = [trial({ verify, closedOut: busy }), trial({ round: 2, lost: true })];
    const [titles, ...lines] = csv(report({ names: ['async'], trials }))
      .trimEnd()
      .split('\r\n');
    expect(titles).toContain(METRICS.map(({ name }) => name).join(','));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.split(',')).toHaveLength(titles!.split(',').length);
    expect(lines[0]).toMatch(/^async,demo,async,kafka,,1,1,1,2026-01-05T10:00:11\.000Z,MACHINE_BUSY,10000,/);
  });

  it('quotes what would end a cell, and disarms what a spreadsheet takes for a formula', () => {
    const names = ['=SUM(1)', 'a "b", c'];
    const lines = csv(report({ names })).split('\r\n');
    expect(lines[1]).toMatch(/^'=SUM\(1\),/);
    expect(lines[2]).toMatch(/^"a ""b"", c",/);
  });
});

describe('JUnit', () => {
  it('has a case for each candidate and each condition, and counts those that failed', () => {
    const failing = trial({ candidate: 'durable', failures: ['3 records <lost> & gone\u0001'] });
    const xml = junit({ ...whole, trials: [...whole.trials, failing] });
    expect(xml).toContain('<testsuites name="eventmill compare" tests="4" failures="2" errors="0"');
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    expect(xml).toContain('<failure message="durable, round 1: 3 records &lt;lost&gt; &amp; gone">');
    expect(xml).toContain('name="not throughput &lt; 0.9x"');
    expect(xml).toContain('<system-out>async    1×');
  });
});
