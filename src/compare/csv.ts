/** trials.csv: a line for each trial, also for those closed out, for whoever does their own statistics. RFC 4180. */
import { METRICS } from './metrics.js';
import type { Report, Trial } from './types.js';

const HEAD = [
  'candidate',
  'workload',
  'profile',
  'driver',
  'sweep',
  'round',
  'position',
  'attempt',
  'started_at',
  'closed_out',
];
const COUNTS = ['due', 'acked', 'failed', 'expired', 'dropped', 'unacknowledged'] as const;
const VERIFIED = ['read', 'lost', 'duplicated', 'reordered', 'corrupted'] as const;
const TAIL = ['limited_by', 'others_share', 'throttled_ms'];

export function csv(report: Report): string {
  const titles = [...HEAD, ...METRICS.map(({ name }) => name), ...COUNTS, ...VERIFIED, ...TAIL];
  return [titles, ...report.trials.map((trial) => row(trial, report))]
    .map((cells) => `${cells.map(quoted).join(',')}\r\n`)
    .join('');
}

function row(trial: Trial, { candidates }: Report): string[] {
  const {
    workload = '',
    profile = '',
    driver = '',
    sweep = {},
  } = candidates.find(({ name }) => name === trial.candidate) ?? {};
  const set = Object.entries(sweep).map(([key, value]) => `${key}=${value}`);
  const { figures } = trial;
  return [
    trial.candidate,
    workload,
    profile,
    driver,
    set.join(' '),
    ...[trial.round, trial.position, trial.attempt].map(String),
    trial.startedAt,
    trial.closedOut.map(({ code }) => code).join(' '),
    ...METRICS.map(({ name }) => numeral(figures?.metrics[name])),
    ...COUNTS.map((name) => numeral(figures?.profile[name])),
    ...VERIFIED.map((name) => numeral(figures?.profile.verify?.[name])),
    figures?.profile.limitedBy ?? '',
    numeral(figures?.load.others),
    numeral(figures?.load.throttledMs),
  ];
}

function numeral(value: number | null | undefined): string {
  return value === undefined || value === null || !Number.isFinite(value) ? '' : String(value);
}

function quoted(text: string): string {
  // A spreadsheet takes what begins so for a formula.
  const safe = /^[=+@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
