/** The first word to a cluster, before anything else is tried: whether it can be reached, and takes us as who we are. */
import type { Clock, Security } from '../types.js';
import { Cluster } from './cluster.js';

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
    return await cluster.connect([]);
  } finally {
    cluster.close();
  }
}
