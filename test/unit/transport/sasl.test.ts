import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { METADATA } from '../../../src/protocol/messages.js';
import { secret } from '../../../src/security/secret.js';
import { TokenError } from '../../../src/security/tokens.js';
import { Cluster } from '../../../src/transport/cluster.js';
import { Connection } from '../../../src/transport/connection.js';
import { authenticator } from '../../../src/transport/sasl.js';
import type { Clock, Sasl, Security } from '../../../src/types.js';
import { type SaslScript, withSasl } from '../../support/sasl-broker.js';
import { ScriptedBroker } from '../../support/scripted-broker.js';
import { VirtualClock } from '../../support/virtual-clock.js';

let broker: ScriptedBroker;
beforeEach(async () => {
  broker = await ScriptedBroker.start();
});
afterEach(() => broker.fake.close());

const user = (mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512', password = 'sesame'): Sasl => ({
  mechanism,
  username: 'alice',
  password: secret(password),
});
const bearer = (token: () => Promise<ReturnType<typeof secret>>, extensions = {}): Sasl => ({
  mechanism: 'OAUTHBEARER',
  token,
  extensions,
});
const script = (more: Partial<SaslScript> = {}): SaslScript => ({
  mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
  username: 'alice',
  password: 'sesame',
  ...more,
});

const open = (sasl: Sasl, clock: Clock = systemClock) =>
  Connection.open({
    host: '127.0.0.1',
    port: broker.fake.port,
    clientId: 'test',
    clock,
    connectTimeoutMs: 2000,
    authenticate: authenticator(sasl),
  });

