/** Trying again what a lost connection has interrupted, while there is hope that whoever was there a moment ago comes back. */
import { EventmillError } from './errors.js';
import type { Clock } from './types.js';

/** A broker that is restarted serves again within this. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 200;

export interface Patience {
  readonly clock: Clock;
  /** Whether what went wrong may pass by itself; everything else is told at once. */
  readonly mayPass: (error: unknown) => boolean;
  /** Hears, once, what goes wrong and that it is tried again. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Resolves as the first attempt that succeeds; rejects as the last one does, after half a minute at most and that attempt. */
export async function persist<T>(
  attempt: () => Promise<T>,
  { clock, mayPass, warn = () => {} }: Patience,
): Promise<T> {
  const giveUpAt = clock.now() + PATIENCE_MS;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (clock.now() >= giveUpAt) throw triedInVain(error);
      if (tries === 1) warn(`${wordsOf(error)}; trying again for up to ${PATIENCE_MS / 1000} s`);
    }
    await clock.sleep(PAUSE_MS);
  }
}

function triedInVain(error: unknown): unknown {
  if (!(error instanceof EventmillError)) return error;
  const { code, message, retriable } = error;
  const tried = `${message} (tried again for ${PATIENCE_MS / 1000} s)`;
  return new EventmillError(code, tried, { cause: error, retriable });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
