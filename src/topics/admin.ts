/** One session with kafkajs's public admin client: opened for a task, closed after it, its faults put into words. */
import type { Admin } from 'kafkajs';
import { EventmillError } from '../errors.js';
import { connectionFault, rootOf } from '../kafkajs-fault.js';
import { KafkajsShim, muteTimerWarning } from '../kafkajs-shim.js';
import type { Clock, Security } from '../types.js';

const CLIENT_ID = 'eventmill-admin';
/** All brokers given may be tried within this, even when each takes the connection and then says nothing. */
const REQUESTS_MS_MAX = 9_000;
const REQUEST_MS_MAX = 5_000;
const CLOSE_MS_MAX = 1_000;
/** kafkajs asks a random broker; one that is down says nothing about the others. */
const ATTEMPTS = 3;

export interface Session {
  readonly brokers: readonly string[];
  readonly clock: Clock;
  readonly admin: Admin;
  readonly shim: KafkajsShim;
  /** Asks again, perhaps another broker, when one could not be reached. */
  ask<T>(question: (admin: Admin) => Promise<T>): Promise<T>;
}

export interface Cluster {
  readonly brokers: readonly string[];
  readonly clock: Clock;
  readonly security?: Security | undefined;
}

/**
 * Runs `task` with an admin client that is connected. Throws BROKER_UNREACHABLE, ADVERTISED_UNREACHABLE or
 * AUTHENTICATION where no answer can be had; every other error as `task` throws it.
 */
export async function withAdmin<T>(
  { brokers, clock, security }: Cluster,
  task: (session: Session) => Promise<T>,
): Promise<T> {
  const shim = new KafkajsShim(brokers, security);
  muteTimerWarning();
  // Loading takes a tenth of a second, which most commands need not spend.
  const { default: kafkajs } = await import('kafkajs');
  const requestMs = Math.min(REQUEST_MS_MAX, Math.floor(REQUESTS_MS_MAX / brokers.length));
  const admin = new kafkajs.Kafka(shim.options(CLIENT_ID, requestMs)).admin();
  const session: Session = { brokers, clock, admin, shim, ask: (question) => ask(admin, question) };
  try {
    await admin.connect();
    return await task(session);
  } catch (error) {
    throw connectionFault(error, brokers, shim) ?? inWords(error, brokers);
  } finally {
    await disconnect(admin, clock);
    await shim.cut('the session is over');
  }
}

/** What is left is neither a network's fault nor a topic's. */
function inWords(error: unknown, brokers: readonly string[]): EventmillError {
  if (error instanceof EventmillError) return error;
  const { name, message } = rootOf(error);
  if (name === 'TypeError') return lost(error, brokers);
  return new EventmillError(
    'UNSUPPORTED',
    `brokers ${brokers.join(',')}: cannot be administered: ${message}`,
    {
      cause: error,
    },
  );
}

/** A TypeError is how kafkajs fails when the broker that it picked did not answer. */
function lost(cause: unknown, brokers: readonly string[]): EventmillError {
  const problem = `brokers ${brokers.join(',')}: the connection was lost while one of them was asked`;
  return new EventmillError('BROKER_UNREACHABLE', `${problem}; check that they are well`, { cause });
}

async function ask<T>(admin: Admin, question: (admin: Admin) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question(admin);
    } catch (error) {
      const { name } = rootOf(error);
      const another = name === 'KafkaJSConnectionError' || name === 'TypeError';
      if (!another || attempt === ATTEMPTS) throw error;
    }
  }
}

/** kafkajs waits for requests under way, and those for a silent peer. */
async function disconnect(admin: Admin, clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(CLOSE_MS_MAX, resolve);
    const done = (): void => {
      timer.cancel();
      resolve();
    };
    admin.disconnect().then(done, done);
  });
}
