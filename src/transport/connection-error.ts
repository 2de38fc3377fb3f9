import type { Verdict } from './faults.js';

/** Why a request has no answer. `code` is Kafka's own name for it. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: 'NETWORK_EXCEPTION' | 'REQUEST_TIMED_OUT' | 'SASL_AUTHENTICATION_FAILED';
  /** Set where the message says all that is to be said, and how to mend it. */
  readonly verdict: Verdict | null;

  constructor(
    code: ConnectionError['code'],
    message: string,
    cause?: unknown,
    verdict: Verdict | null = null,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.verdict = verdict;
  }
}

/** The connection was there, and the other side or the network has ended it. */
export class ConnectionLost extends ConnectionError {}

/** Whether that is what lies behind an error: then the same may go well on the next connection. */
export function isLost(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof ConnectionLost && one.verdict === null) return true;
  return false;
}
