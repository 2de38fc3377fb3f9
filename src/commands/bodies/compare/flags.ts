/** The flags that only `compare` has. */
import type { FlagValues } from '../../../command.js';
import type { Sweep } from '../../../compare/candidates.js';
import { readReport } from '../../../compare/folder.js';
import { type Condition, parseCondition } from '../../../compare/thresholds.js';
import type { Report } from '../../../compare/types.js';
import { duration, expected, integer, parsePair } from '../../../config/formats.js';
import { EventmillError } from '../../../errors.js';
import type { FlagReader } from '../flag-reader.js';

const DEFAULT_TRIALS = 3;
const DEFAULT_WARMUP_MS = 1000;
const HOUR_MS = 3_600_000;

/** What `run` does not know, and what is always so here. */
const NAMES = [
  'workloads',
  'drivers',
  'sweep',
  'trials',
  'warmup',
  'baselineProfile',
  'baseline',
  'failIf',
  'report',
  'resume',
  'junit',
  'stepSummary',
  'keepTopics',
  'verify',
  'metricsPort',
];

export interface OwnFlags {
  readonly workloads: readonly string[] | undefined;
  readonly drivers: readonly string[] | undefined;
  readonly sweeps: readonly Sweep[];
  readonly trials: number;
  readonly warmupMs: number;
  readonly baselineProfile: string | undefined;
  readonly conditions: readonly Condition[];
  /** What --baseline names. */
  readonly old: Report | undefined;
  /** A folder. */
  readonly report: string | undefined;
  /** Files. */
  readonly junit: string | undefined;
  readonly stepSummary: string | undefined;
  readonly keepTopics: boolean;
}

/** Mistakes go to the reader. */
export async function readOwnFlags(reader: FlagReader, argument: string | undefined): Promise<OwnFlags> {
  const text = (raw: string) => ({ value: raw });
  const workloads = reader.read('workloads', listOf, undefined);
  if (workloads !== undefined && argument !== undefined)
    reader.wrong('workloads', `expected no WORKLOAD beside it, got ${argument}; put that into the list`);
  const drivers = reader.read('drivers', listOf, undefined);
  if (drivers !== undefined && reader.read('driver', text, undefined) !== undefined)
    reader.wrong('drivers', 'expected no --driver beside it; leave one of the two out');
  const port = reader.read('metricsPort', text, 'off');
  if (port !== 'off')
    reader.wrong(
      'metricsPort',
      `expected off, got ${port}; a comparison serves no metrics, since scrapes would disturb it`,
    );
  const baseline = reader.read('baseline', text, undefined);
  if (baseline !== undefined && reader.all('failIf').length === 0)
    reader.wrong(
      'baseline',
      'expected a --fail-if that is held against it, got none; add one, or leave it out',
    );
  return {
    workloads,
    drivers,
    sweeps: readSweeps(reader),
    trials: reader.read('trials', integer(1, 1000).parse, DEFAULT_TRIALS),
    warmupMs: reader.read('warmup', duration(0, HOUR_MS).parse, DEFAULT_WARMUP_MS),
    baselineProfile: reader.read('baselineProfile', text, undefined),
    conditions: readConditions(reader),
    old: baseline === undefined ? undefined : await attempt(reader, async () => oldReport(baseline)),
    report: reader.read('report', text, undefined),
    junit: reader.read('junit', text, undefined),
    stepSummary: reader.read('stepSummary', text, undefined),
    keepTopics: reader.has('keepTopics'),
  };
}

/** What is left for those who read a run's flags. */
export function withoutOwn(flags: FlagValues): FlagValues {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !NAMES.includes(name)));
}

/** Does `work`, and takes down what it finds wrong, line by line, in the words of this command. */
export async function attempt<T>(
  reader: FlagReader,
  work: () => Promise<T>,
  inWords: (line: string) => string = (line) => line,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EventmillError)) throw error;
    for (const line of error.message.split('\n')) reader.tell(inWords(line));
    return undefined;
  }
}

export function listOf(raw: string) {
  const names = raw.split(',').map((name) => name.trim());
  return names.some((name) => name === '')
    ? expected('names with commas between them', raw)
    : { value: names };
}

function readSweeps(reader: FlagReader): Sweep[] {
  const sweeps: Sweep[] = [];
  for (const raw of reader.all('sweep')) {
    const pair = parsePair(raw, 'lingerMs=0,5,20');
    const list = 'problem' in pair ? pair : listOf(pair.value.value);
    if ('problem' in pair) reader.wrong('sweep', pair.problem);
    else if ('problem' in list) reader.wrong('sweep', list.problem);
    else if (sweeps.some(({ key }) => key === pair.value.name))
      reader.wrong('sweep', `expected ${pair.value.name} once, got it twice; put all values into one list`);
    else sweeps.push({ key: pair.value.name, values: list.value });
  }
  return sweeps;
}

function readConditions(reader: FlagReader): Condition[] {
  const conditions: Condition[] = [];
  for (const raw of reader.all('failIf')) {
    const read = parseCondition(raw);
    if ('problem' in read) reader.wrong('failIf', read.problem);
    else conditions.push(read.value);
  }
  return conditions;
}

function oldReport(path: string): Report {
  const report = readReport(path, '--baseline');
  if (report !== undefined) return report;
  throw new EventmillError(
    'NOT_FOUND',
    `--baseline ${path}: expected the report.json of an earlier comparison, got nothing there; make one with --report DIR`,
  );
}
