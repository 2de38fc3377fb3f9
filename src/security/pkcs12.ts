/**
 * PKCS #12 stores (RFC 7292) as keytool and openssl write them today: certificates and private keys, encrypted under
 * PBES2 (AES) or triple DES, protected by an HMAC. node:tls takes such a file for a key, but not for a trust store,
 * and with it trusts whatever chain lies beside the key; so it is opened here, with node:crypto doing the work.
 * Skipped: BER's indefinite lengths, RC2 (what Java 8 encrypted certificates with, and OpenSSL 3 no longer knows),
 * public-key privacy and integrity.
 */
import { createDecipheriv, createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { child, children, count, type Der, DerError, objectId, readDer, TAGS } from './der.js';

export interface Pkcs12 {
  /** DER, in the order of the store. */
  readonly certificates: readonly Buffer[];
  /** Private keys in PKCS #8, DER; those of `encrypted` under the store's password. */
  readonly keys: readonly { readonly der: Buffer; readonly encrypted: boolean }[];
}

export class WrongPassword extends Error {
  override readonly name = 'WrongPassword';
}

/** It is a store, but one that only older programs can open. */
export class Outdated extends Error {
  override readonly name = 'Outdated';
}

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  tripleDes: '1.2.840.113549.1.12.1.3',
} as const;

const HASHES: Readonly<{ [oid: string]: string }> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const PRFS: Readonly<{ [oid: string]: string }> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<{ [oid: string]: { name: string; keyBytes: number } }> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};
/** More would only be there to keep us busy. */
const ITERATIONS_MAX = 1_000_000;

/** Throws WrongPassword, Outdated, or a DerError for what is no such store. */
export function readPkcs12(bytes: Buffer, password: string): Pkcs12 {
  const [, authSafe, mac] = children(readDer(bytes));
  if (authSafe === undefined || objectId(child(authSafe, 0)) !== OID.data)
    throw new DerError('it is no PKCS #12 store');
  const content = readDer(child(authSafe, 1, TAGS.CONTEXT_0).value).value;
  if (mac !== undefined) verifyMac(mac, content, password);
  const found: { certificates: Buffer[]; keys: { der: Buffer; encrypted: boolean }[] } = {
    certificates: [],
    keys: [],
  };
  for (const info of children(readDer(content))) {
    const type = objectId(child(info, 0));
    const inner = child(info, 1, TAGS.CONTEXT_0);
    if (type === OID.data) readBags(readDer(readDer(inner.value).value), found);
    else if (type === OID.encryptedData) readBags(readDer(decrypted(readDer(inner.value), password)), found);
    else throw new Outdated('it is protected by a certificate rather than a password');
  }
  return found;
}

type Found = { certificates: Buffer[]; keys: { der: Buffer; encrypted: boolean }[] };

function readBags(bags: Der, found: Found): void {
  for (const bag of children(bags)) {
    const type = objectId(child(bag, 0));
    const value = readDer(child(bag, 1, TAGS.CONTEXT_0).value);
    if (type === OID.certBag) found.certificates.push(readDer(child(value, 1, TAGS.CONTEXT_0).value).value);
    else if (type === OID.keyBag) found.keys.push({ der: value.whole, encrypted: false });
    else if (type === OID.shroudedKeyBag) found.keys.push({ der: value.whole, encrypted: true });
    else if (type === OID.safeContentsBag) readBags(value, found);
    // Secret keys and revocation lists are nothing that TLS needs.
  }
}

/** The HMAC over everything: it is what tells a wrong password for certain. */
function verifyMac(mac: Der, content: Buffer, password: string): void {
  const digestInfo = child(mac, 0, TAGS.SEQUENCE);
  const hash = HASHES[objectId(child(child(digestInfo, 0), 0))];
  // PBMAC1 (RFC 9579) and whatever comes after it: a wrong password is then told by what it decrypts to.
  if (hash === undefined) return;
  const salt = child(mac, 1, TAGS.OCTET_STRING).value;
  const iterationsDer = children(mac)[2];
  const iterations = iterationsDer === undefined ? 1 : checkedIterations(iterationsDer);
  const expected = child(digestInfo, 1, TAGS.OCTET_STRING).value;
  const key = deriveKey({ hash, password, salt, iterations, purpose: 3, bytes: expected.length });
  const actual = createHmac(hash, key).update(content).digest();
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) throw new WrongPassword();
}

