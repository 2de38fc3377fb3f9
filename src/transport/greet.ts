/** The first word to a cluster, before anything else is tried: whether it can be reached, and takes us as who we are. */
import type { Clock, Security } from '../types.js';
import { Cluster } from './cluster.js';
import { isLost } from './connection-error.js';

export interface GreetOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly clock: Clock;
  readonly security?: Security | undefined;
}

/** All brokers given are tried within this. */
const DIAL_MS_MAX = 9_000;
const DIAL_MS_EACH_MIN = 1_000;
const ASK_MS_MAX = 5_000;
/** A listener that wants to be spoken to in another way closes each connection, and a network that fails not. */
const ATTEMPTS = 3;
const PAUSE_MS = 200;

/**
 * Resolves with the address of the list that answered. Throws BROKER_UNREACHABLE, AUTHENTICATION or UNSUPPORTED, in one
 * sentence, within 15 s.
 */
export async function greet(options: GreetOptions): Promise<string> {
  const each = Math.max(DIAL_MS_EACH_MIN, Math.floor(DIAL_MS_MAX / Math.max(1, options.brokers.length)));
  const cluster = new Cluster({
    ...options,
    connectTimeoutMs: each,
    requestTimeoutMs: Math.min(ASK_MS_MAX, each),
  });
  try {
    return await untilKept(cluster, options.clock);
  } finally {
    cluster.close();
  }
}

/** Says it again when the connection is lost meanwhile. */
async function untilKept(cluster: Cluster, clock: Clock): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await cluster.connect([]);
    } catch (error) {
      if (attempt === ATTEMPTS || !isLost(error)) throw error;
    }
    await clock.sleep(PAUSE_MS);
  }
}
