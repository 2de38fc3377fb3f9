/** What went wrong within kafkajs, in the words of Kafka's protocol for machines and in plain ones for people. */
import { EventmillError } from './errors.js';
import type { KafkajsShim } from './kafkajs-shim.js';

/** What kafkajs's errors may carry. */
interface KafkajsError extends Error {
  /** Kafka's name for the error, mostly. */
  readonly type?: string;
  /** Kafka's number for it, or a system error's name. */
  readonly code?: number | string;
  readonly retriable?: boolean;
}

const RETRIES_BACKED_UP = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSNonRetriableError']);

/** The error that kafkajs wrapped when it gave up. */
export function rootOf(error: unknown): KafkajsError {
  let root = error as KafkajsError;
  while (RETRIES_BACKED_UP.has(root.name) && root.cause instanceof Error) root = root.cause as KafkajsError;
  return root;
}

/** Kafka's number for a protocol error; undefined for every other kind. */
export function protocolCode(root: KafkajsError): number | undefined {
  if (root.type === undefined || typeof root.code !== 'number') return undefined;
  // Numbers newer than kafkajs are only to be found in its message.
  const unknown = /^Unknown error code (-?\d+)$/.exec(root.message);
  return unknown === null ? root.code : Number(unknown[1]);
}

/** A lost or refused connection, or an answer that did not come, as opposed to an answer that says no. */
function isNetworkFault(root: KafkajsError): boolean {
  return (
    root.name === 'KafkaJSConnectionError' ||
    root.name === 'KafkaJSConnectionClosedError' ||
    root.name === 'KafkaJSRequestTimeoutError' ||
    root.name === 'KafkaJSBrokerNotFound'
  );
}

/** The code for what no broker has said and no network has done. */
export const OWN_FAULT = 'UNKNOWN_SERVER_ERROR';

/** New sequence numbers mend these, and new sequence numbers are what the dispatcher then asks for. */
const SEQUENCE_FAULTS = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
]);

/** The protocol's own table of errors by number. */
export type ErrorTable = (code: number) => {
  readonly name: string;
  readonly retriable: boolean;
  readonly text: string;
};

/** What a failed send means for its batches: Kafka's name for the error, and whether another attempt may succeed. */
export function verdict(error: unknown, table: ErrorTable): { code: string; retriable: boolean } {
  const root = rootOf(error);
  const number = protocolCode(root);
  if (number !== undefined) {
    const { name, retriable } = table(number);
    return { code: name, retriable: retriable || SEQUENCE_FAULTS.has(name) };
  }
  switch (root.name) {
    case 'KafkaJSRequestTimeoutError':
    case 'KafkaJSLockTimeout':
    case 'KafkaJSTimeout':
      return { code: 'REQUEST_TIMED_OUT', retriable: true };
    case 'KafkaJSBrokerNotFound':
    case 'KafkaJSMetadataNotLoaded':
    case 'KafkaJSTopicMetadataNotLoaded':
    case 'KafkaJSNoBrokerAvailableError':
      return { code: 'LEADER_NOT_AVAILABLE', retriable: true };
    case 'KafkaJSConnectionError':
    case 'KafkaJSConnectionClosedError':
      return { code: 'NETWORK_EXCEPTION', retriable: true };
    case 'KafkaJSSASLAuthenticationError':
      return { code: 'SASL_AUTHENTICATION_FAILED', retriable: false };
    default:
      return { code: OWN_FAULT, retriable: root.retriable ?? false };
  }
}

/** What a broker says about a topic as an error of ours; any other error as it is. */
export function topicFault(error: unknown, topic: string, table: ErrorTable): unknown {
  const number = protocolCode(rootOf(error));
  if (number === undefined) return error;
  const { name, text } = table(number);
  return new EventmillError('TOPIC', `topic ${topic}: ${text} (${name})`, { cause: error });
}

/** Why no connection could be made, given who answered; null when the fault is of another kind. */
export function connectionFault(
  error: unknown,
  brokers: readonly string[],
  shim: KafkajsShim,
): EventmillError | null {
  const root = rootOf(error);
  if (root.name === 'KafkaJSSASLAuthenticationError') {
    return new EventmillError(
      'AUTHENTICATION',
      `brokers ${brokers.join(',')}: the credentials were refused (${root.message}); check user, password and mechanism`,
      { cause: error },
    );
  }
  if (!isNetworkFault(root)) return null;
  const bootstrap = brokers.filter((broker) => shim.answered.has(broker));
  if (bootstrap.length === 0) return unreachable(brokers, shim, error);
  const advertised = [...shim.refused.keys()].filter((address) => !brokers.includes(address));
  if (advertised.length > 0) return advertisedUnreachable(bootstrap[0]!, advertised, shim, error);
  return new EventmillError(
    'BROKER_UNREACHABLE',
    `broker ${bootstrap[0]}: it takes connections, but does not answer as a Kafka that speaks plain text (${root.message}); ` +
      'is it a Kafka, and does this listener want TLS or SASL?',
    { cause: error },
  );
}

function unreachable(brokers: readonly string[], shim: KafkajsShim, cause: unknown): EventmillError {
  const reasons = brokers.map((broker) => `${broker} (${shim.refused.get(broker) ?? 'not tried'})`);
  return new EventmillError(
    'BROKER_UNREACHABLE',
    `no broker can be reached: ${reasons.join(', ')}; check --brokers, that Kafka runs there, and firewalls, ` +
      'or leave out --brokers to use the sandbox',
    { cause },
  );
}

/** The classic: the bootstrap answers, and sends its clients to an address that is none from here. */
export function advertisedUnreachable(
  bootstrap: string,
  addresses: readonly string[],
  shim: { readonly refused: ReadonlyMap<string, string> },
  cause?: unknown,
): EventmillError {
  const named = addresses.map((address) => `${address} (${shim.refused.get(address) ?? 'no answer'})`);
  return new EventmillError(
    'ADVERTISED_UNREACHABLE',
    `broker ${bootstrap} answers, but tells clients to connect to ${named.join(', ')}, which cannot be reached from here; ` +
      "set the broker's advertised.listeners to an address that this machine can reach, or make that name resolve here",
    { cause },
  );
}
