/** What the page may change: POST /control, for whoever has the token that the command printed. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FACTOR_MAX } from '../controls.js';
import { EventmillError } from '../errors.js';

/** A run's controls, as far as the page uses them. Both throw or reject with an EventmillError for what cannot be. */
export interface Controllable {
  readonly rateFactor: number;
  /** Null without a sandbox. */
  readonly faults: readonly string[] | null;
  turnRate(factor: number): void;
  setFaults(specs: readonly string[]): Promise<void>;
}

/** What the request may hold. */
interface Wish {
  readonly rateFactor?: number;
  readonly faults?: readonly string[];
}

const BODY_BYTES_MAX = 8 * 1024;
const FAULTS_MAX = 20;

/** Hard to guess, easy to copy: 128 bits in 22 characters. */
export function createToken(): string {
  return randomBytes(16).toString('base64url');
}

/**
 * Answers `{ "rateFactor": 2 }` and `{ "faults": ["produce:delay=200ms"] }`, or both, with how things stand then; `{}`
 * only asks. `current` gives the run under way, if there is one; `changed` is called after each change.
 */
export function controlHandler(
  token: string,
  current: () => Controllable | undefined,
  changed: () => void,
): { method: 'POST'; answer(request: IncomingMessage, response: ServerResponse): Promise<void> } {
  return {
    method: 'POST',
    async answer(request, response) {
      const refusal = refuse(request, token);
      if (refusal !== undefined) return tell(response, ...refusal);
      const body = await bodyOf(request);
      if (body === undefined)
        return tell(response, 413, `expected at most ${BODY_BYTES_MAX} bytes of JSON; leave some out`);
      const controls = current();
      if (controls === undefined)
        return tell(response, 409, 'expected a run under way, and none is; start one');
      try {
        const { rateFactor, faults } = wishOf(body);
        if (faults !== undefined) await controls.setFaults(faults);
        if (rateFactor !== undefined) controls.turnRate(rateFactor);
      } catch (error) {
        if (!(error instanceof EventmillError)) throw error;
        return tell(response, 400, error.message);
      } finally {
        changed();
      }
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(`${JSON.stringify({ rateFactor: controls.rateFactor, faults: controls.faults })}\n`);
    },
  };
}

function refuse({ headers }: IncomingMessage, token: string): [status: number, text: string] | undefined {
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined)
    return [
      401,
      'expected the header `authorization: Bearer TOKEN`, with the token that the command printed',
    ];
  if (!same(given, token)) return [401, 'expected the token that this command printed, got another one'];
  // A form of another site can send any other type without asking; this one it cannot.
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    return [415, 'expected the header `content-type: application/json`'];
  return undefined;
}

/** In the same time, however much of it is right. */
function same(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** Undefined if it is too long, or breaks off; then nobody hears the answer. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > BODY_BYTES_MAX) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Throws an EventmillError (CONFIG) with a line for each mistake. */
function wishOf(body: string): Wish {
  const wish = parsed(body);
  const mistakes = Object.entries(wish).flatMap(([key, value]) => mistakeIn(key, value) ?? []);
  if (mistakes.length > 0) throw new EventmillError('CONFIG', mistakes.join('\n'));
  return wish;
}

function parsed(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, as any other value that is no object.
  }
  throw new EventmillError('CONFIG', 'expected a JSON object, such as {"rateFactor": 2}, got something else');
}

function mistakeIn(key: string, value: unknown): string | undefined {
  const got = `got ${JSON.stringify(value)?.slice(0, 100)}`;
  if (key === 'rateFactor') {
    if (typeof value === 'number' && value >= 0 && value <= FACTOR_MAX) return undefined;
    return `rateFactor: expected a number from 0 to ${FACTOR_MAX}, ${got}; 1 is as configured, 0 pauses`;
  }
  if (key === 'faults') {
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
    if (isList && value.length <= FAULTS_MAX) return undefined;
    return `faults: expected a list of at most ${FAULTS_MAX} specs such as "produce:delay=200ms", ${got}`;
  }
  return `${key}: expected rateFactor or faults; leave it out`;
}

function tell(response: ServerResponse, status: number, text: string): void {
  const login = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  // What was not read of the request must not be taken for the next one.
  const close = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...login,
    ...close,
  });
  response.end(`${text}\n`);
}
