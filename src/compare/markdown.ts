/** The report for a pull request or a job's summary page: GitHub's Markdown. */
import { bytes, count, plural, seconds } from '../figures.js';
import { metricOf } from './metrics.js';
import type { MetricName, Report, Result } from './types.js';
import {
  failuresOf,
  headlines,
  limitsOf,
  longestStage,
  medianIn,
  percent,
  ratioIn,
  sampleOf,
  seedsOf,
  shellWord,
  spreadIn,
} from './words.js';

const FIGURES: readonly MetricName[] = [
  'p50Ms',
  'p99Ms',
  'p999Ms',
  'p9999Ms',
  'cpuSecondsPerMillion',
  'wireBytesPerMillion',
  'compressionRatio',
  'batchFill',
  'requestsPerSecond',
  'memoryBytes',
];

export function markdown(report: Report): string {
  const { results, design, thresholds, notes, machine } = report;
  const sections = [
    `### eventmill compare: ${verdictOf(report)}`,
    bullets(reasons(report).map((reason) => `❌ ${cell(reason)}`)),
    fenced(headlines(report)),
    rows(
      [
        'profile',
        'throughput',
        'its spread',
        `ratio (${percent(design.confidence)})`,
        'sample',
        ...FIGURES.map((name) => metricOf(name).title),
        'held back by',
        'most of its latency',
      ],
      results.map((result) => [
        result.candidate,
        medianIn('recordsPerSecond', result),
        spreadIn('recordsPerSecond', result),
        ratioIn(design.headline, result),
        count(sampleOf(result)),
        ...FIGURES.map((name) => medianIn(name, result)),
        limitsOf(result),
        longestStage(result),
      ]),
    ),
    rows(
      ['profile', 'due', 'fates', 'read back', 'lost', 'twice', 'out of order', 'corrupted'],
      results.map(fates),
    ),
    bullets(
      thresholds.map(
        ({ text, passed, reason }) => `${passed ? '✅' : '❌'} not \`${text}\`: ${cell(reason)}`,
      ),
    ),
    bullets(closedOut(report)),
    bullets(notes.map(cell)),
    `<details><summary>How it was measured</summary>\n\n${bullets(method(report))}\n\n</details>`,
    `<sub>eventmill ${report.eventmill} on ${cell(machine.cpu)}, ${machine.cores} cores, ${bytes(machine.memoryBytes)}, ${machine.os}, Node ${machine.node}</sub>`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Each is reason enough for exit code 1. */
function reasons({ trials }: Report): string[] {
  return trials.flatMap(failuresOf);
}

function verdictOf(report: Report): string {
  const { thresholds, finishedAt } = report;
  if (finishedAt === null) return 'not finished';
  const failed = thresholds.filter(({ passed }) => !passed).length;
  const broken = failed === 0 ? [] : [`${failed} of ${thresholds.length} conditions failed`];
  const short = report.trials.filter(({ failures = [] }) => failures.length > 0).length;
  const fell = short === 0 ? [] : [`${plural(short, 'trial')} fell short of what was promised`];
  if (short + failed > 0) return `failed: ${[...fell, ...broken].join(', ')}`;
  return thresholds.length > 0 ? 'all conditions hold' : 'done';
}

function fates({ candidate, due, fates: counts, verify }: Result): string[] {
  const parts = Object.entries(counts).filter(([, records]) => records > 0);
  const sum = parts.map(([fate, records]) => `${count(records)} ${fate}`).join(' + ');
  if (verify === null) return [candidate, count(due), sum, '–', '–', '–', '–', '–'];
  const { read, lost, duplicated, reordered, corrupted } = verify;
  return [candidate, count(due), sum, ...[read, lost, duplicated, reordered, corrupted].map(count)];
}

function closedOut({ trials }: Report): string[] {
  return trials.flatMap(({ candidate, round, attempt, closedOut: reasons }) =>
    reasons.map(
      ({ words }) => `Closed out: ${cell(candidate)}, round ${round}, attempt ${attempt}: ${cell(words)}`,
    ),
  );
}

function method({ design, workloads, brokers, sandbox, command }: Report): string[] {
  const limits = Object.entries(design.limits).map(([name, value]) => `${name} ${count(value)}`);
  return [
    `\`eventmill ${command.map(shellWord).join(' ')}\``,
    `workload ${workloads.map(({ name }) => name).join(', ')}, seed ${seedsOf(workloads)}, ${design.atMax ? 'at full speed' : 'at its rate'}`,
    `${plural(design.trials, 'round')} in rotated order; each trial in a process of its own after a warm-up of ${seconds(design.warmupMs / 1000)}; ${limits.join(', ')}`,
    sandbox ? 'into a sandbox on the same machine' : `brokers ${brokers}`,
    'ratios are of trials of the same round, their interval is Student’s t on logarithms; spreads of medians are bootstrapped',
  ];
}

function rows(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [row(titles), `| --- |${' ---: |'.repeat(titles.length - 1)}`, ...lines.map(row)].join('\n');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function fenced(lines: readonly string[]): string {
  return ['```', ...lines, '```'].join('\n');
}

/** What would end a cell or begin markup. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ');
}
