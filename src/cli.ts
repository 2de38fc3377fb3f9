#!/usr/bin/env node
/** argv to command to exit code: the only file that sets process.exitCode, or ends the process. */
import { systemClock } from './clock.js';
import type { Command, Context } from './command.js';
import { type Reading, readCommandLine } from './command-line.js';
import calibrate from './commands/calibrate.js';
import compare from './commands/compare.js';
import console from './commands/console.js';
import demo from './commands/demo.js';
import list from './commands/list.js';
import merge from './commands/merge.js';
import plan from './commands/plan.js';
import run from './commands/run.js';
import sample from './commands/sample.js';
import sandbox from './commands/sandbox.js';
import score from './commands/score.js';
import tail from './commands/tail.js';
import verify from './commands/verify.js';
import { tuneEngine } from './engine.js';
import { EventmillError } from './errors.js';
import { Signals } from './signals.js';
import { standardInput } from './standard-input.js';
import { version } from './version.js';

/** In the order in which help lists them. Their bodies are imported when they run. */
const COMMANDS: readonly Command[] = [
  demo,
  run,
  plan,
  compare,
  console,
  sandbox,
  sample,
  list,
  verify,
  merge,
  score,
  tail,
  calibrate,
];

/** After a second signal the process ends within this time, whatever still holds it. */
const ABORT_MS = 2000;
/** Why standard output took no more, unless its reader just went away. */
let outputFailure: EventmillError | undefined;

async function main(): Promise<number> {
  const reading = await readCommandLine(process.argv.slice(2), COMMANDS, version(), helpWidth());
  if ('text' in reading) {
    // Help that was not asked for is a complaint.
    (reading.exitCode === 0 ? process.stdout : process.stderr).write(reading.text);
    return reading.exitCode;
  }
  const end = () => process.exit(130);
  const signals = new Signals(process, end, () => systemClock.after(ABORT_MS, end));
  if (reading.mistakes.length > 0) await refuse(reading, contextOf(signals));
  const code = await reading.command.run(reading.invocation, contextOf(signals));
  signals.close();
  // A run that was given up on may leave connections that nobody waits for; what was to be told is told first.
  if (signals.received > 1) process.exit(code);
  if (code === 130) process.stdout.write('', () => process.exit(code));
  return code;
}

/** Throws what is wrong with the command line, and with what the rest of it says. */
async function refuse(
  { command, invocation, mistakes }: Extract<Reading, { readonly command: Command }>,
  context: Context,
): Promise<never> {
  const lines = [...mistakes];
  try {
    await command.check?.(invocation, context);
  } catch (error) {
    if (!(error instanceof EventmillError)) throw error;
    lines.push(error.message);
  }
  throw new EventmillError('USAGE', lines.join('\n'));
}

function contextOf(signals: Signals): Context {
  const closed = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    closed.abort();
    if (error.code === 'EPIPE' || outputFailure !== undefined) return;
    outputFailure = new EventmillError(
      'OUTPUT',
      `standard output cannot be written: ${error.code ?? error.message}`,
    );
    process.exitCode = complain(outputFailure);
  });
  // When nobody reads messages there is nobody to tell either.
  process.stderr.on('error', () => {});
  return {
    // Only who reads it may open it: an open input keeps the process from ending.
    get stdin() {
      return standardInput();
    },
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    signals,
    closed: closed.signal,
    clock: systemClock,
  };
}

/** Lines beyond a hundred columns are hard to read, however wide the window. */
function helpWidth(): number {
  return Math.min(100, process.stdout.columns ?? 100);
}

function complain(error: unknown): number {
  if (error instanceof EventmillError) {
    const lines = error.message.split('\n');
    process.stderr.write(`${lines.map((line) => `error: ${line}`).join('\n')}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `${stack}\nerror: this is a bug in eventmill ${version()}; please report it with the lines above\n`,
  );
  return 1;
}

process.on('uncaughtExceptionMonitor', () => {
  process.stderr.write(
    `error: this is a bug in eventmill ${version()}; please report it with what follows\n`,
  );
});

// When nothing is left to do but to wait for a module that never finishes, Node just ends.
let finished = false;
process.on('exit', (code) => {
  if (finished || (code !== 0 && code !== 13)) return;
  process.stderr.write(
    'error: a file that was loaded never finished: it awaits something that does not come\n',
  );
  process.exit(2);
});

tuneEngine();
try {
  const code = await main();
  process.exitCode = outputFailure === undefined ? code : 1;
} catch (error) {
  process.exitCode = complain(error);
}
finished = true;
