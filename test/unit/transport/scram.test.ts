import { describe, expect, test } from 'vitest';
import { ScramClient, type ScramOptions } from '../../../src/transport/scram.js';

/** RFC 5802, section 5, and RFC 7677, section 3. */
const EXAMPLES = [
  {
    hash: 'sha1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    hash: 'sha256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;

const client = (options: Partial<ScramOptions> = {}) =>
  new ScramClient({ hash: 'sha256', username: 'user', password: 'pencil', nonce: 'abc', ...options });

describe.for(EXAMPLES)('the exchange that the RFC prints for $hash', ({ hash, nonce, ...exchange }) => {
  test('is ours, word for word', async () => {
    const scram = client({ hash, nonce });
    expect(scram.first()).toBe(`n,,n=user,r=${nonce}`);
    expect(await scram.final(exchange.serverFirst)).toBe(exchange.final);
    expect(() => scram.verify(exchange.serverFinal)).not.toThrow();
  });

  test('fails when the server proves another password', async () => {
    const scram = client({ hash, nonce, password: 'other' });
    await scram.final(exchange.serverFirst);
    expect(() => scram.verify(exchange.serverFinal)).toThrow(/could not prove/);
  });
});

test('a user name may have the signs that part a message', () => {
  expect(client({ username: 'a=b,c' }).first()).toBe('n,,n=a=3Db=2Cc,r=abc');
});

test.for([
  ['r=xyz123,s=QSXCR+Q6sek8bf92,i=4096', /did not add to our nonce/],
  ['r=abc,s=QSXCR+Q6sek8bf92,i=4096', /did not add to our nonce/],
  ['r=abcd,s=QSXCR+Q6sek8bf92,i=4095', /asks for 4095 iterations, expected 4096 to/],
  ['r=abcd,s=QSXCR+Q6sek8bf92,i=2000000', /asks for 2000000 iterations/],
  ['r=abcd,s=QSXCR+Q6sek8bf92,i=-1', /malformed/],
  ['r=abcd,i=4096', /malformed/],
  ['m=ext,r=abcd,s=QSXCR+Q6sek8bf92,i=4096', /malformed/],
  ['', /malformed/],
] as const)('a server that says %s is not answered', async ([serverFirst, problem]) => {
  await expect(client().final(serverFirst)).rejects.toThrow(problem);
});

test.for(['', 'v=', 'v=AAAA', 'x=1', 'e=other-error'])(
  'a server that ends with %j is not believed',
  async (last) => {
    const scram = client();
    await scram.final('r=abcd,s=QSXCR+Q6sek8bf92,i=4096');
    expect(() => scram.verify(last)).toThrow(/could not prove|refused the login: other-error/);
  },
);

test('a server that proves itself before it was asked is not believed', () => {
  expect(() => client().verify('v=rmF9pqV8S7suAoZWja4dJRkFsKQ=')).toThrow(/could not prove/);
});
