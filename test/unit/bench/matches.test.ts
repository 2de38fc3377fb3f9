import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  goalsTable,
  longText,
  matchesTable,
  shortText,
  withBetween,
  writeInto,
} from '../../bench/against-table.js';
import { GOALS, verdicts } from '../../bench/goals.js';
import {
  cpuRatio,
  type Match,
  merged,
  type Pair,
  readMatches,
  speedRatio,
  spreadOf,
  writeMatches,
} from '../../bench/matches.js';

/** A pair in which we send `speed` times as many records a second at `cpu` of the CPU time for each. */
function pair(speed: number, cpu: number): Pair {
  return {
    ours: { records: 2_000_000 * speed, seconds: 2, cpuSeconds: 4 * cpu * speed },
    theirs: { records: 1_000_000, seconds: 1, cpuSeconds: 2 },
  };
}

function match(changes: Partial<Match> = {}): Match {
  return {
    generator: 'stock',
    compression: 'none',
    acks: 'all',
    rival: 'java',
    title: 'kafka-producer-perf-test 4.1.0',
    workers: 1,
    machine: 'here',
    pairs: [pair(1.4, 0.6), pair(2.5, 0.2), pair(1.6, 0.4)],
    ...changes,
  };
}

describe('pairs of runs', () => {
  test('a spread is the middle number, or the mean of the two in the middle, with the least and the greatest', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
    expect(spreadOf([4, 1, 2, 10])).toEqual({ median: 3, least: 1, most: 10 });
    expect(spreadOf([7])).toEqual({ median: 7, least: 7, most: 7 });
    expect(() => spreadOf([])).toThrow('a number or more');
  });

  test('ratios are taken within a pair and then the median: a machine that slows down in one round changes nothing', () => {
    const slowed = ({ ours, theirs }: Pair): Pair => ({
      ours: { ...ours, seconds: ours.seconds * 5 },
      theirs: { ...theirs, seconds: theirs.seconds * 5 },
    });
    const pairs = [pair(1.4, 0.6), slowed(pair(2.5, 0.2)), pair(1.6, 0.4)];
    expect(speedRatio(match({ pairs })).median).toBeCloseTo(1.6);
    expect(speedRatio(match({ pairs })).most).toBeCloseTo(2.5);
    expect(cpuRatio(match({ pairs })).median).toBeCloseTo(0.4);
    expect(cpuRatio(match({ pairs })).least).toBeCloseTo(0.2);
  });

  test('new results take the place of old ones on the same terms, and those of another machine go', () => {
    const old = [match(), match({ workers: 2 }), match({ rival: 'kafkajs', machine: 'there' })];
    const found = match({ pairs: [pair(9, 0.1)] });
    expect(merged(old, [found])).toEqual([match({ workers: 2 }), found]);
  });
});

describe('goals', () => {
  const median = (of: 'speed' | 'cpu', ratio: number) => [of === 'speed' ? pair(ratio, 1) : pair(1, ratio)];

  test.for(GOALS.map((goal) => [goal.what, goal] as const))(
    '%s: reached, just reached and missed are told apart',
    ([, goal]) => {
      const { terms, of, must, aim } = goal;
      const verdictAt = (ratio: number) =>
        verdicts([match({ ...terms, pairs: median(of, ratio) })]).find((each) => each.goal === goal);
      const [better, worse] = of === 'speed' ? [1.01, 0.99] : [0.99, 1.01];
      expect(verdictAt(aim * better)?.reached).toBe('aim');
      expect(verdictAt(aim * worse)?.reached).toBe('must');
      expect(verdictAt(must * better)?.reached).toBe('must');
      expect(verdictAt(must * worse)?.reached).toBe('missed');
    },
  );

  test('what was not played is not reached', () => {
    expect(new Set(verdicts([]).map(({ reached }) => reached))).toEqual(new Set(['not measured']));
    expect(goalsTable([], { framed: false, color: false })).toContain('not measured');
  });
});

describe('the documents', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eventmill-matches-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('results come back from their file as they went in', () => {
    const path = join(folder, 'against.jsonl');
    expect(readMatches(path)).toEqual([]);
    const matches = [match({ workers: 2 }), match()];
    writeMatches(path, matches);
    expect(readMatches(path)).toEqual([match(), match({ workers: 2 })]);
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test('a table stands between its markers, however often it is written, and the rest stays as it was', () => {
    const path = join(folder, 'page.md');
    writeFileSync(path, 'before\n<!-- against -->\nold\n<!-- /against -->\nafter\n');
    writeInto(path, 'against', 'first');
    writeInto(path, 'against', '| a |');
    expect(readFileSync(path, 'utf8')).toBe(
      'before\n<!-- against -->\n\n| a |\n\n<!-- /against -->\nafter\n',
    );
  });

  test.for(['no marker', '<!-- against --> alone', '<!-- /against --><!-- against -->'])(
    'a document with %s is left alone and told',
    (text) => {
      expect(() => withBetween(text, 'against', 'x')).toThrow('expected <!-- against --> and then');
    },
  );

  test('the long text holds each match with its spread, and each goal with its verdict', () => {
    const text = longText([match(), match({ workers: 2, pairs: [pair(3, 0.5)] })]);
    expect(text).toContain(
      '| stock, not compressed, acks all | kafka-producer-perf-test 4.1.0 | 1,000,000 | 2.00 | 1 |',
    );
    expect(text).toContain('| 1.60 (1.40 to 2.50) | 0.40 (0.20 to 0.60) |');
    expect(text).toContain(
      '| records/s to kafka-producer-perf-test | 1.5 | 2 | 1.60 (1.40 to 2.50) | must |',
    );
    expect(text).toContain('Medians of 1 pairs at least');
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    expect(new Set(widths)).toEqual(new Set([7, 10]));
  });

  test('the short text holds one line for each rival on the plain terms, with what two workers make of it', () => {
    const lz4 = match({ compression: 'lz4', title: 'not this one' });
    const text = shortText([match(), match({ workers: 2, pairs: [pair(3, 0.5)] }), lz4]);
    expect(text).toContain('| kafka-producer-perf-test 4.1.0 | 1.60 × | 3.00 × | 0.40 × |');
    expect(text).not.toContain('not this one');
  });

  test('on the terminal the same stands in columns', () => {
    expect(matchesTable([match()], { framed: false, color: false })).toContain('1.60 (1.40 to 2.50)');
  });
});
