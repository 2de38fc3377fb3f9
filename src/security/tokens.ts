/** Where OAUTHBEARER tokens come from: made here unsecured, given as they are, read from a file, or asked of an endpoint. */
import { readFile } from 'node:fs/promises';
import type { Clock, Secret } from '../types.js';
import { secret } from './secret.js';

export type TokenSource = () => Promise<Secret>;

/** What a token source throws: a sentence without the token, for whoever reads the failed login. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

// ---------------------------------------------------------------- unsecured JSON web signatures

export interface UnsecuredClaims {
  readonly claims: Readonly<{ [name: string]: string | number | readonly string[] }>;
  readonly lifetimeSeconds: number;
}

/** A token that nobody signed (RFC 7515, appendix A.5), as Kafka's unsecured login makes it; each one new. */
export function unsecuredTokens({ claims, lifetimeSeconds }: UnsecuredClaims, clock: Clock): TokenSource {
  return async () => {
    const now = clock.now() / 1000;
    const body = { iat: Math.floor(now), exp: Math.floor(now + lifetimeSeconds), ...claims };
    const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
    return secret(`${encode({ alg: 'none' })}.${encode(body)}.`);
  };
}

// ---------------------------------------------------------------- given tokens

export function givenToken(token: string): TokenSource {
  return async () => secret(token);
}

/** The file is read for each login, since whoever writes it renews the token. */
export function fileTokens(path: string): TokenSource {
  return async () => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw new TokenError(
        `the token's file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      );
    }
    return checked(text.trim(), path);
  };
}

// ---------------------------------------------------------------- an endpoint

export interface Endpoint {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scope: string | undefined;
}

const ENDPOINT_MS_MAX = 5_000;
/** A token is used for so much of its life, so that no session begins with a token about to end. */
const LIFE_USED = 0.8;

/** The client credentials grant (RFC 6749, 4.4), with the client's name and secret in the Authorization header. */
export function endpointTokens(endpoint: Endpoint, clock: Clock): TokenSource {
  let known: { readonly token: Secret; readonly until: number } | undefined;
  let asking: Promise<Secret> | undefined;
  return async () => {
    if (known !== undefined && clock.now() < known.until) return known.token;
    asking ??= ask(endpoint, clock)
      .then(({ token, seconds }) => {
        known = { token, until: clock.now() + seconds * 1000 * LIFE_USED };
        return token;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}

async function ask(
  { url, clientId, clientSecret, scope }: Endpoint,
  clock: Clock,
): Promise<{ token: Secret; seconds: number }> {
  const credentials = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64');
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
  });
  const aborted = new AbortController();
  const timer = clock.after(ENDPOINT_MS_MAX, () => aborted.abort());
  try {
    const headers = { authorization: `Basic ${credentials}`, accept: 'application/json' };
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: aborted.signal,
    });
    if (!answer.ok) throw new TokenError(`the token endpoint ${url} answered ${answer.status}`);
    const { access_token: token, expires_in: seconds } = (await answer.json()) as {
      access_token?: unknown;
      expires_in?: unknown;
    };
    if (typeof token !== 'string')
      throw new TokenError(`the token endpoint ${url} answered without an access_token`);
    return { token: checked(token, url), seconds: typeof seconds === 'number' ? seconds : 0 };
  } catch (error) {
    if (error instanceof TokenError) throw error;
    const why = aborted.signal.aborted ? `within ${ENDPOINT_MS_MAX / 1000} s` : `(${reason(error)})`;
    throw new TokenError(`the token endpoint ${url} gave no answer ${why}`);
  } finally {
    timer.cancel();
  }
}

function reason(error: unknown): string {
  const { code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return code ?? 'what it sent is not JSON';
}

/** RFC 6750's characters: anything else would let a token end its own message. */
function checked(token: string, from: string): Secret {
  if (!/^[\w.~+/-]+=*$/.test(token))
    throw new TokenError(`${from}: expected a bearer token, got something else`);
  return secret(token);
}
