/** The ssl.* settings: whom to trust, who we are, and how strictly to look. */
import { readFileSync } from 'node:fs';
import type { TlsOptions } from '../types.js';
import type { Settings } from './settings.js';
import {
  type Identity,
  kindOf,
  pemCertificates,
  pemIdentity,
  pkcs12Certificates,
  pkcs12Identity,
  StoreError,
} from './stores.js';

export const TLS_SETTINGS = [
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'ssl.truststore.certificates',
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.key.password',
  'ssl.endpoint.identification.algorithm',
  'ssl.enabled.protocols',
  'ssl.protocol',
] as const;

const TYPES = ['PEM', 'PKCS12', 'JKS'] as const;
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof VERSIONS)[number];

/** What cannot be read is told to `settings`; what is returned then is of no use. */
export function readTls(settings: Settings): () => TlsOptions {
  const ca = readTrust(settings);
  const identity = readIdentity(settings);
  const [minVersion, maxVersion] = readVersions(settings);
  const checksHost = readHostCheck(settings);
  return () => ({
    minVersion,
    maxVersion,
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...identity,
    ...(checksHost ? {} : { checkServerIdentity: () => undefined }),
  });
}

/** Undefined: the authorities that Node trusts, as Java's tools trust those of their Java. */
function readTrust(settings: Settings): readonly string[] | undefined {
  const type = settings.word('ssl.truststore.type', TYPES, 'JKS');
  const inline = settings.get('ssl.truststore.certificates');
  const location = settings.get('ssl.truststore.location');
  const password = settings.get('ssl.truststore.password');
  if (inline !== undefined) {
    if (location !== undefined) {
      settings.problem(
        'ssl.truststore.certificates',
        'expected either this or ssl.truststore.location, got both',
      );
    }
    return attempt(settings, 'ssl.truststore.certificates', undefined, () => pemCertificates(inline));
  }
  if (location === undefined) {
    if (settings.has('ssl.truststore.password') || settings.has('ssl.truststore.type')) {
      settings.problem(
        'ssl.truststore.location',
        'expected a file, as its type or password is given, got nothing',
      );
    }
    return undefined;
  }
  const store = openStore(settings, 'ssl.truststore', location, type);
  if (store === undefined) return undefined;
  return attempt(settings, 'ssl.truststore.location', location, () =>
    store.kind === 'PEM'
      ? pemCertificates(store.bytes.toString('utf8'))
      : pkcs12Certificates(store.bytes, password),
  );
}

/** Undefined: a client without a certificate. */
function readIdentity(settings: Settings): Identity | undefined {
  const type = settings.word('ssl.keystore.type', TYPES, 'JKS');
  const location = settings.get('ssl.keystore.location');
  const storePassword = settings.get('ssl.keystore.password');
  const keyPassword = settings.get('ssl.key.password');
  const chain = settings.get('ssl.keystore.certificate.chain');
  const key = settings.get('ssl.keystore.key');
  if (chain !== undefined || key !== undefined) {
    if (location !== undefined) {
      settings.problem('ssl.keystore.location', 'expected either this or ssl.keystore.key, got both');
    } else if (chain === undefined || key === undefined) {
      const missing = chain === undefined ? 'ssl.keystore.certificate.chain' : 'ssl.keystore.key';
      settings.problem(missing, 'expected PEM, as certificate chain and key belong together, got nothing');
    } else
      return attempt(settings, 'ssl.keystore.key', undefined, () => pemIdentity(chain, key, keyPassword));
    return undefined;
  }
  if (location === undefined) {
    if (settings.has('ssl.keystore.password') || settings.has('ssl.keystore.type')) {
      settings.problem(
        'ssl.keystore.location',
        'expected a file, as its type or password is given, got nothing',
      );
    }
    return undefined;
  }
  const store = openStore(settings, 'ssl.keystore', location, type);
  if (store === undefined) return undefined;
  return attempt(settings, 'ssl.keystore.location', location, () => {
    if (store.kind === 'PKCS12') {
      if (keyPassword !== undefined && keyPassword !== storePassword) {
        throw new StoreError(
          'expected ssl.key.password to equal ssl.keystore.password, as PKCS #12 has one for both',
        );
      }
      return pkcs12Identity(store.bytes, storePassword);
    }
    const text = store.bytes.toString('utf8');
    return pemIdentity(text, text, keyPassword ?? storePassword);
  });
}

interface Store {
  readonly kind: 'PEM' | 'PKCS12';
  readonly bytes: Buffer;
}

/** A store by what it holds. Kafka's default type is JKS, under which Java opens PKCS #12 too. */
function openStore(
  settings: Settings,
  prefix: 'ssl.truststore' | 'ssl.keystore',
  path: string,
  type: (typeof TYPES)[number] | undefined,
): Store | undefined {
  const name = `${prefix}.location`;
  const bytes = readFile(settings, name, path);
  if (bytes === undefined) return undefined;
  const kind = kindOf(bytes);
  if (kind === 'JKS' || kind === 'JCEKS') {
    settings.problem(
      name,
      `${path} is a ${kind} store, which only Java reads; convert it with: keytool -importkeystore -srckeystore ${path} ` +
        `-destkeystore ${path}.p12 -deststoretype PKCS12, and name ${path}.p12 here`,
    );
    return undefined;
  }
  if (kind === 'unknown') {
    settings.problem(name, `${path}: expected a store in PEM or PKCS12, got neither`);
    return undefined;
  }
  if (settings.has(`${prefix}.type`) && type !== undefined && type !== 'JKS' && type !== kind) {
    settings.problem(`${prefix}.type`, `${path} is ${kind}, expected ${type}; set it to ${kind}`);
    return undefined;
  }
  return { kind, bytes };
}

/** The bytes of a file that a setting names. */
export function readFile(settings: Settings, name: string, path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : code;
    settings.problem(name, `${path}: ${why}`);
    return undefined;
  }
}

function attempt<T>(
  settings: Settings,
  name: string,
  path: string | undefined,
  work: () => T,
): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    settings.problem(name, path === undefined ? error.message : `${path}: ${error.message}`);
    return undefined;
  }
}

function readVersions(settings: Settings): [min: Version, max: Version] {
  settings.get('ssl.protocol');
  const text = settings.get('ssl.enabled.protocols');
  const names = (text ?? 'TLSv1.2,TLSv1.3').split(',').map((name) => name.trim());
  const wrong = names.find((name) => !VERSIONS.some((version) => version === name));
  if (wrong !== undefined) {
    settings.problem(
      'ssl.enabled.protocols',
      `expected ${VERSIONS.join(' and ')}, or one of them, got ${JSON.stringify(wrong)}`,
    );
  }
  return [
    names.includes('TLSv1.2') ? 'TLSv1.2' : 'TLSv1.3',
    names.includes('TLSv1.3') ? 'TLSv1.3' : 'TLSv1.2',
  ];
}

/** Whether the broker's certificate must be for the host that was dialled. Only nothing at all switches that off. */
function readHostCheck(settings: Settings): boolean {
  const name = 'ssl.endpoint.identification.algorithm';
  const value = (settings.given(name) ?? 'https').trim().toLowerCase();
  if (value !== '' && value !== 'https') {
    settings.problem(
      name,
      `expected https, or nothing to take a certificate for any host, got ${JSON.stringify(value)}`,
    );
  }
  return value !== '';
}
