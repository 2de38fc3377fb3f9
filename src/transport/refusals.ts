/** What a broker means that takes a connection and then does not talk: mostly that it wants TLS or a login. */
import { EventmillError } from '../errors.js';
import { ProtocolError } from '../protocol/reader.js';
import type { Security } from '../types.js';
import { ConnectionError, isLost } from './connection-error.js';

const FILE = 'in a file given with --command-config';

/** What a verdict is to whoever asked for the connection; undefined where there is none. */
export function verdictOf(cause: unknown): EventmillError | undefined {
  if (!(cause instanceof ConnectionError) || cause.verdict === null) return undefined;
  return new EventmillError(cause.verdict, cause.message, { cause });
}

/**
 * Whether a broker that has been spoken with before may be back in a moment: its connection was lost, or it cannot be reached now. For
 * whoever has not heard from it yet the same mostly means a wrong address.
 */
export function isAway(error: unknown): boolean {
  return isLost(error) || (error instanceof EventmillError && error.code === 'BROKER_UNREACHABLE');
}

/** The very first request, which every listener answers that is spoken to in its own way. */
export function firstWordFault(cause: unknown, address: string, security: Security | undefined): unknown {
  if (!(cause instanceof ConnectionError)) return cause;
  const verdict = verdictOf(cause);
  if (verdict !== undefined) return verdict;
  if (cause.cause instanceof ProtocolError && !/TLS/.test(cause.message)) {
    return unreachable(`${cause.message}; is it a Kafka? Check --brokers`, cause);
  }
  if (cause.code === 'REQUEST_TIMED_OUT') {
    return unreachable(
      `${address} took the connection and then said nothing: is it a Kafka? Check --brokers`,
      cause,
    );
  }
  if (security?.tls) {
    const remedy = 'it may ask for a client certificate (ssl.keystore.location), or be no Kafka';
    return unreachable(
      `${address} took the connection with TLS, and closed it at the first request: ${remedy}`,
      cause,
    );
  }
  const how = /TLS/.test(cause.message) ? 'answers with TLS' : 'closed the connection';
  return unreachable(
    `${address} ${how} when spoken to in plain text: if the listener is for TLS, set security.protocol to SSL or ` +
      `SASL_SSL ${FILE}; if it is no Kafka, check --brokers`,
    cause,
  );
}

/** A connection that was lost where all depends on it. Other faults are as they are. */
export function unreachableFault(cause: unknown): unknown {
  if (!(cause instanceof ConnectionError)) return cause;
  return (
    verdictOf(cause) ?? unreachable(`${cause.message}; check --brokers, and that the broker is well`, cause)
  );
}

/** A listener with SASL tells its versions to anybody, and closes at the next request. Other faults are as they are. */
export function noLoginFault(cause: unknown, address: string): unknown {
  if (!(cause instanceof ConnectionError) || cause.code !== 'NETWORK_EXCEPTION') return cause;
  if (cause.cause instanceof ProtocolError) return cause;
  return new EventmillError(
    'AUTHENTICATION',
    `${address} closed the connection at the first request, as a listener with SASL does when nobody logs in: set ` +
      `security.protocol to SASL_PLAINTEXT or SASL_SSL, and sasl.mechanism and sasl.jaas.config, ${FILE}`,
    { cause },
  );
}

/** A leader that cannot be reached where the cluster says it is. */
export function advertisedFault(brokers: readonly string[], address: string, cause: unknown): EventmillError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EventmillError(
    'ADVERTISED_UNREACHABLE',
    `${brokers.join(', ')} answered, but says that partitions are led by ${address}, which cannot be reached from here: ${message}. Check that it is up, and set its advertised.listeners to an address that this machine can reach`,
    { cause },
  );
}

function unreachable(message: string, cause: unknown): EventmillError {
  return new EventmillError('BROKER_UNREACHABLE', message, { cause });
}
