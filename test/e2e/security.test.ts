/** TLS and SASL against a real Kafka: everybody who may comes in, everybody else is told why in one sentence. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { opensslAndKeytool } from '../support/certificates.js';
import { javaAndMaven, kafkaToolOutput } from '../support/kafka.js';
import {
  bearerLogin,
  plainLogin,
  SECRETS,
  SESSION_MS,
  type SecuredKafka,
  scramLogin,
  startSecuredKafka,
} from '../support/secured-kafka.js';
import { needs } from '../support/tiers.js';
import type { Ended } from '../support/tools.js';
import { eventmill, readSummary, startEventmill } from '../support/tools-cli.js';

type Settings = Readonly<{ [name: string]: string }>;
type Listener = Parameters<SecuredKafka['address']>[0];

/** A person waits no longer for bad news. */
const NEWS_MS_MAX = 15_000;

await needs([javaAndMaven, opensslAndKeytool], () => {
  let secured: SecuredKafka;
  beforeAll(async () => {
    secured = await startSecuredKafka();
  }, 120_000);
  afterAll(() => secured?.stop());

  const trusting = (): Settings => ({
    'ssl.truststore.location': secured.trust.pkcs12,
    'ssl.truststore.password': SECRETS.store,
    'ssl.truststore.type': 'PKCS12',
  });
  const tls = (more: Settings = {}): Settings => ({ 'security.protocol': 'SSL', ...trusting(), ...more });
  const login = (mechanism: string, config: string, more: Settings = {}): Settings => ({
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': config,
    ...more,
  });
  const inProperties = (path: string) => readFileSync(path, 'utf8').replaceAll('\n', '\\n');
  const alice = (): Settings => ({
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': inProperties(secured.certificates.path('alice.pem')),
    'ssl.keystore.key': inProperties(secured.certificates.path('alice.key')),
  });

  let runs = 0;
  /** A short run, read back; whatever it says must hold no secret. */
  async function produced(
    listener: Listener,
    settings: Settings,
    more: readonly string[] = [],
  ): Promise<Ended> {
    const name = `run-${++runs}`;
    const file = secured.client(name, settings);
    const summary = secured.certificates.path(`${name}.json`);
    const limits = more.includes('--duration') ? [] : ['--count', '2000', '--rate', 'max'];
    const where = [
      '--brokers',
      secured.address(listener),
      '--command-config',
      file,
      '--topic',
      `stock=${name}`,
    ];
    const shown = ['--metrics-port', 'off', '--log-level', 'debug', '--summary', summary];
    const args = ['run', 'stock-steady', ...where, ...limits, ...shown, '--verify', ...more];
    const ended = await eventmill(args, { timeoutMs: 120_000 });
    const told = ended.code === 0 ? readFileSync(summary, 'utf8') : '';
    for (const secret of Object.values(SECRETS))
      expect(ended.stdout + ended.stderr + told).not.toContain(secret);
    expect(ended.stdout + ended.stderr + told).not.toContain('PRIVATE KEY');
    return ended;
  }
  const outcome = () => readSummary(secured.certificates.path(`run-${runs}.json`)).profiles[0]!;
  const WELL = { retries: 0, failed: 0, expired: 0, errors: {} };

  describe('every record arrives, through both drivers,', () => {
    const ways: readonly (readonly [string, Listener, () => Settings])[] = [
      ['over TLS', 'TLS', () => tls()],
      [
        'over TLS that trusts a PEM file',
        'TLS',
        () => ({ 'security.protocol': 'SSL', 'ssl.truststore.location': secured.trust.pem }),
      ],
      ['over mutual TLS', 'MUTUAL', () => tls(alice())],
      [
        'at another host, if asked to look away',
        'STRANGER',
        () => tls({ 'ssl.endpoint.identification.algorithm': '' }),
      ],
      ['with PLAIN', 'LOGIN', () => login('PLAIN', plainLogin())],
      ['with SCRAM-SHA-256', 'LOGIN', () => login('SCRAM-SHA-256', scramLogin())],
      ['with SCRAM-SHA-512', 'LOGIN', () => login('SCRAM-SHA-512', scramLogin())],
      ['with OAUTHBEARER', 'LOGIN', () => login('OAUTHBEARER', bearerLogin())],
      [
        'with SCRAM over TLS',
        'SECURE',
        () => login('SCRAM-SHA-512', scramLogin(), { ...tls(), 'security.protocol': 'SASL_SSL' }),
      ],
    ];
    test.for(
      ways.flatMap(([way, ...rest]) => ['kafka', 'kafkajs'].map((driver) => [way, driver, ...rest] as const)),
    )('%s (driver %s)', async ([, driver, listener, settings]) => {
      const ended = await produced(listener, settings(), ['--driver', driver]);
      expect({ code: ended.code, said: ended.stderr }).toMatchObject({ code: 0 });
      expect(outcome()).toMatchObject({
        ...WELL,
        acked: 2000,
        verify: { read: 2000, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 },
      });
    });
  });

  describe('bad news comes in one sentence, at once and with exit code 2:', () => {
    const wrongs: readonly (readonly [string, Listener, () => Settings, RegExp])[] = [
      [
        'a wrong password',
        'LOGIN',
        () => login('SCRAM-SHA-256', scramLogin(SECRETS.wrong)),
        /refused user "alice" with SCRAM-SHA-256: check username, password/,
      ],
      [
        'a wrong password with PLAIN',
        'LOGIN',
        () => login('PLAIN', plainLogin(SECRETS.wrong)),
        /refused user "alice" with PLAIN: check/,
      ],
      [
        'an expired token',
        'LOGIN',
        () =>
          login(
            'OAUTHBEARER',
            bearerLogin('unsecuredLoginStringClaim_sub="a" unsecuredLoginNumberClaim_exp="1000"'),
          ),
        /refused the OAUTHBEARER token: check .* expiry/,
      ],
      [
        'an authority that is not trusted',
        'TLS',
        () => ({ 'security.protocol': 'SSL' }),
        /signed by nobody that we trust: put .* into ssl\.truststore\.location/,
      ],
      ['an expired certificate', 'EXPIRED', () => tls(), /has expired: renew it on the broker/],
      [
        'a certificate for another host',
        'STRANGER',
        () => tls(),
        /is for DNS:kafka\.example\.com, not for 127\.0\.0\.1/,
      ],
      [
        'no client certificate',
        'MUTUAL',
        () => tls(),
        /client certificate.*ssl\.keystore\.location|ssl\.keystore\.location.*client certificate/,
      ],
      ['plain text to a port for TLS', 'TLS', () => ({}), /in plain text: .*set security\.protocol to SSL/],
      [
        'a login in plain text to a port for TLS',
        'SECURE',
        () => login('SCRAM-SHA-512', scramLogin()),
        /set security\.protocol to SASL_SSL/,
      ],
      ['TLS to a port for plain text', 'PLAINTEXT', () => tls(), /set security\.protocol to PLAINTEXT/],
      ['no login', 'LOGIN', () => ({}), /when nobody logs in: set security\.protocol to SASL_PLAINTEXT/],
      ['no login over TLS', 'SECURE', () => tls(), /when nobody logs in: set security\.protocol to/],
      [
        'a login that nobody asked for',
        'PLAINTEXT',
        () => login('PLAIN', plainLogin()),
        /asks for no login: set security\.protocol/,
      ],
      [
        'a mechanism that is not offered',
        'SECURE',
        () => login('PLAIN', plainLogin(), { ...tls(), 'security.protocol': 'SASL_SSL' }),
        /does not offer the mechanism PLAIN, but SCRAM-SHA-512/,
      ],
      [
        'a wrong password of a store',
        'TLS',
        () => tls({ 'ssl.truststore.password': SECRETS.wrong }),
        /the password does not open the store/,
      ],
      [
        'a JKS store',
        'TLS',
        () => tls({ 'ssl.truststore.location': secured.trust.jks, 'ssl.truststore.type': 'JKS' }),
        /convert it with: keytool -importkeystore/,
      ],
    ];
    test.for(wrongs)('%s', async ([, listener, settings, sentence]) => {
      const startedAt = Date.now();
      const { code, stderr } = await produced(listener, settings());
      expect(Date.now() - startedAt).toBeLessThan(NEWS_MS_MAX);
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    });
  });

  describe('sessions that end several times within a run', () => {
    test.for(['durable', 'throughput'])('cost %s not one retry and not one record', async (profile) => {
      const settings = login('SCRAM-SHA-512', scramLogin(), { ...tls(), 'security.protocol': 'SASL_SSL' });
      const seconds = Math.ceil((4 * SESSION_MS) / 1000);
      const limits = ['--rate', '5000/s', '--duration', `${seconds}s`];
      const ended = await produced('SECURE', settings, ['--profile', profile, ...limits]);
      expect({ code: ended.code, said: ended.stderr }).toMatchObject({ code: 0 });
      expect(outcome()).toMatchObject({
        ...WELL,
        acked: seconds * 5000,
        verify: { lost: 0, duplicated: 0, reordered: 0, corrupted: 0 },
      });
    });
  });

  describe('a quota', () => {
    test('slows a client down without a single needless retry', async () => {
      const brokers = secured.address('PLAINTEXT');
      const quota = [
        '--add-config',
        'producer_byte_rate=100000',
        '--entity-type',
        'clients',
        '--entity-name',
        'slow',
      ];
      await kafkaToolOutput('ConfigCommand', ['--bootstrap-server', brokers, '--alter', ...quota]);
      const rushed = [
        '--rate',
        '2000/s',
        '--duration',
        '3s',
        '--profile',
        'durable',
        '--set',
        'requestTimeoutMs=1000',
      ];
      const ended = await produced('PLAINTEXT', { 'client.id': 'slow' }, rushed);
      expect({ code: ended.code, said: ended.stderr }).toMatchObject({ code: 0 });
      expect(outcome()).toMatchObject({
        ...WELL,
        acked: 6000,
        verify: { lost: 0, duplicated: 0, reordered: 0 },
      });
      // 1.5 MB at 100 kB/s take about 15 s, of which a fresh quota forgives the first two; they were due within 3 s.
      expect(outcome().seconds).toBeGreaterThan(6);
    });
  });

  describe('a client file', () => {
    test('may name the brokers, warns once of what is not used, and serves eventmill tail as well', async () => {
      const servers = { 'bootstrap.servers': secured.address('LOGIN'), 'linger.ms': '5' };
      const file = secured.client('whole', login('SCRAM-SHA-256', scramLogin(), servers));
      const run = await eventmill(
        [
          'run',
          'stock-steady',
          '--count',
          '10',
          '--rate',
          'max',
          '--metrics-port',
          'off',
          '--topic',
          'stock=whole',
        ],
        { env: { EVENTMILL_COMMAND_CONFIG: file } },
      );
      expect(run.code).toBe(0);
      expect(run.stderr.match(/not used here: linger\.ms/g)).toHaveLength(1);
      const tail = [
        'tail',
        'whole',
        '--command-config',
        file,
        '--from',
        'beginning',
        '--count',
        '10',
        '--json',
      ];
      const { code, stdout } = await eventmill(tail);
      expect(code).toBe(0);
      expect(stdout.trim().split('\n')).toHaveLength(10);
    });

    test('without brokers is refused rather than ignored by the sandbox', async () => {
      const file = secured.client('alone', login('PLAIN', plainLogin()));
      const { code, stderr } = await eventmill([
        'run',
        'smoke',
        '--command-config',
        file,
        '--metrics-port',
        'off',
      ]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/security\.protocol is SASL_PLAINTEXT, and the sandbox speaks plain text alone/);
    });

    test('leaves no secret on the live page, in /metrics or in the snapshot', async () => {
      const file = secured.client(
        'paged',
        login('PLAIN', plainLogin(), { 'bootstrap.servers': secured.address('LOGIN') }),
      );
      const args = ['run', 'stock-steady', '--rate', '100/s', '--duration', '0', '--command-config', file];
      const running = startEventmill([...args, '--metrics-port', '0']);
      const [, url] = await running.says(/live page: (http\S+)/);
      for (const path of ['', 'metrics', 'snapshot.json', 'healthz']) {
        const body = await fetched(`${url}${path}`);
        expect(body).not.toBe('');
        for (const secret of Object.values(SECRETS)) expect(body).not.toContain(secret);
      }
      expect(await running.stop()).toBe(130);
      for (const secret of Object.values(SECRETS)) expect(running.said()).not.toContain(secret);
    });
  });
});

function fetched(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });
}
