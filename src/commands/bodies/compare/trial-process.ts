/**
 * The process of one trial: a fresh heap, no other profile's code in it, and a CPU time that is the producer's alone,
 * as sandbox, table and progress live in the process that started it.
 */
import { systemClock } from '../../../clock.js';
import { tuneEngine } from '../../../engine.js';
import { type ErrorCode, EventmillError, errorText } from '../../../errors.js';
import { makeTrial, type TrialOutcome, type TrialRequest } from '../../../trial.js';

/** What this process says; CPU seconds are user and system time so far. After `begins` and `ended` it waits until it is told to go on. */
export type Said =
  | { readonly kind: 'begins'; readonly cpuSeconds: number }
  | { readonly kind: 'ended'; readonly cpuSeconds: number }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'outcome'; readonly outcome: TrialOutcome }
  | { readonly kind: 'failed'; readonly text: string; readonly code: ErrorCode | null };

/** What it is told. */
export type Told = { readonly kind: 'trial'; readonly request: TrialRequest } | { readonly kind: 'go on' };

tuneEngine();
// Interrupts from the keyboard reach the whole group; what they mean is for the parent to decide.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// Without a parent nobody wants the figures, and the records would go on for nobody.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', ({ kind, ...told }: Told) => {
  if (kind === 'trial' && 'request' in told) void trial(told.request);
});

async function trial(request: TrialRequest): Promise<void> {
  try {
    const outcome = await makeTrial(request, {
      clock: systemClock,
      warn: (text) => say({ kind: 'warning', text }),
      begins: () => sayAndWait({ kind: 'begins', cpuSeconds: cpuSeconds() }),
      ended: () => sayAndWait({ kind: 'ended', cpuSeconds: cpuSeconds() }),
    });
    say({ kind: 'outcome', outcome });
  } catch (error) {
    const code = error instanceof EventmillError ? error.code : null;
    say({ kind: 'failed', text: errorText(error), code });
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function say(said: Said): void {
  process.send?.(said);
}

function sayAndWait(said: Said): Promise<void> {
  const answered = new Promise<void>((resolve) => {
    process.on('message', function wait({ kind }: Told) {
      if (kind !== 'go on') return;
      process.off('message', wait);
      resolve();
    });
  });
  say(said);
  return answered;
}