function checkedIterations(der: Der): number {
  const iterations = count(der);
  if (iterations < 1 || iterations > ITERATIONS_MAX) throw new DerError('a number in it is out of bounds');
  return iterations;
}

function decrypted(encryptedData: Der, password: string): Buffer {
  const info = child(encryptedData, 1, TAGS.SEQUENCE);
  const algorithm = child(info, 1, TAGS.SEQUENCE);
  const bytes = child(info, 2, TAGS.PRIMITIVE_0).value;
  const { name, key, iv } = cipherOf(algorithm, password);
  try {
    const decipher = createDecipheriv(name, key, iv);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    throw new WrongPassword();
  }
}

function cipherOf(algorithm: Der, password: string): { name: string; key: Buffer; iv: Buffer } {
  const scheme = objectId(child(algorithm, 0));
  const parameters = child(algorithm, 1, TAGS.SEQUENCE);
  if (scheme === OID.tripleDes) {
    const salt = child(parameters, 0, TAGS.OCTET_STRING).value;
    const from = { hash: 'sha1', password, salt, iterations: checkedIterations(child(parameters, 1)) };
    return {
      name: 'des-ede3-cbc',
      key: deriveKey({ ...from, purpose: 1, bytes: 24 }),
      iv: deriveKey({ ...from, purpose: 2, bytes: 8 }),
    };
  }
  if (scheme !== OID.pbes2) throw new Outdated('its encryption is one that is no longer safe (RC2)');
  const derivation = child(parameters, 0, TAGS.SEQUENCE);
  const encryption = child(parameters, 1, TAGS.SEQUENCE);
  const cipher = CIPHERS[objectId(child(encryption, 0))];
  if (cipher === undefined || objectId(child(derivation, 0)) !== OID.pbkdf2) {
    throw new Outdated('its encryption is not known here');
  }
  const [salt, iterations, ...rest] = children(child(derivation, 1, TAGS.SEQUENCE));
  const prf = rest.find(({ tag }) => tag === TAGS.SEQUENCE);
  const hash = prf === undefined ? 'sha1' : PRFS[objectId(child(prf, 0))];
  if (hash === undefined || salt === undefined || iterations === undefined) {
    throw new Outdated('its encryption is not known here');
  }
  const rounds = checkedIterations(iterations);
  const key = pbkdf2Sync(Buffer.from(password, 'utf8'), salt.value, rounds, cipher.keyBytes, hash);
  return { name: cipher.name, key, iv: child(encryption, 1, TAGS.OCTET_STRING).value };
}

interface Derivation {
  readonly hash: string;
  readonly password: string;
  readonly salt: Buffer;
  readonly iterations: number;
  /** 1: a key, 2: an initialisation vector, 3: a MAC's key. */
  readonly purpose: 1 | 2 | 3;
  readonly bytes: number;
}

/** RFC 7292, appendix B.2. The password is UTF-16, big-endian, with two zero bytes at its end. */
function deriveKey({ hash, password, salt, iterations, purpose, bytes }: Derivation): Buffer {
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const secret = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const input = Buffer.concat([filled(salt, block), filled(secret, block)]);
  const derived: Buffer[] = [];
  for (let length = 0; length < bytes; ) {
    let digest = createHash(hash).update(Buffer.alloc(block, purpose)).update(input).digest();
    for (let i = 1; i < iterations; i++) digest = createHash(hash).update(digest).digest();
    derived.push(digest);
    length += digest.length;
    // I = I + B + 1 in each block, where B is the digest repeated to a block's length.
    const repeated = filled(digest, block).subarray(0, block);
    for (let at = 0; at < input.length; at += block) {
      let carry = 1;
      for (let i = block - 1; i >= 0; i--) {
        carry += input[at + i]! + repeated[i]!;
        input[at + i] = carry & 0xff;
        carry >>= 8;
      }
    }
  }
  return Buffer.concat(derived).subarray(0, bytes);
}

/** Repeated to a whole number of blocks. */
function filled(bytes: Buffer, block: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}
