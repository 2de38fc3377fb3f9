import { get, type IncomingHttpHeaders, request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_PORT, openPort, type Pages, type Port } from '../../../src/metrics/server.js';

const PAGES: Pages = {
  '/': () => ({
    type: 'text/html; charset=utf-8',
    body: '<p>page',
    headers: { 'content-security-policy': "default-src 'none'" },
  }),
  '/healthz': () => ({ type: 'application/json', body: '{}' }),
  '/broken': () => {
    throw new Error('secret of the inside');
  },
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function started(
  over: { port?: number; host?: string; onError?: (error: unknown) => void } = {},
): Promise<Port> {
  const port = await openPort({ host: '127.0.0.1', pages: PAGES, port: 0, ...over });
  open.push(port);
  return port;
}

function ask(port: Port, path: string, method = 'GET', headers: { [name: string]: string } = {}) {
  return new Promise<{ status: number; body: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: port.port, path, method, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode!, body, headers: answer.headers }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      open.push(server);
      resolve(server);
    });
  });
}

it('serves its pages, whatever the query, and says what there is otherwise', async () => {
  const port = await started();
  expect(await ask(port, '/?x=1')).toMatchObject({ status: 200, body: '<p>page' });
  expect((await ask(port, '/')).headers).toMatchObject({
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(await ask(port, '/none')).toMatchObject({
    status: 404,
    body: 'expected one of /, /healthz, /broken\n',
  });
  expect(await ask(port, '/constructor')).toMatchObject({ status: 404 });
});

it('answers HEAD without a body and refuses whatever would change something', async () => {
  const port = await started();
  const head = await ask(port, '/', 'HEAD');
  expect(head).toMatchObject({ status: 200, body: '' });
  expect(head.headers['content-length']).toBe('7');
  for (const method of ['POST', 'PUT', 'DELETE']) expect((await ask(port, '/', method)).status).toBe(405);
});

it('keeps the inside of an error to itself', async () => {
  const errors: unknown[] = [];
  const port = await started({ onError: (error) => errors.push(error) });
  const answer = await ask(port, '/broken');
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain('secret');
  expect(errors).toHaveLength(1);
});

describe('on loopback', () => {
  it.each(['127.0.0.1', '127.0.0.1:9464', 'localhost', 'LOCALHOST:1', '[::1]:9464', '127.1.2.3'])(
    'answers to %s',
    async (host) => {
      expect((await ask(await started(), '/', 'GET', { host })).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'evil.example:9464',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
  ])('does not answer to %s, a name that may have been rebound', async (host) => {
    const answer = await ask(await started(), '/healthz', 'GET', { host });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('expected a Host header that names this machine');
  });
});

it('answers to any name where it was opened to others', async () => {
  const port = await started({ host: '0.0.0.0' });
  expect((await ask(port, '/', 'GET', { host: 'eventmill.internal' })).status).toBe(200);
  expect(port.url).toBe(`http://127.0.0.1:${port.port}/`);
});

it('refuses a port that was asked for and is in use', async () => {
  const first = await started();
  await expect(openPort({ host: '127.0.0.1', pages: PAGES, port: first.port })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    exitCode: 2,
    message: expect.stringContaining(`port ${first.port} is in use`) as string,
  });
});

it('takes the next free port when the default is in use, and says so', async () => {
  await occupy(DEFAULT_PORT).catch(() => undefined);
  const port = await openPort({ host: '127.0.0.1', pages: PAGES });
  open.push(port);
  expect(port.port).toBeGreaterThan(DEFAULT_PORT);
  expect(port.moved).toBe(true);
});

it('refuses an address that is not of this machine, with a remedy', async () => {
  await expect(openPort({ host: '192.0.2.1', pages: PAGES, port: 0 })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('an address of this machine') as string,
  });
});

it('closes although a client keeps its connection open', async () => {
  const port = await openPort({ host: '127.0.0.1', pages: PAGES, port: 0 });
  const socket = await new Promise<import('node:net').Socket>((resolve) => {
    get(
      { host: '127.0.0.1', port: port.port, path: '/', headers: { connection: 'keep-alive' } },
      (answer) => {
        answer.resume();
        resolve(answer.socket);
      },
    );
  });
  await port.close();
  socket.destroy();
});
