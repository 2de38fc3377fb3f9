/** What a comparison came to, on a terminal or in a pipe: two tables, what was left out, and a line for each candidate. */
import { cause } from '../causes.js';
import { count, plural } from '../figures.js';
import { paragraph } from '../paragraph.js';
import { type Column, type TableLook, table } from '../table.js';
import { metricOf } from './metrics.js';
import { unbeaten } from './report.js';
import type { MetricName, Report, Result } from './types.js';
import {
  headlines,
  limitsOf,
  longestStage,
  medianIn,
  percent,
  ratioIn,
  sampleOf,
  spreadIn,
} from './words.js';

interface Cell extends Column {
  readonly of: (result: Result) => string;
}

const figure = (title: string, name: MetricName): Cell => ({ title, of: (result) => medianIn(name, result) });

/** The whole text, without a line end behind it. */
export function conclusion(report: Report, look: TableLook): string {
  const { results, design } = report;
  const width = Math.min(100, look.width ?? 100);
  const several = new Set(results.map(({ baseline }) => baseline)).size > 1;
  const versus = several ? 'baseline' : (results[0]?.baseline ?? '');
  const sections = [
    tableOf(speedCells(versus, design.headline), results, look),
    tableOf(costCells(versus), results, look),
    why(results).join('\n'),
    accounts(report).join('\n'),
    tradeOffs(report)
      .concat(report.notes)
      .map((note) => paragraph(note, width))
      .join('\n'),
    thresholdLines(report).join('\n'),
    [titleOf(report, width), ...headlines(report)].join('\n'),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function tableOf(cells: readonly Cell[], results: readonly Result[], look: TableLook): string {
  return table(
    cells,
    results.map((result) => cells.map((cell) => cell.of(result))),
    look,
  );
}

const NAME: Cell = { title: 'profile', align: 'left', of: ({ candidate }) => candidate };

function speedCells(versus: string, headline: MetricName): Cell[] {
  return [
    NAME,
    figure('throughput', 'recordsPerSecond'),
    { title: 'its spread', of: (result) => spreadIn('recordsPerSecond', result) },
    ...(headline === 'recordsPerSecond'
      ? [{ title: `÷ ${versus}`, of: (result: Result) => ratioIn('recordsPerSecond', result) }]
      : []),
    figure('p50', 'p50Ms'),
    figure('p99', 'p99Ms'),
    ...(headline === 'p99Ms'
      ? [{ title: `p99 ÷ ${versus}`, of: (result: Result) => ratioIn('p99Ms', result) }]
      : []),
    figure('p99.9', 'p999Ms'),
    figure('p99.99', 'p9999Ms'),
    { title: 'sample', of: (result) => count(sampleOf(result)) },
    { title: 'trials', of: trialsOf },
  ];
}

function costCells(versus: string): Cell[] {
  return [
    NAME,
    figure('CPU/million', 'cpuSecondsPerMillion'),
    { title: `CPU ÷ ${versus}`, of: (result) => ratioIn('cpuSecondsPerMillion', result) },
    figure('wire', 'wireBytesPerMillion'),
    figure('compression', 'compressionRatio'),
    figure('batch', 'batchRecords'),
    figure('fill', 'batchFill'),
    figure('requests', 'requestsPerSecond'),
    figure('memory', 'memoryBytes'),
  ];
}

function trialsOf({ trials, closedOut }: Result): string {
  return closedOut === 0 ? count(trials) : `${count(trials)} (+${count(closedOut)} closed out)`;
}

function why(results: readonly Result[]): string[] {
  return results
    .filter(({ limitedBy }) => Object.keys(limitedBy).length > 0)
    .map(
      (result) =>
        `${result.candidate}: held back by ${limitsOf(result)}; most of its latency: ${longestStage(result)}`,
    );
}

/** Each record has one fate; and no closed-out trial goes without its name. */
function accounts({ results, trials }: Report): string[] {
  const lines = results.flatMap(({ candidate, due, fates, errors, verify }) => {
    const parts = Object.entries(fates).filter(([fate, records]) => records > 0 || fate === 'acked');
    const sum = parts.map(([fate, records]) => `${count(records)} ${fate}`).join(' + ');
    const read =
      verify === null
        ? ''
        : `; read back ${count(verify.read)}: ${count(verify.lost)} lost, ${count(verify.duplicated)} duplicated, ` +
          `${count(verify.reordered)} out of order, ${count(verify.corrupted)} corrupted`;
    const causes = Object.entries(errors).map(
      ([code, records]) => `  ${plural(records, 'record')}: ${cause(code)}`,
    );
    return [`${candidate}: ${count(due)} due = ${sum}${read}`, ...causes];
  });
  for (const { candidate, round, attempt, closedOut } of trials)
    for (const { words } of closedOut)
      lines.push(
        `closed out: ${candidate}, round ${round}${attempt > 1 ? `, attempt ${attempt}` : ''}: ${words}`,
      );
  return lines;
}

/** At a rate throughput is given, so that latency and cost are what is left to weigh. */
function tradeOffs({ results, design }: Report): string[] {
  // Of different workloads nobody has the choice.
  if (results.length < 2 || new Set(results.map(({ baseline }) => baseline)).size > 1) return [];
  const both = (one: MetricName, other: MetricName) => {
    const best = unbeaten(results, one, other).join(', ');
    return best === ''
      ? []
      : [`Nobody beats these in both ${metricOf(one).title} and ${metricOf(other).title}: ${best}.`];
  };
  if (!design.atMax) return both('p99Ms', 'cpuSecondsPerMillion');
  return [...both('recordsPerSecond', 'p99Ms'), ...both('recordsPerSecond', 'cpuSecondsPerMillion')];
}

function thresholdLines({ thresholds }: Report): string[] {
  return thresholds.map(
    ({ text, passed, reason }) => `${passed ? 'passed' : 'FAILED'}: not ${text}: ${reason}`,
  );
}

function titleOf({ design, sandbox, finishedAt }: Report, width: number): string {
  const rounds = plural(design.trials, 'round');
  const partial = finishedAt === null ? 'Not finished. ' : '';
  const where = sandbox ? ', into the sandbox on this machine' : '';
  return paragraph(
    `${partial}Ratios of the same round, ${rounds}${where}, with their ${percent(design.confidence)} intervals:`,
    width,
  );
}
