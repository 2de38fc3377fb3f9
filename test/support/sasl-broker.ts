/** The broker's side of SASL for tests: put before a FakeBroker's own answers, it lets nobody in who has not logged in. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { API_KEYS } from '../../src/protocol/keys.js';
import { Reader } from '../../src/protocol/reader.js';
import { Writer } from '../../src/protocol/writer.js';
import type { FakeBroker, Request } from './fake-broker.js';

export interface SaslScript {
  readonly mechanisms: readonly string[];
  readonly username?: string;
  /** May change in the middle, as an account's does. */
  password?: string;
  /** How long each session lasts; 0: for ever. */
  sessionMs?: number;
  /** Makes the server's last word wrong. */
  forged?: boolean;
  /** The answer to OAUTHBEARER tokens: JSON, or undefined for those that are welcome. */
  tokenRefusal?: string;
}

export interface SaslLog {
  /** What came in SaslAuthenticate requests, in order. */
  readonly said: string[];
  logins: number;
}

/** Takes SASL out of the broker's requests; all others go on to what it did before. */
export function withSasl(broker: FakeBroker, script: SaslScript): SaslLog {
  const log: SaslLog = { said: [], logins: 0 };
  const next = broker.onRequest;
  const mechanisms = new WeakMap<object, string>();
  const exchanges = new WeakMap<object, string[]>();
  broker.onRequest = (request) => {
    const from = new Reader(request.body);
    from.nullableString(); // client id
    if (request.apiKey === API_KEYS.SaslHandshake) {
      const mechanism = from.string();
      mechanisms.set(request.socket, mechanism);
      exchanges.set(request.socket, []);
      const error = script.mechanisms.includes(mechanism) ? 0 : 33;
      const to = new Writer().int16(error);
      request.answer(to.array(script.mechanisms, (name) => void to.string(name)).finish());
    } else if (request.apiKey === API_KEYS.SaslAuthenticate) {
      const text = from.bytes().toString('utf8');
      log.said.push(text);
      const said = exchanges.get(request.socket)!;
      said.push(text);
      const answer = reply(mechanisms.get(request.socket)!, said, script);
      if (answer === null) tell(request, '', 58, script, 'no');
      else tell(request, answer, 0, script);
      if (answer !== null) log.logins++;
    } else next(request);
  };
  return log;
}

function tell(
  request: Request,
  bytes: string,
  error: number,
  script: SaslScript,
  message: string | null = null,
): void {
  const to = new Writer().int16(error).nullableString(message).bytes(Buffer.from(bytes, 'utf8'));
  request.answer(to.int64(script.sessionMs ?? 0).finish());
}

/** The next word of the server; null for a refusal. */
function reply(mechanism: string, said: string[], script: SaslScript): string | null {
  const [first = '', last] = said;
  if (mechanism === 'PLAIN') return first === `\0${script.username}\0${script.password}` ? '' : null;
  if (mechanism === 'OAUTHBEARER') {
    if (last !== undefined) return null;
    return script.tokenRefusal ?? '';
  }
  const hash = mechanism === 'SCRAM-SHA-512' ? 'sha512' : 'sha256';
  if (last === undefined) {
    const salt = Buffer.from('salt of the server').toString('base64');
    const serverFirst = `r=${/r=(.*)$/.exec(first)![1]}${randomBytes(6).toString('base64url')},s=${salt},i=4096`;
    said[0] = `${first.slice(3)},${serverFirst}`;
    return serverFirst;
  }
  const [withoutProof, proof] = last.split(',p=') as [string, string];
  const exchange = `${first},${withoutProof}`;
  const length = createHash(hash).digest().length;
  const salted = pbkdf2Sync(script.password!, 'salt of the server', 4096, length, hash);
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const signature = hmac(createHash(hash).update(clientKey).digest(), exchange);
  const expected = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!)).toString('base64');
  if (proof !== expected) return null;
  return `v=${hmac(hmac(salted, script.forged ? 'Other Key' : 'Server Key'), exchange).toString('base64')}`;
}
