/**
 * Authenticating a new connection: SaslHandshake 1 names the mechanism, SaslAuthenticate 1 carries what the mechanism
 * says. Deliberately skipped: re-authentication in place (KIP-368), as a connection is replaced before its session
 * ends, and Kafka's raw SASL frames from before 1.0.
 */
import { randomBytes } from 'node:crypto';
import { errorInfo } from '../protocol/codes.js';
import {
  readSaslAuthenticate,
  readSaslHandshake,
  SASL_AUTHENTICATE,
  SASL_HANDSHAKE,
  type SaslAnswer,
} from '../protocol/messages.js';
import { ProtocolError } from '../protocol/reader.js';
import type { Writer } from '../protocol/writer.js';
import type { Sasl, Secret } from '../types.js';
import type { Connection } from './connection.js';
import { ConnectionError } from './connection-error.js';
import { ScramClient, ScramError } from './scram.js';

/** Each step; the broker may delay a refusal by a moment (connection.failed.authentication.delay.ms). */
const STEP_MS_MAX = 5_000;
/** How much of a session is used: the rest is for what is under way. */
const LIFE_USED = 0.85;
const ILLEGAL_SASL_STATE = 34;

/** For a connection's `authenticate`. Rejects with a ConnectionError whose message is for people, and holds no secret. */
export function authenticator(sasl: Sasl): (connection: Connection) => Promise<void> {
  return async (connection) => {
    await shakeHands(connection, sasl);
    const { sessionMs } = await (sasl.mechanism === 'OAUTHBEARER'
      ? bearer(connection, sasl)
      : sasl.mechanism === 'PLAIN'
        ? plain(connection, sasl)
        : scram(connection, sasl));
    if (sessionMs > 0) connection.retireAfter(sessionMs * LIFE_USED);
  };
}

async function shakeHands(connection: Connection, { mechanism }: Sasl): Promise<void> {
  let answer: ReturnType<typeof readSaslHandshake>;
  try {
    const write = (to: Writer): void => void to.string(mechanism);
    answer = await connection.ask(SASL_HANDSHAKE, write, STEP_MS_MAX, readSaslHandshake);
  } catch (cause) {
    const known = !(cause instanceof ConnectionError) || cause.verdict !== null || connection.secured;
    const unread = cause instanceof ConnectionError && cause.cause instanceof ProtocolError;
    // What looks like TLS is no answer at all; any other that cannot be read says enough.
    if (known || cause.code !== 'NETWORK_EXCEPTION' || (unread && !/TLS/.test(cause.message))) throw cause;
    throw new ConnectionError(
      'NETWORK_EXCEPTION',
      `${connection.address} broke off the login at its first word, as a listener with TLS does when spoken to in ` +
        'plain text: set security.protocol to SASL_SSL, or check that it is a Kafka',
      cause,
      'BROKER_UNREACHABLE',
    );
  }
  const { error, mechanisms } = answer;
  if (error === 0) return;
  if (error === ILLEGAL_SASL_STATE) {
    throw refused(
      `${connection.address} asks for no login: set security.protocol to PLAINTEXT or SSL, or use a listener with SASL`,
    );
  }
  throw refused(
    mechanisms.length > 0
      ? `${connection.address} does not offer the mechanism ${mechanism}, but ${sentence(mechanisms.join(', '))}: set sasl.mechanism to one of these`
      : `${connection.address} refused to begin a login: ${errorInfo(error).text} (${errorInfo(error).name})`,
  );
}

type Answer = Omit<SaslAnswer, 'error' | 'message'>;

/** One step; `who` is told when it is refused. */
async function step(connection: Connection, bytes: Buffer, who: string): Promise<Answer> {
  const { error, message, ...answer } = await connection.ask(
    SASL_AUTHENTICATE,
    (to) => void to.bytes(bytes),
    STEP_MS_MAX,
    readSaslAuthenticate,
  );
  if (error === 0) return answer;
  throw refused(`${connection.address} refused ${who}${message ? ` (${sentence(message)})` : ''}`);
}

type Login = Extract<Sasl, { readonly password: Secret }>;

const who = ({ username, mechanism }: Login): string =>
  `user ${JSON.stringify(username)} with ${mechanism}: check username, password and sasl.mechanism`;

/** RFC 4616. */
function plain(connection: Connection, login: Login): Promise<Answer> {
  return step(connection, Buffer.from(`\0${login.username}\0${login.password.reveal()}`, 'utf8'), who(login));
}

async function scram(connection: Connection, login: Login): Promise<Answer> {
  const client = new ScramClient({
    hash: login.mechanism === 'SCRAM-SHA-512' ? 'sha512' : 'sha256',
    username: login.username,
    password: login.password.reveal(),
    nonce: randomBytes(24).toString('base64url'),
  });
  const say = (text: string) => step(connection, Buffer.from(text, 'utf8'), who(login));
  try {
    const first = await say(client.first());
    const last = await say(await client.final(first.bytes.toString('utf8')));
    client.verify(last.bytes.toString('utf8'));
    return last;
  } catch (cause) {
    if (!(cause instanceof ScramError)) throw cause;
    throw refused(
      `${connection.address}: the login with ${login.mechanism} failed, as ${sentence(cause.message)}`,
      cause,
    );
  }
}

/** RFC 7628. A refusal comes as JSON in an answer without error, and wants one more byte before it is told. */
async function bearer(
  connection: Connection,
  { token, extensions }: Extract<Sasl, { readonly mechanism: 'OAUTHBEARER' }>,
): Promise<Answer> {
  let text: string;
  try {
    text = (await token()).reveal();
  } catch (cause) {
    // Whoever gives out tokens may be away for a moment: no broker has refused anything yet.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConnectionError('NETWORK_EXCEPTION', message, cause, 'AUTHENTICATION');
  }
  const pairs = Object.entries(extensions).map(([name, value]) => `${name}=${value}\x01`);
  const first = Buffer.from(`n,,\x01auth=Bearer ${text}\x01${pairs.join('')}\x01`, 'utf8');
  const bearerOf = 'the OAUTHBEARER token: check its issuer, audience and expiry';
  const answer = await step(connection, first, bearerOf);
  if (answer.bytes.length === 0) return answer;
  const status = statusOf(answer.bytes.toString('utf8'));
  await step(connection, Buffer.from([1]), bearerOf);
  throw refused(`${connection.address} refused ${bearerOf} (${status})`);
}

function statusOf(json: string): string {
  try {
    const { status } = JSON.parse(json) as { readonly status?: unknown };
    if (typeof status === 'string') return sentence(status);
  } catch {
    // Then nothing is known but that it was refused.
  }
  return 'no status';
}

/** What a stranger says, to be shown on a terminal that must not obey it. */
function sentence(text: string): string {
  return text
    .slice(0, 1000)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\.$/, '')
    .slice(0, 200);
}

function refused(message: string, cause?: unknown): ConnectionError {
  return new ConnectionError('SASL_AUTHENTICATION_FAILED', message, cause, 'AUTHENTICATION');
}