describe('a login', () => {
  test('with PLAIN says user and password in one frame', async () => {
    const { said } = withSasl(broker.fake, script());
    const connection = await open(user('PLAIN'));
    expect(said).toEqual(['\0alice\0sesame']);
    connection.destroy('done');
  });

  test.for(['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    'with %s never says the password',
    async (mechanism) => {
      const { said } = withSasl(broker.fake, script());
      const connection = await open(user(mechanism));
      expect(said).toHaveLength(2);
      expect(said.join()).not.toContain('sesame');
      connection.destroy('done');
    },
  );

  test('with OAUTHBEARER says the token and its extensions', async () => {
    const { said } = withSasl(broker.fake, script());
    const connection = await open(bearer(async () => secret('a.b.c'), { traceId: '7' }));
    expect(said).toEqual(['n,,\x01auth=Bearer a.b.c\x01traceId=7\x01\x01']);
    connection.destroy('done');
  });

  test.for(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    'with %s and a wrong password is told in one sentence without it, and the socket is closed',
    async (mechanism) => {
      withSasl(broker.fake, script());
      const failure = await open(user(mechanism, 'opensaysme')).catch((error: Error) => error);
      expect(failure).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', verdict: 'AUTHENTICATION' });
      expect((failure as Error).message).toMatch(/refused user "alice" with .*: check username, password/);
      expect((failure as Error).message).not.toContain('opensaysme');
      await expect.poll(() => broker.fake.sockets.size).toBe(0);
    },
  );

  test('with a refused token answers the refusal, as the broker waits for that, before it is told', async () => {
    const { said } = withSasl(broker.fake, script({ tokenRefusal: '{"status":"invalid_token"}' }));
    await expect(open(bearer(async () => secret('a.b.c')))).rejects.toThrow(/refused the OAUTHBEARER token/);
    expect(said[1]).toBe('\x01');
  });

  test('without a token says why there is none', async () => {
    withSasl(broker.fake, script());
    const none = bearer(() => Promise.reject(new TokenError('the token endpoint answered 500')));
    await expect(open(none)).rejects.toMatchObject({
      message: 'the token endpoint answered 500',
      verdict: 'AUTHENTICATION',
    });
  });

  test('at a server that does not know the password itself is broken off', async () => {
    withSasl(broker.fake, script({ forged: true }));
    await expect(open(user('SCRAM-SHA-256'))).rejects.toThrow(
      /could not prove that it knows the password too/,
    );
  });

  test('with a mechanism that is not offered names those that are', async () => {
    withSasl(broker.fake, script({ mechanisms: ['SCRAM-SHA-512', 'PLAIN'] }));
    await expect(open(user('SCRAM-SHA-256'))).rejects.toThrow(
      /does not offer the mechanism SCRAM-SHA-256, but SCRAM-SHA-512, PLAIN: set sasl.mechanism/,
    );
  });

  test('at a listener that closes on it says that it may be one for TLS', async () => {
    broker.fake.onRequest = ({ socket }) => void socket.end();
    await expect(open(user('PLAIN'))).rejects.toMatchObject({
      message: expect.stringMatching(/set security.protocol to SASL_SSL/) as string,
      verdict: 'BROKER_UNREACHABLE',
    });
  });
});

describe('a session', () => {
  const security: Security = { protocol: 'SASL_PLAINTEXT', tls: null, sasl: user('PLAIN') };
  const cluster = (clock: Clock) =>
    new Cluster({
      brokers: [broker.address],
      clientId: 'test',
      clock,
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 60_000,
      security,
    });

  test('is used for 85 % of its life', async () => {
    withSasl(broker.fake, script({ sessionMs: 10_000 }));
    const clock = new VirtualClock();
    const connection = await open(user('PLAIN'), clock);
    await clock.advance(8_499);
    expect(connection.retired).toBe(false);
    await clock.advance(1);
    expect(connection.retired).toBe(true);
    connection.destroy('done');
  });

  test('without an end never retires', async () => {
    withSasl(broker.fake, script());
    const clock = new VirtualClock();
    const connection = await open(user('PLAIN'), clock);
    await clock.advance(1e12);
    expect(connection.retired).toBe(false);
    connection.destroy('done');
  });

  test('about to end has what is under way drained before the next login, and whoever asked first served first', async () => {
    const log = withSasl(broker.fake, script({ sessionMs: 10_000 }));
    const clock = new VirtualClock();
    const nodes = cluster(clock);
    await nodes.connect(['t']);
    const old = await nodes.connection(1);
    const serve = broker.fake.onRequest;
    let answer = () => {};
    broker.fake.onRequest = (request) => {
      answer = () => serve(request);
    };
    const underWay = old.ask(
      METADATA,
      (to) => void to.int32(0).boolean(false),
      60_000,
      (body) => body,
    );
    await expect.poll(() => answer !== undefined && broker.count('Metadata')).toBe(2);
    await clock.advance(9_000);
    const logins = log.logins;
    const order: string[] = [];
    const first = nodes.connection(1).then((connection) => {
      order.push('first');
      return connection;
    });
    const second = nodes.connection(1).then(() => order.push('second'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.logins).toBe(logins);
    expect(old.alive).toBe(true);
    broker.fake.onRequest = serve;
    answer();
    await underWay;
    const renewed = await first;
    await second;
    expect(renewed).not.toBe(old);
    expect(old.alive).toBe(false);
    expect(log.logins).toBe(logins + 1);
    expect(order).toEqual(['first', 'second']);
    nodes.close();
  });
});

describe('a broker that throttles', () => {
  test('is not sent to before its time, and then in the order of asking', async () => {
    const clock = new VirtualClock();
    const nodes = new Cluster({
      brokers: [broker.address],
      clientId: 'test',
      clock,
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
    });
    await nodes.connect(['t']);
    const connection = await nodes.connection(1);
    connection.throttle(3_000);
    const served: string[] = [];
    const ask = (name: string) => nodes.connection(1).then(() => served.push(name));
    const all = [ask('a'), ask('b')];
    await clock.advance(2_000);
    // Another answer makes it longer.
    connection.throttle(2_000);
    await clock.advance(1_500);
    all.push(ask('c'));
    expect(served).toEqual([]);
    await clock.advance(500);
    await Promise.all(all);
    expect(served).toEqual(['a', 'b', 'c']);
    nodes.close();
  });

  test('and goes away meanwhile keeps nobody waiting', async () => {
    const clock = new VirtualClock();
    const nodes = new Cluster({
      brokers: [broker.address],
      clientId: 'test',
      clock,
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
    });
    await nodes.connect(['t']);
    const connection = await nodes.connection(1);
    connection.throttle(1e9);
    const next = nodes.connection(1);
    connection.destroy('gone');
    expect(await next).not.toBe(connection);
    nodes.close();
  });
});
