/** From the flags of `compare` to trials, a report, and an exit code. */
import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command, Context, Invocation } from '../../../command.js';
import { baselineNotes } from '../../../compare/baseline.js';
import { conclusion } from '../../../compare/conclusion.js';
import { openFolder, replace, writeFiles } from '../../../compare/folder.js';
import { junit } from '../../../compare/junit.js';
import { thisMachine } from '../../../compare/machine.js';
import { markdown } from '../../../compare/markdown.js';
import type { Beginning } from '../../../compare/report.js';
import { trialsLeft } from '../../../compare/rounds.js';
import { confidenceFor } from '../../../compare/statistics.js';
import type { Design, Report } from '../../../compare/types.js';
import { failuresOf } from '../../../compare/words.js';
import { readClient } from '../../../config/client.js';
import { EventmillError } from '../../../errors.js';
import { plural } from '../../../figures.js';
import { createLog } from '../../../log.js';
import { wantsColor } from '../../../paint.js';
import { renderHtml } from '../../../report/page.js';
import type { TableLook } from '../../../table.js';
import { version } from '../../../version.js';
import { type Asked, readAsked } from './asked.js';
import { Comparison } from './comparison.js';
import { comparedWorkloads } from './contenders.js';
import { secondsBeforehand, secondsFrom, secondsInAll } from './gauge.js';
import { gaugeLine, Progress, planLine, resumeLine } from './progress.js';
import { resumed, unfinished, wordsOf } from './resume.js';
import { TimeLeft } from './time-left.js';

/** Intervals from fewer rounds are as wide as the world. */
const ROUNDS_TO_SHOW = 3;

export async function compareCommand(given: Invocation, context: Context, command: Command): Promise<number> {
  const invocation = await resumed(given, command);
  const asked = await readAsked(invocation, context);
  const { quiet, color, logLevel } = asked.settings;
  const { stdout, stderr, clock, signals, closed } = context;
  if (asked.report !== undefined) openFolder('--report', asked.report);
  if (asked.junit !== undefined) openFolder('--junit: the folder', dirname(asked.junit));
  if (asked.stepSummary !== undefined) openFolder('--step-summary: the folder', dirname(asked.stepSummary));
  await reach(asked, context);
  const beginning = beginningOf(asked, invocation, clock.now());
  const before =
    asked.report === undefined
      ? undefined
      : unfinished(asked.report, beginning, given.flags['resume'] === undefined ? '--report' : '--resume');
  const { design } = beginning;
  const names = beginning.candidates.map(({ name }) => name);
  const timeLeft = new TimeLeft();
  const progress = new Progress(stdout, design, timeLeft, names);
  const log = createLog(quiet ? 'error' : logLevel, (line) => {
    progress.erase();
    stderr.write(`${line}\n`);
  });
  const tell = (text: string) => {
    if (!quiet) stdout.write(`${text}\n`);
  };
  for (const warning of warningsOf(asked, beginning)) log.warn(warning);
  tell(planLine(design, names.length));
  const known = secondsBeforehand(asked);
  if (known !== undefined) timeLeft.plan(known);
  if (before !== undefined) {
    for (const { candidate, wallSeconds } of before.trials)
      if (wallSeconds !== undefined) timeLeft.took(candidate, wallSeconds);
    const left = timeLeft.for(trialsLeft(names, design.trials, before.trials));
    tell(resumeLine(asked.report!, before.trials.length, left));
  }
  const begun =
    before === undefined ? beginning : { ...beginning, runId: before.runId, startedAt: before.startedAt };
  const comparison = new Comparison(asked, begun, before?.trials ?? [], context, {
    begins: (slot, left) => {
      if (!quiet) progress.begins(slot, left);
    },
    ended: (trial, left) => {
      if (!quiet) progress.ended(trial, left);
    },
    warn: (line) => log.warn(line),
  });
  const interrupt = () => comparison.interrupt();
  closed.addEventListener('abort', interrupt);
  const unhandle = signals.handle({ first: interrupt, second: interrupt });
  try {
    if (known === undefined && before === undefined) await plan(comparison, design, timeLeft, tell);
    const report = await comparison.run();
    progress.erase();
    const look = {
      framed: stdout.isTTY === true,
      color: wantsColor(stdout, context.environment, color ?? true),
    };
    const width = stdout.columns === undefined ? {} : { width: stdout.columns };
    return conclude(report, comparison, asked, {
      tell,
      complain: (line) => log.error(line),
      gone: closed.aborted,
      look: { ...look, ...width },
    });
  } finally {
    unhandle();
    closed.removeEventListener('abort', interrupt);
  }
}

