import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readClientSettings } from '../../../src/security/load.js';
import { pkcs12Certificates, pkcs12Identity, StoreError } from '../../../src/security/stores.js';
import { type Certificate, Certificates, opensslAndKeytool } from '../../support/certificates.js';
import { needs } from '../../support/tiers.js';
import { output } from '../../support/tools.js';

const PASSWORD = 'sésame';

await needs([opensslAndKeytool], () => {
  let made: Certificates;
  let authority: Certificate;
  let alice: Certificate;
  let trust: string;

  beforeAll(async () => {
    made = new Certificates(mkdtempSync(join(tmpdir(), 'eventmill-stores-')));
    authority = await made.authority('authority');
    alice = await made.signed('alice', authority);
    trust = await made.trustStore('trust', authority, 'sesame');
  }, 60_000);
  afterAll(() => rmSync(made.folder, { recursive: true, force: true }));

  const tls = (settings: { [name: string]: string }) =>
    readClientSettings(new Map(Object.entries({ 'security.protocol': 'SSL', ...settings })), 'c');
  const text = (path: string) => readFileSync(path, 'utf8');
  const subjects = (pems: readonly string[]) => pems.map((pem) => new X509Certificate(pem).subject);

  describe('a trust store', () => {
    test('that keytool wrote as PKCS12 is opened, under Kafka’s default type too', () => {
      for (const type of ['PKCS12', 'JKS']) {
        const { config, problems } = tls({
          'ssl.truststore.location': trust,
          'ssl.truststore.password': 'sesame',
          'ssl.truststore.type': type,
        });
        expect(problems).toEqual([]);
        expect(subjects(config!.security.tls!().ca!)).toEqual(['CN=authority']);
      }
    });

    test('in PEM is read from a file or from the setting itself, line ends or not', () => {
      const pem = text(authority.cert);
      for (const settings of [
        { 'ssl.truststore.location': authority.cert },
        { 'ssl.truststore.certificates': pem },
        { 'ssl.truststore.certificates': pem.replaceAll('\n', ' '), 'ssl.truststore.type': 'PEM' },
      ]) {
        expect(subjects(tls(settings as { [name: string]: string }).config!.security.tls!().ca!)).toEqual([
          'CN=authority',
        ]);
      }
    });

    test('that is a JKS is answered with the line that converts it, and the line works', async () => {
      const jks = await made.trustStore('old', authority, 'sesame', 'JKS');
      const [problem = ''] = tls({ 'ssl.truststore.location': jks }).problems;
      const line = /keytool (-importkeystore .* PKCS12)/.exec(problem)?.[1];
      expect(line).toBeDefined();
      await output('keytool', [...line!.split(' '), '-srcstorepass', 'sesame', '-deststorepass', 'sesame']);
      expect(subjects(pkcs12Certificates(readFileSync(`${jks}.p12`), 'sesame'))).toEqual(['CN=authority']);
    });

    test.for([
      [{ 'ssl.truststore.password': 'wrong' }, /the password does not open the store/],
      [{}, /the store needs a password, and none is given/],
      [{ 'ssl.truststore.password': 'sesame', 'ssl.truststore.type': 'PEM' }, /is PKCS12, expected PEM/],
    ] as const)('with %j is a mistake', ([settings, problem]) => {
      const { problems } = tls({ 'ssl.truststore.location': trust, ...settings });
      expect(problems).toEqual([expect.stringMatching(problem)]);
    });
  });

  describe('a key store', () => {
    const forms = [
      ['today’s encryption', []],
      ['triple DES', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
      ['AES-128 and SHA-512', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512']],
      ['certificates that are not encrypted', ['-certpbe', 'NONE']],
      ['no encryption at all', ['-certpbe', 'NONE', '-keypbe', 'NONE', '-nomac']],
    ] as const;
    test.for(forms)('with %s has a key, its certificate first, and the chain', async ([, how]) => {
      const path = made.path('form.p12');
      const input = ['-in', alice.cert, '-inkey', alice.key, '-certfile', authority.cert];
      await output('openssl', [
        'pkcs12',
        '-export',
        ...input,
        '-out',
        path,
        '-passout',
        `pass:${PASSWORD}`,
        ...how,
      ]);
      const { cert, key } = pkcs12Identity(readFileSync(path), PASSWORD);
      expect(subjects(cert.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----\n/g)!)).toEqual([
        'CN=alice',
        'CN=authority',
      ]);
      expect(() => createSecureContext({ cert, key })).not.toThrow();
    });

    test('with RC2, which no OpenSSL of today opens, says so', async () => {
      const path = made.path('rc2.p12');
      const how = ['-storetype', 'PKCS12', '-keystore', path, '-storepass', 'sesame', '-noprompt'];
      const legacy = '-J-Dkeystore.pkcs12.legacy';
      await output('keytool', ['-importcert', '-alias', 'ca', '-file', authority.cert, ...how, legacy]);
      expect(() => pkcs12Certificates(readFileSync(path), 'sesame')).toThrow(
        /no longer safe \(RC2\); write the store anew/,
      );
    });

    test('in PEM may have its key encrypted, and says when the password is wrong', async () => {
      const encrypted = made.path('encrypted.key');
      await output('openssl', [
        'pkcs8',
        '-topk8',
        '-in',
        alice.key,
        '-out',
        encrypted,
        '-passout',
        'pass:sesame',
      ]);
      const inline = (password?: string) =>
        tls({
          'ssl.keystore.certificate.chain': text(alice.cert),
          'ssl.keystore.key': text(encrypted).replaceAll('\n', ' '),
          ...(password === undefined ? {} : { 'ssl.key.password': password }),
        });
      const { cert, key } = inline('sesame').config!.security.tls!();
      expect(() => createSecureContext({ cert: cert!, key: key! })).not.toThrow();
      expect(inline('wrong').problems).toEqual([expect.stringMatching(/ssl\.key\.password does not open/)]);
      expect(inline().problems).toEqual([
        expect.stringMatching(/the private key is encrypted; give its password/),
      ]);
    });

    test('whose key belongs to another certificate is a mistake', () => {
      const { problems } = tls({
        'ssl.keystore.certificate.chain': text(authority.cert),
        'ssl.keystore.key': text(alice.key),
      });
      expect(problems).toEqual([
        expect.stringMatching(/the private key belongs to none of the certificates/),
      ]);
    });

    test('without a chain, or beside a location, is a mistake', () => {
      const key = text(alice.key);
      expect(tls({ 'ssl.keystore.key': key }).problems).toEqual([
        expect.stringMatching(/certificate\.chain: expected PEM/),
      ]);
      expect(tls({ 'ssl.keystore.key': key, 'ssl.keystore.location': trust }).problems).toEqual([
        expect.stringMatching(/expected either this or ssl\.keystore\.key/),
      ]);
    });
  });

  test('a damaged store is told, and never more than that', () => {
    const whole = readFileSync(trust);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, length === 0 ? whole.length : length));
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        try {
          pkcs12Certificates(bytes, 'sesame');
        } catch (error) {
          expect(error).toBeInstanceOf(StoreError);
        }
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
