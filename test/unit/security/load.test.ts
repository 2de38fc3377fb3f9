import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { clientConfigOf, readClientFile, readClientSettings } from '../../../src/security/load.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const folder = mkdtempSync(join(tmpdir(), 'eventmill-client-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MODULE = 'org.apache.kafka.common.security';
const SCRAM = `${MODULE}.scram.ScramLoginModule required username="alice" password="sesame";`;
const bearer = (options: string) => `${MODULE}.oauthbearer.OAuthBearerLoginModule required ${options};`;

const read = (settings: { [name: string]: string }, clock = new VirtualClock()) =>
  readClientSettings(new Map(Object.entries(settings)), 'client.properties', clock);

const login = (settings: { [name: string]: string } = {}) => ({
  'security.protocol': 'SASL_PLAINTEXT',
  'sasl.mechanism': 'SCRAM-SHA-256',
  'sasl.jaas.config': SCRAM,
  ...settings,
});

function written(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('a client file', () => {
  test('that says nothing is plain text and nobody', () => {
    expect(read({})).toEqual({
      config: {
        security: { protocol: 'PLAINTEXT', tls: null, sasl: null },
        brokers: [],
        clientId: undefined,
      },
      problems: [],
      warnings: [],
    });
  });

  test('names brokers, the client, and who it is', () => {
    const { config } = read(login({ 'bootstrap.servers': 'a:1, b:2', 'client.id': 'me' }));
    expect(config).toMatchObject({ brokers: ['a:1', 'b:2'], clientId: 'me' });
    expect(config!.security.sasl).toMatchObject({ mechanism: 'SCRAM-SHA-256', username: 'alice' });
  });

  test('has its host check switched off by nothing but an empty algorithm', () => {
    const tls = (algorithm?: string) => {
      const name = 'ssl.endpoint.identification.algorithm';
      return read({ 'security.protocol': 'SSL', ...(algorithm === undefined ? {} : { [name]: algorithm }) });
    };
    expect(tls().config!.security.tls!()).not.toHaveProperty('checkServerIdentity');
    expect(tls('HTTPS').config!.security.tls!()).not.toHaveProperty('checkServerIdentity');
    expect(tls('').config!.security.tls!().checkServerIdentity!()).toBeUndefined();
    expect(tls('ldaps').problems).toEqual([expect.stringMatching(/algorithm: expected https, or nothing/)]);
  });

  test('has versions of TLS between which to choose', () => {
    const versions = (text: string) =>
      read({ 'security.protocol': 'SSL', 'ssl.enabled.protocols': text }).config?.security.tls?.();
    expect(versions('TLSv1.2')).toMatchObject({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    expect(versions('TLSv1.3,TLSv1.2')).toMatchObject({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
    expect(versions('SSLv3')).toBeUndefined();
  });

  test('has all its mistakes told at once, none with a secret', () => {
    const { config, problems } = read({
      'security.protocol': 'SASL_SSL',
      'ssl.truststore.location': join(folder, 'nowhere.p12'),
      'ssl.truststore.password': 'sesame',
      'ssl.keystore.location': written('odd.bin', 'sesame'),
      'sasl.mechanism': 'SCRAM-SHA256',
      'sasl.jaas.config': 'x required password="sesame',
    });
    expect(config).toBeUndefined();
    expect(problems).toEqual([
      `client.properties: ssl.truststore.location: ${folder}/nowhere.p12: there is no such file`,
      `client.properties: ssl.keystore.location: ${folder}/odd.bin: expected a store in PEM or PKCS12, got neither`,
      'client.properties: sasl.mechanism: expected one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER, ' +
        'got "SCRAM-SHA256"; nearest: SCRAM-SHA-256',
      'client.properties: sasl.jaas.config: a quote is opened and never closed',
    ]);
    expect(problems.join()).not.toContain('sesame');
  });

  test.for([
    [{ 'sasl.mechanism': '' }, /sasl\.mechanism: expected one of .*got nothing \(GSSAPI is not supported\)/],
    [{ 'sasl.jaas.config': '' }, /expected a login module such as/],
    [
      { 'sasl.mechanism': 'PLAIN' },
      /PLAIN needs the login module .*PlainLoginModule, got .*ScramLoginModule/,
    ],
    [{ 'sasl.jaas.config': SCRAM.replace('username', 'user') }, /expected username="…".* got nothing/],
    [{ 'sasl.jaas.config': SCRAM.replace(';', ' tokenauth=true;') }, /delegation tokens/],
    [{ 'security.protocol': 'SASL' }, /security\.protocol: expected one of PLAINTEXT/],
  ] as const)('%j is a mistake', ([wrong, problem]) => {
    expect(read(login(wrong)).problems.join('\n')).toMatch(problem);
  });

  test('warns once of all that is not used, with the nearest name', () => {
    const { warnings } = read(login({ acks: 'all', 'linger.ms': '5', 'ssl.truststore.pasword': 'sesame' }));
    expect(warnings).toEqual([
      'client.properties: not used here: acks, linger.ms, ssl.truststore.pasword (nearest: ssl.truststore.password); ' +
        'profiles say how records are sent',
    ]);
  });

  test('is read from a path, and says which one', () => {
    expect(readClientFile(join(folder, 'none')).problems).toEqual([`${folder}/none: there is no such file`]);
    expect(readClientFile(written('u.properties', 'a=\\u12')).problems[0]).toMatch(
      /u\.properties: line 1: expected four/,
    );
    expect(readClientFile(written('e.properties', 'client.id=é')).warnings[0]).toMatch(
      /read as Latin-1, as Java/,
    );
    expect(() => clientConfigOf(join(folder, 'none'))).toThrow(/there is no such file/);
    expect(clientConfigOf({ 'client.id': 'me' })).toMatchObject({ clientId: 'me' });
  });
});

describe('a secret', () => {
  test('is not shown by printing, inspecting or JSON', () => {
    const { config } = read(login());
    const shown = [inspect(config, { depth: 9, showHidden: true }), JSON.stringify(config), String(config)];
    expect(shown.join()).not.toContain('sesame');
    expect(config!.security.sasl).toHaveProperty('password');
    const sasl = config!.security.sasl as { password: { reveal(): string } };
    expect(`${sasl.password}`).toBe('[hidden]');
    expect(sasl.password.reveal()).toBe('sesame');
  });
});

describe('a bearer token', () => {
  const token = async (options: string, more: { [name: string]: string } = {}) => {
    const { config, problems } = read(
      login({ 'sasl.mechanism': 'OAUTHBEARER', 'sasl.jaas.config': bearer(options), ...more }),
      new VirtualClock(1_000_000),
    );
    if (config?.security.sasl?.mechanism !== 'OAUTHBEARER') throw new Error(problems.join('\n'));
    return { text: (await config.security.sasl.token()).reveal(), ...config.security.sasl };
  };
  const parts = (text: string) =>
    text.split('.').map((part) => (part === '' ? '' : JSON.parse(Buffer.from(part, 'base64url').toString())));

  test('is made unsecured, with the claims of the login module', async () => {
    const { text, extensions } = await token(
      'unsecuredLoginStringClaim_sub="alice" unsecuredLoginNumberClaim_n="1.5" unsecuredLoginListClaim_scope="|a|b" ' +
        'unsecuredLoginLifetimeSeconds="60" unsecuredLoginExtension_traceId="7"',
    );
    expect(parts(text)).toEqual([
      { alg: 'none' },
      { iat: 1000, exp: 1060, sub: 'alice', n: 1.5, scope: ['a', 'b'] },
      '',
    ]);
    expect(extensions).toEqual({ traceId: '7' });
  });

  test('is given as it is, or read from a file for each login', async () => {
    expect((await token('oauth.access.token="a.b.c"')).text).toBe('a.b.c');
    const path = written('token', 'first.token\n');
    const endpoint = { 'sasl.oauthbearer.token.endpoint.url': `file://${path}` };
    const fromFile = await token('', endpoint);
    expect(fromFile.text).toBe('first.token');
    written('token', 'second.token');
    expect((await fromFile.token()).reveal()).toBe('second.token');
    written('token', 'no\x01token');
    await expect(fromFile.token()).rejects.toThrow(/expected a bearer token/);
  });

  test.for([
    ['', {}, /expected a token: unsecuredLoginStringClaim_sub/],
    ['unsecuredLoginStringClaim_sub="a" unsecuredLoginNumberClaim_n="x"', {}, /expected a number/],
    ['unsecuredLoginStringClaim_sub="a" clientid="b"', {}, /not an option of this login module: clientid/],
    ['', { 'sasl.oauthbearer.token.endpoint.url': 'https://h/' }, /expected clientId="…" and clientSecret/],
    ['', { 'sasl.oauthbearer.token.endpoint.url': 'ftp://h/' }, /expected an https, http or file URL/],
  ] as const)('of %s %j is a mistake', async ([options, more, problem]) => {
    await expect(token(options, more)).rejects.toThrow(problem);
  });
});
