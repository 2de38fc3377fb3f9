/** The comparison with other producers as tables: on the terminal, and between markers in the documents. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Column, table } from '../../src/table.js';
import { verdicts } from './goals.js';
import {
  cpuPerMillion,
  cpuRatio,
  type Match,
  perSecond,
  speedRatio,
  spreadOf,
  spreadText,
  termsText,
} from './matches.js';

type Look = Parameters<typeof table>[2];
type Rows = readonly (readonly string[])[];

const COLUMNS: readonly Column[] = [
  { title: 'terms', align: 'left' },
  { title: 'to', align: 'left' },
  { title: 'its records/s' },
  { title: 'its CPU s per million' },
  { title: 'our workers' },
  { title: 'our records/s' },
  { title: 'times its records/s' },
  { title: 'of its CPU per record' },
];

const count = (number: number): string => Math.round(number).toLocaleString('en');

function rowOf(match: Match): string[] {
  const { pairs, workers, title } = match;
  const median = (of: (pair: (typeof pairs)[number]) => number) => spreadOf(pairs.map(of)).median;
  return [
    termsText(match),
    title,
    count(median(({ theirs }) => perSecond(theirs))),
    median(({ theirs }) => cpuPerMillion(theirs)).toFixed(2),
    String(workers),
    count(median(({ ours }) => perSecond(ours))),
    spreadText(speedRatio(match)),
    spreadText(cpuRatio(match)),
  ];
}

/** For a terminal. */
export function matchesTable(matches: readonly Match[], look: Look): string {
  return table(COLUMNS, matches.map(rowOf), look);
}

const GOAL_COLUMNS: readonly Column[] = [
  { title: 'ratio', align: 'left' },
  { title: 'must' },
  { title: 'aim' },
  { title: 'found (least to most)' },
  { title: 'reached', align: 'left' },
];

function goalRows(matches: readonly Match[]): Rows {
  return verdicts(matches).map(({ goal, found, reached }) => [
    goal.what,
    String(goal.must),
    String(goal.aim),
    found === undefined ? '–' : spreadText(found),
    reached,
  ]);
}

/** The goals, for a terminal. */
export function goalsTable(matches: readonly Match[], look: Look): string {
  return table(GOAL_COLUMNS, goalRows(matches), look);
}

export function markdown(columns: readonly Column[], rows: Rows): string {
  const lineOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'left' ? '---' : '---:'));
  return [lineOf(columns.map(({ title }) => title)), lineOf(rule), ...rows.map(lineOf)].join('\n');
}

const SHORT_COLUMNS: readonly Column[] = [
  { title: 'eventmill to', align: 'left' },
  { title: 'records/s' },
  { title: 'with two workers' },
  { title: 'CPU per record' },
];

/** One line for each rival, on the plain terms. */
function shortRows(matches: readonly Match[]): Rows {
  const plain = matches.filter(
    ({ generator, compression, acks }) => generator === 'stock' && compression === 'none' && acks === 'all',
  );
  const ones = plain.filter(({ workers }) => workers === 1);
  return ones.map((one) => {
    const two = plain.find(({ workers, rival }) => workers === 2 && rival === one.rival);
    const times = ({ median }: { median: number }) => `${median.toFixed(median < 10 ? 2 : 1)} ×`;
    return [
      one.title,
      times(speedRatio(one)),
      two === undefined ? '–' : times(speedRatio(two)),
      times(cpuRatio(one)),
    ];
  });
}

/** What stands in docs/speed.md. */
export function longText(matches: readonly Match[]): string {
  const machine = matches[0]?.machine ?? '';
  const pairs = Math.min(...matches.map((match) => match.pairs.length));
  return [
    `Medians of ${pairs} pairs at least, with the least and the most. ${machine}, with the broker on the same machine.`,
    markdown(GOAL_COLUMNS, goalRows(matches)),
    markdown(COLUMNS, matches.map(rowOf)),
  ].join('\n\n');
}

/** What stands in the README. */
export function shortText(matches: readonly Match[]): string {
  return markdown(SHORT_COLUMNS, shortRows(matches));
}

/** The document with what stands between `<!-- name -->` and `<!-- /name -->` replaced. Throws where they are not both there, in this order. */
export function withBetween(document: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(open);
  const to = document.indexOf(close);
  if (from < 0 || to < from) throw new Error(`expected ${open} and then ${close}, each on a line of its own`);
  return `${document.slice(0, from + open.length)}\n\n${text}\n\n${document.slice(to)}`;
}

export function writeInto(path: string, name: string, text: string): void {
  writeFileSync(path, withBetween(readFileSync(path, 'utf8'), name, text));
}
