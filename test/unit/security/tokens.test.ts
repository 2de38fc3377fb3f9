import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secret } from '../../../src/security/secret.js';
import { endpointTokens } from '../../../src/security/tokens.js';
import { VirtualClock } from '../../support/virtual-clock.js';

let server: Server;
let asked: { authorization: string | undefined; body: string }[];
let answer: { status: number; body: string };

beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: '{"access_token":"a.b","expires_in":100}' };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function tokens(clock = new VirtualClock()) {
  const { port } = server.address() as { port: number };
  const endpoint = { url: `http://127.0.0.1:${port}/token`, clientId: 'me', clientSecret: secret('sesame') };
  return endpointTokens({ ...endpoint, scope: 'write' }, clock);
}

test('an endpoint is asked with the client’s credentials, once for all who wait', async () => {
  const source = tokens();
  const given = await Promise.all([source(), source()]);
  expect(given.map((token) => token.reveal())).toEqual(['a.b', 'a.b']);
  expect(asked).toEqual([
    {
      authorization: `Basic ${Buffer.from('me:sesame').toString('base64')}`,
      body: 'grant_type=client_credentials&scope=write',
    },
  ]);
});

test('a token is used for most of its life, and no longer', async () => {
  const clock = new VirtualClock();
  const source = tokens(clock);
  await source();
  await clock.advance(79_000);
  await source();
  expect(asked).toHaveLength(1);
  await clock.advance(2_000);
  await source();
  expect(asked).toHaveLength(2);
});

test.for([
  [401, '{"error":"sesame"}', /answered 401/],
  [200, '{}', /without an access_token/],
  [200, 'sesame', /gave no answer/],
  [200, '{"access_token":"a\\u0001b"}', /expected a bearer token/],
] as const)(
  'an endpoint that answers %s %s is told in a sentence without secrets',
  async ([status, body, problem]) => {
    answer = { status, body };
    const failure = await tokens()().then(
      () => 'none',
      (error: Error) => error.message,
    );
    expect(failure).toMatch(problem);
    expect(failure).not.toContain('sesame');
  },
);
