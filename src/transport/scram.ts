/**
 * SCRAM's client side (RFC 5802; RFC 7677 for SHA-256) as pure text in and text out. Kafka takes user and password
 * as they are in UTF-8, without SASLprep, and so does this.
 */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** What the server says does not fit the protocol, or it does not know the password itself. */
export class ScramError extends Error {
  override readonly name = 'ScramError';
}

export interface ScramOptions {
  /** sha256 or sha512; sha1 only in RFC 5802's own example. */
  readonly hash: 'sha1' | 'sha256' | 'sha512';
  readonly username: string;
  readonly password: string;
  /** Random, printable, without a comma. */
  readonly nonce: string;
}

/** Fewer would make a stolen exchange cheap to break (RFC 7677 and Kafka's own minimum). */
const ITERATIONS_MIN = 4096;
/** Kafka's own maximum is 16384; more than this would only keep us busy. */
const ITERATIONS_MAX = 1_000_000;
const GS2_HEADER = 'n,,';
const derive = promisify(pbkdf2);

export class ScramClient {
  readonly #options: ScramOptions;
  readonly #firstBare: string;
  #serverSignature: Buffer | null = null;

  constructor(options: ScramOptions) {
    this.#options = options;
    const name = options.username.replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.#firstBare = `n=${name},r=${options.nonce}`;
  }

  first(): string {
    return GS2_HEADER + this.#firstBare;
  }

  /** The answer to the server's first message. */
  async final(serverFirst: string): Promise<string> {
    const { hash, nonce: own, password } = this.#options;
    const match = /^r=([!-+\--~]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9]\d{0,8})(?:,|$)/.exec(serverFirst);
    if (match === null) throw new ScramError('its first message is malformed');
    const [, nonce = '', salt = '', count = ''] = match;
    if (!nonce.startsWith(own) || nonce.length === own.length) {
      throw new ScramError('it did not add to our nonce: this may be a replay');
    }
    const iterations = Number(count);
    if (iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
      throw new ScramError(
        `it asks for ${iterations} iterations, expected ${ITERATIONS_MIN} to ${ITERATIONS_MAX}`,
      );
    }
    const length = createHash(hash).digest().length;
    const salted = await derive(
      Buffer.from(password, 'utf8'),
      Buffer.from(salt, 'base64'),
      iterations,
      length,
      hash,
    );
    const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
    const clientKey = hmac(salted, 'Client Key');
    const storedKey = createHash(hash).update(clientKey).digest();
    const withoutProof = `c=${Buffer.from(GS2_HEADER).toString('base64')},r=${nonce}`;
    const exchange = `${this.#firstBare},${serverFirst},${withoutProof}`;
    const signature = hmac(storedKey, exchange);
    const proof = clientKey.map((byte, index) => byte ^ signature[index]!);
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), exchange);
    return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`;
  }

  /** Throws unless the server has shown that it knows the password too. */
  verify(serverFinal: string): void {
    const [, kind, value = ''] = /^([ev])=([^,]+)/.exec(serverFinal) ?? [];
    if (kind === 'e') throw new ScramError(`it refused the login: ${value}`);
    const expected = this.#serverSignature;
    const actual = Buffer.from(value, 'base64');
    const proven =
      kind === 'v' &&
      expected !== null &&
      actual.length === expected.length &&
      timingSafeEqual(actual, expected);
    if (!proven) {
      throw new ScramError('it could not prove that it knows the password too: this may be another server');
    }
  }
}
