/** Trust stores and key stores in the formats that Kafka takes, as the PEM that node:tls wants. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { DerError } from './der.js';
import { Outdated, readPkcs12, WrongPassword } from './pkcs12.js';

export interface Identity {
  /** Its own certificate first, then the chain. */
  readonly cert: string;
  readonly key: string;
}

/** What a file is, whatever its name says. */
export type StoreKind = 'PEM' | 'PKCS12' | 'JKS' | 'JCEKS' | 'unknown';

export function kindOf(bytes: Buffer): StoreKind {
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if (magic === 0xfeedfeed) return 'JKS';
  if (magic === 0xcececece) return 'JCEKS';
  if (bytes.toString('latin1').includes('-----BEGIN ')) return 'PEM';
  return bytes[0] === 0x30 ? 'PKCS12' : 'unknown';
}

/** A problem that its reader can mend, without the name of the setting or the file. Its words hold no secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

// ---------------------------------------------------------------- PEM

const CERTIFICATES =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;
const KEYS = /-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----[\s\S]*?-----END \1PRIVATE KEY-----/g;

/** The certificates of a PEM text, each checked. In a .properties file a line end may have become a space. */
export function pemCertificates(text: string): string[] {
  const blocks = (text.match(CERTIFICATES) ?? []).map(reflowed);
  if (blocks.length === 0)
    throw new StoreError('expected certificates in PEM (-----BEGIN CERTIFICATE-----), got none');
  for (const block of blocks) certificate(block);
  return blocks;
}

/** A private key in PEM; `password` opens one that is encrypted. */
export function pemKey(text: string, password: string | undefined): KeyObject {
  const [block] = text.match(KEYS) ?? [];
  if (block === undefined)
    throw new StoreError('expected a private key in PEM (-----BEGIN PRIVATE KEY-----), got none');
  const encrypted = /BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED/.test(block);
  if (encrypted && password === undefined) {
    throw new StoreError('the private key is encrypted; give its password in ssl.key.password');
  }
  try {
    const key = encrypted && !block.includes('Proc-Type') ? reflowed(block) : block;
    return createPrivateKey({ key, ...(encrypted ? { passphrase: password! } : {}) });
  } catch {
    if (encrypted) throw new StoreError('ssl.key.password does not open the private key');
    throw new StoreError('the private key cannot be read; is it whole?');
  }
}

/** Certificate chain and key, checked to belong together. */
export function pemIdentity(chain: string, key: string, password: string | undefined): Identity {
  return matched(pemCertificates(chain), pemKey(key, password));
}

function reflowed(block: string): string {
  const [, head, body, foot] = /^(-----BEGIN [^-]+-----)([^-]*)(-----END [^-]+-----)$/.exec(block) ?? [];
  if (head === undefined) return block;
  const lines = body!.replaceAll(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return `${[head, ...lines, foot].join('\n')}\n`;
}

function certificate(pem: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new StoreError('one of the certificates cannot be read; is it whole?');
  }
}

// ---------------------------------------------------------------- PKCS #12

/** The certificates of a PKCS #12 trust store, as PEM. */
export function pkcs12Certificates(bytes: Buffer, password: string | undefined): string[] {
  const { certificates } = opened(bytes, password);
  if (certificates.length === 0) throw new StoreError('expected certificates in the store, got none');
  return certificates.map((der) => certificate(der).toString());
}

/** The key of a PKCS #12 store with its certificate and chain. */
export function pkcs12Identity(bytes: Buffer, password: string | undefined): Identity {
  const { certificates, keys } = opened(bytes, password);
  const [first] = keys;
  if (first === undefined || certificates.length === 0) {
    throw new StoreError('expected a private key with its certificate in the store, got none');
  }
  let key: KeyObject;
  try {
    const passphrase = first.encrypted ? { passphrase: password ?? '' } : {};
    key = createPrivateKey({ key: first.der, format: 'der', type: 'pkcs8', ...passphrase });
  } catch {
    throw new StoreError('the store opens, but its key has another password; give both the same one');
  }
  return matched(
    certificates.map((der) => certificate(der).toString()),
    key,
  );
}

function opened(bytes: Buffer, password: string | undefined): ReturnType<typeof readPkcs12> {
  try {
    return readPkcs12(bytes, password ?? '');
  } catch (error) {
    if (error instanceof WrongPassword) {
      throw new StoreError(
        password === undefined
          ? 'the store needs a password, and none is given'
          : 'the password does not open the store',
      );
    }
    if (error instanceof Outdated) {
      throw new StoreError(`${error.message}; write the store anew with a Java of 2021 or newer, or as PEM`);
    }
    if (error instanceof DerError || error instanceof RangeError) {
      throw new StoreError('expected a PKCS #12 store, got something else, or a part of one');
    }
    throw error;
  }
}

/** The certificate that the key is for comes first: that is what TLS wants. */
function matched(certificates: readonly string[], key: KeyObject): Identity {
  const own = certificates.findIndex((pem) => certificate(pem).checkPrivateKey(key));
  if (own < 0) throw new StoreError('the private key belongs to none of the certificates');
  const chain = [certificates[own]!, ...certificates.filter((_, index) => index !== own)];
  return { cert: chain.join(''), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
