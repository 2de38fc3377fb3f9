import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { METADATA } from '../../../src/protocol/messages.js';
import { Connection } from '../../../src/transport/connection.js';
import { FakeBroker, framed } from '../../support/fake-broker.js';

let broker: FakeBroker;

beforeEach(async () => {
  broker = await FakeBroker.start();
});
afterEach(() => broker.close());

const open = (port = broker.port) =>
  Connection.open({ host: '127.0.0.1', port, clientId: 'test', clock: systemClock, connectTimeoutMs: 2000 });

const ask = (connection: Connection, timeoutMs = 2000) =>
  connection.ask(
    METADATA,
    () => {},
    timeoutMs,
    (body) => body,
  );

describe('a connection', () => {
  it('matches answers to requests in order', async () => {
    let count = 0;
    broker.onRequest = (request) => request.answer(Buffer.from([count++]));
    const connection = await open();
    const answers = await Promise.all([ask(connection), ask(connection), ask(connection)]);
    expect(answers.map((answer) => answer[0])).toEqual([0, 1, 2]);
    connection.destroy('done');
  });

  it('puts together an answer that comes byte by byte', async () => {
    broker.onRequest = ({ socket, correlationId }) => {
      for (const byte of framed(correlationId, Buffer.from('hello'))) socket.write(Buffer.from([byte]));
    };
    const connection = await open();
    expect((await ask(connection)).toString()).toBe('hello');
    connection.destroy('done');
  });

  it('takes apart answers that come in one piece', async () => {
    broker.onRequest = ({ socket }) => {
      if (broker.requests.length < 2) return;
      const [a, b] = broker.requests;
      socket.write(
        Buffer.concat([
          framed(a!.correlationId, Buffer.from('a')),
          framed(b!.correlationId, Buffer.from('b')),
        ]),
      );
    };
    const connection = await open();
    const answers = await Promise.all([ask(connection), ask(connection)]);
    expect(answers.map(String)).toEqual(['a', 'b']);
    connection.destroy('done');
  });

  it('is destroyed by an answer to another request, and everything that waits is told', async () => {
    broker.onRequest = ({ socket, correlationId }) =>
      socket.write(framed(correlationId + 7, Buffer.alloc(0)));
    const connection = await open();
    const waiting = [ask(connection), ask(connection)];
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'NETWORK_EXCEPTION' });
    expect(connection.alive).toBe(false);
  });

  it('is destroyed by an absurd length, before anything of that size is allocated', async () => {
    broker.onRequest = ({ socket }) => socket.write(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02]));
    const connection = await open();
    await expect(ask(connection)).rejects.toThrow(/TLS/);
  });

  it('is destroyed by a request that is not answered in time, and is never used again', async () => {
    const connection = await open();
    await expect(ask(connection, 30)).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
    expect(connection.alive).toBe(false);
    await expect(ask(connection)).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
  });

  it('keeps the earliest deadline although a later one was set first', async () => {
    const connection = await open();
    const patient = ask(connection, 60_000);
    const hasty = ask(connection, 30);
    await expect(hasty).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
    await expect(patient).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
  });

  it('gives a throttled broker that much longer', async () => {
    broker.onRequest = (request) => void setTimeout(() => request.answer(Buffer.from('late')), 120);
    const connection = await open();
    const answer = ask(connection, 60);
    connection.throttle(2000);
    expect((await answer).toString()).toBe('late');
    connection.destroy('done');
  });

  it('tells requests under way when the peer closes', async () => {
    broker.onRequest = ({ socket }) => socket.end();
    const connection = await open();
    await expect(ask(connection)).rejects.toThrow(/closed the connection/);
  });

  it('says in words why it cannot be opened', async () => {
    const { port } = broker;
    await broker.close();
    await expect(open(port)).rejects.toThrow(/nobody listens there/);
    broker = await FakeBroker.start();
  });

  it('is destroyed by a peer that does not read, although it owes no answer', async () => {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const connection = await open((server.address() as AddressInfo).port);
    const flood = Buffer.alloc(32 * 1024 * 1024);
    await expect(connection.post([flood], 50)).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT' });
    expect(connection.alive).toBe(false);
    server.close();
  });

  it('resolves what has no answer once the socket took it', async () => {
    const connection = await open();
    const { header } = connection.begin(METADATA);
    header.patchLength(0);
    await connection.post([header.finish()], 1000);
    expect(connection.wireBytes).toBeGreaterThan(10);
    connection.destroy('done');
    await expect(connection.post([Buffer.alloc(1)], 1000)).rejects.toMatchObject({
      code: 'NETWORK_EXCEPTION',
    });
  });
});
