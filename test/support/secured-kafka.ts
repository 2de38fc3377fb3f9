/** A real Kafka with a listener for each way of logging in, and the files that its clients are given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Certificates } from './certificates.js';
import { type RunningKafka, startKafka } from './kafka.js';
import { freePort } from './tools.js';

export const SECRETS = {
  scram: 'scram-sesame',
  plain: 'plain-sesame',
  store: 'store-sesame',
  wrong: 'wrong-sesame',
} as const;

/** Sessions of this length end several times within a short run. */
export const SESSION_MS = 3_000;

const MODULE = 'org.apache.kafka.common.security';
export const scramLogin = (password: string = SECRETS.scram) =>
  `${MODULE}.scram.ScramLoginModule required username="alice" password="${password}";`;
export const plainLogin = (password: string = SECRETS.plain) =>
  `${MODULE}.plain.PlainLoginModule required username="alice" password="${password}";`;
export const bearerLogin = (options = 'unsecuredLoginStringClaim_sub="alice"') =>
  `${MODULE}.oauthbearer.OAuthBearerLoginModule required ${options};`;

const LISTENERS = [
  'PLAINTEXT',
  'CONTROLLER',
  'TLS',
  'MUTUAL',
  'LOGIN',
  'SECURE',
  'EXPIRED',
  'STRANGER',
] as const;
type Listener = (typeof LISTENERS)[number];

const PROTOCOLS: Readonly<{ [L in Listener]: string }> = {
  PLAINTEXT: 'PLAINTEXT',
  CONTROLLER: 'PLAINTEXT',
  TLS: 'SSL',
  MUTUAL: 'SSL',
  LOGIN: 'SASL_PLAINTEXT',
  SECURE: 'SASL_SSL',
  EXPIRED: 'SSL',
  STRANGER: 'SSL',
};

export interface SecuredKafka {
  readonly kafka: RunningKafka;
  readonly certificates: Certificates;
  /** PEM and PKCS #12, and a JKS. */
  readonly trust: { readonly pem: string; readonly pkcs12: string; readonly jks: string };
  address(listener: Listener): string;
  /** Writes a .properties file and returns its path. */
  client(name: string, settings: Readonly<{ [name: string]: string }>): string;
  stop(): Promise<void>;
}

export async function startSecuredKafka(): Promise<SecuredKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-secured-'));
  const certificates = new Certificates(folder);
  const authority = await certificates.authority('authority');
  const names = { names: 'DNS:localhost,IP:127.0.0.1' };
  const broker = await certificates.signed('broker', authority, names);
  const expired = await certificates.signed('expired', authority, {
    ...names,
    period: ['20200101000000Z', '20200102000000Z'],
  });
  const stranger = await certificates.signed('stranger', authority, { names: 'DNS:kafka.example.com' });
  const stores = {
    stranger: await certificates.keyStore('stranger', stranger, SECRETS.store),
    broker: await certificates.keyStore('broker', broker, SECRETS.store),
    expired: await certificates.keyStore('expired', expired, SECRETS.store),
    trust: await certificates.trustStore('trust', authority, SECRETS.store),
    jks: await certificates.trustStore('trust', authority, SECRETS.store, 'JKS'),
  };
  await certificates.signed('alice', authority);
  const ports = new Map<Listener, number>();
  for (const listener of LISTENERS) ports.set(listener, await freePort());
  const places = LISTENERS.map((listener) => `${listener}://127.0.0.1:${ports.get(listener)}`);
  const kafka = await startKafka({
    settings: {
      'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.get('CONTROLLER')}`,
      listeners: places.join(','),
      'advertised.listeners': places.filter((place) => !place.startsWith('CONTROLLER')).join(','),
      'listener.security.protocol.map': LISTENERS.map((name) => `${name}:${PROTOCOLS[name]}`).join(','),
      'inter.broker.listener.name': 'PLAINTEXT',
      // By default a quota forgives the first eleven seconds.
      'quota.window.num': '2',
      ...logins('login', ['SCRAM-SHA-256', 'SCRAM-SHA-512', 'PLAIN', 'OAUTHBEARER']),
      ...logins('secure', ['SCRAM-SHA-512']),
      'listener.name.secure.scram-sha-512.connections.max.reauth.ms': String(SESSION_MS),
      ...keyStore('', stores.broker),
      ...keyStore('listener.name.expired.', stores.expired),
      ...keyStore('listener.name.stranger.', stores.stranger),
      'listener.name.mutual.ssl.client.auth': 'required',
      'ssl.truststore.location': stores.trust,
      'ssl.truststore.password': SECRETS.store,
      'ssl.truststore.type': 'PKCS12',
    },
    format: [
      '--standalone',
      ...['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
        '--add-scram',
        `${mechanism}=[name=alice,password=${SECRETS.scram}]`,
      ]),
    ],
    jvm: ['-Xmx512m', '-Xms256m', '-XX:+UseG1GC', '-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=*'],
  });
  return {
    kafka,
    certificates,
    trust: { pem: authority.cert, pkcs12: stores.trust, jks: stores.jks },
    address: (listener) => `127.0.0.1:${ports.get(listener)}`,
    client(name, settings) {
      const path = certificates.path(`${name}.properties`);
      writeFileSync(
        path,
        Object.entries(settings)
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      );
      return path;
    },
    async stop() {
      await kafka.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function keyStore(prefix: string, path: string): { [name: string]: string } {
  return {
    [`${prefix}ssl.keystore.location`]: path,
    [`${prefix}ssl.keystore.password`]: SECRETS.store,
    [`${prefix}ssl.keystore.type`]: 'PKCS12',
    [`${prefix}ssl.key.password`]: SECRETS.store,
  };
}

function logins(listener: string, mechanisms: readonly string[]): { [name: string]: string } {
  const modules: Readonly<{ [mechanism: string]: string }> = {
    'SCRAM-SHA-256': `${MODULE}.scram.ScramLoginModule required;`,
    'SCRAM-SHA-512': `${MODULE}.scram.ScramLoginModule required;`,
    PLAIN: `${MODULE}.plain.PlainLoginModule required user_alice="${SECRETS.plain}";`,
    OAUTHBEARER: bearerLogin('unsecuredLoginStringClaim_sub="broker"'),
  };
  const prefix = `listener.name.${listener}`;
  return {
    [`${prefix}.sasl.enabled.mechanisms`]: mechanisms.join(','),
    ...Object.fromEntries(
      mechanisms.map((mechanism) => [
        `${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`,
        modules[mechanism]!,
      ]),
    ),
  };
}
