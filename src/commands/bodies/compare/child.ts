/** One trial in a process of its own, seen from outside: what it says, and what the machine does meanwhile. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Load } from '../../../compare/types.js';
import { EventmillError } from '../../../errors.js';
import { loadBetween, type Work, workSoFar } from '../../../load.js';
import type { TrialOutcome, TrialRequest } from '../../../trial.js';
import type { Clock } from '../../../types.js';
import type { Said, Told } from './trial-process.js';

export interface Watched {
  readonly outcome: TrialOutcome;
  readonly load: Load;
  /** From the end of the warm-up until the last record had its fate. */
  readonly makingSeconds: number;
  /** After that. */
  readonly readingSeconds: number;
}

export interface Watch {
  /** Processes of brokers on this machine; see `brokerProcesses`. */
  readonly brokers: readonly number[] | null;
  readonly warn: (line: string) => void;
  readonly clock: Clock;
  /** Ends it at once. */
  readonly abort: AbortSignal;
}

interface Moment {
  readonly work: Work;
  /** Of this process, which holds the sandbox, and of the trial's, seconds. */
  readonly own: number;
  readonly at: number;
}

/** Rejects with an EventmillError that the trial met before it began, and with INTERNAL when its process just ended. */
export function trialInChild(
  request: TrialRequest,
  { brokers, warn, clock, abort }: Watch,
): Promise<Watched> {
  const child = fork(fileURLToPath(new URL('./trial-process.js', import.meta.url)), [], {
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
  });
  const tell = (told: Told) => child.send(told);
  const moment = (cpuSeconds: number): Moment => ({
    work: workSoFar(brokers),
    own: cpuSeconds + ownCpu(),
    at: clock.now(),
  });
  let before: Moment | undefined;
  let endedAt = 0;
  let load: Omit<Load, 'throttledMs'> = { all: 0, others: null };
  return new Promise((resolve, reject) => {
    const kill = () => child.kill('SIGKILL');
    abort.addEventListener('abort', kill, { once: true });
    // It may have come while the sandbox was starting.
    if (abort.aborted) kill();
    const hear = (said: Said): void => {
      switch (said.kind) {
        case 'begins':
          before = moment(said.cpuSeconds);
          tell({ kind: 'go on' });
          return;
        case 'ended': {
          const after = moment(said.cpuSeconds);
          load = loadBetween(before!.work, after.work, after.own - before!.own);
          endedAt = after.at;
          tell({ kind: 'go on' });
          return;
        }
        case 'warning':
          warn(said.text);
          return;
        case 'outcome': {
          const throttledMs = said.outcome.live.throttledMs ?? 0;
          resolve({
            outcome: said.outcome,
            load: { ...load, throttledMs },
            makingSeconds: (endedAt - before!.at) / 1000,
            readingSeconds: (clock.now() - endedAt) / 1000,
          });
          kill();
          return;
        }
        case 'failed':
          reject(new EventmillError(said.code ?? 'INTERNAL', said.text));
          kill();
      }
    };
    child.on('message', hear);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      abort.removeEventListener('abort', kill);
      reject(new EventmillError('INTERNAL', `the trial's process ended: ${endOf(code, signal)}`));
    });
    tell({ kind: 'trial', request });
  });
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function endOf(code: number | null, signal: ChildProcess['signalCode']): string {
  return signal === null ? `exit code ${code}` : signal;
}