interface Telling {
  readonly tell: (text: string) => void;
  readonly complain: (line: string) => void;
  /** Nobody reads any more. */
  readonly gone: boolean;
  readonly look: TableLook;
}

/** Writes and tells everything; gives the exit code. */
function conclude(
  report: Report,
  { interrupted }: Comparison,
  asked: Asked,
  { tell, complain, gone, look }: Telling,
): number {
  const folder = asked.report;
  if (folder !== undefined)
    for (const path of writeFiles(folder, report, renderHtml)) tell(`written: ${path}`);
  write('--junit', asked.junit, (path) => replace(path, junit(report)));
  write('--step-summary', asked.stepSummary, (path) => appendFileSync(path, markdown(report)));
  if (report.trials.length > 0) tell(`\n${conclusion(report, look)}`);
  // Whoever closed the pipe wanted no more, and that is no failure.
  if (gone) return 0;
  const failures = report.trials.flatMap((trial) => failuresOf(trial));
  for (const failure of failures) complain(failure);
  if (interrupted) {
    const next =
      folder === undefined
        ? 'with --report DIR it could have been resumed'
        : `go on with: eventmill compare --resume ${folder}`;
    complain(`interrupted after ${plural(report.trials.length, 'trial')}; ${next}`);
    return 130;
  }
  const broken = report.thresholds.filter(({ passed }) => !passed);
  for (const { text, reason } of broken) complain(`--fail-if ${JSON.stringify(text)}: ${reason}`);
  return broken.length > 0 || failures.length > 0 ? 1 : 0;
}

function write(flag: string, path: string | undefined, work: (path: string) => void): void {
  if (path === undefined) return;
  try {
    work(path);
  } catch (cause) {
    throw new EventmillError('OUTPUT', `${flag} ${path}: could not be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}

// ---------------------------------------------------------------- before the first trial

/** What is known beforehand of how little this comparison will show. */
function warningsOf({ warnings, old, contenders }: Asked, beginning: Beginning): string[] {
  const { trials } = beginning.design;
  const unlike = old === undefined ? [] : baselineNotes(old, beginning);
  const few =
    trials < ROUNDS_TO_SHOW && contenders.length > 1
      ? [
          `--trials ${trials}: fewer than ${ROUNDS_TO_SHOW} rounds can hardly show any difference; ask for ${ROUNDS_TO_SHOW} or more to compare`,
        ]
      : [];
  return [...warnings, ...unlike.map((note) => `--baseline: ${note}`), ...few];
}

/** A second of each tells how long all will take. */
async function plan(
  comparison: Comparison,
  design: Design,
  timeLeft: TimeLeft,
  tell: (text: string) => void,
): Promise<void> {
  const gauged = await comparison.gauge();
  if (gauged === undefined) return;
  const each = secondsFrom(gauged, design.limits);
  const needed = each === undefined ? null : secondsInAll(each, design);
  comparison.plan(needed);
  if (each !== undefined) timeLeft.plan(each);
  tell(gaugeLine(needed));
}

/** Brokers that cannot be reached, or do not take us, say so before anything else is told. */
async function reach({ settings, contenders }: Asked, { clock }: Context): Promise<void> {
  if (settings.brokers.length === 0 || !contenders.some(({ needsBrokers }) => needsBrokers)) return;
  const { brokers, security, clientId = 'eventmill' } = readClient(settings, () => {});
  const { greet } = await import('../../../transport/greet.js');
  await greet({ brokers, clientId, clock, security });
}

function beginningOf(asked: Asked, invocation: Invocation, now: number): Beginning {
  const { contenders, settings } = asked;
  const { report: _, ...flags } = invocation.flags;
  return {
    format: 1,
    eventmill: version(),
    command: wordsOf({ arguments: invocation.arguments, flags }),
    runId: `cmp-${Math.floor(now).toString(36)}-${process.pid.toString(36)}`,
    startedAt: new Date(now).toISOString(),
    machine: thisMachine(),
    brokers: settings.brokers.join(','),
    sandbox: settings.brokers.length === 0 && contenders.some(({ needsBrokers }) => needsBrokers),
    seed: contenders[0]!.workload.seed,
    workloads: comparedWorkloads(contenders),
    design: designOf(asked),
    candidates: contenders.map(({ candidate }) => candidate),
  };
}

function designOf(asked: Asked): Design {
  const { trials, warmupMs, limits, atMax, baselines, contenders } = asked;
  const each = secondsBeforehand(asked);
  return {
    trials,
    warmupMs,
    limits,
    atMax,
    baselines,
    order: 'rotated',
    secondsPlanned: each === undefined ? null : secondsInAll(each, { trials }),
    confidence: confidenceFor(contenders.length - baselines.length),
    headline: atMax ? 'recordsPerSecond' : 'p99Ms',
  };
}
