import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EventmillError } from '../../../src/errors.js';
import { openPushgateway } from '../../../src/metrics/pushgateway.js';
import { snapshot } from '../../support/snapshots.js';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const open: { close(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A gateway that gives these answers by method, and remembers what it was asked. */
async function gateway(
  answers: {
    readonly [method: string]: { status: number; body?: string; headers?: { [name: string]: string } };
  } = {},
) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      asked.push({ method, path, headers, body });
      const answer = answers[method] ?? { status: method === 'HEAD' ? 405 : 200 };
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  const { port } = server.address() as AddressInfo;
  return { asked, host: `127.0.0.1:${port}` };
}

async function refusal(url: string): Promise<EventmillError> {
  const error: unknown = await openPushgateway(url, 'demo').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EventmillError);
  return error as EventmillError;
}

it('asks without pushing first, and then replaces the group of the workload', async () => {
  const { asked, host } = await gateway();
  const outlet = await openPushgateway(`http://${host}`, 'demo');
  expect(asked.map(({ method, body }) => [method, body])).toEqual([['HEAD', '']]);
  await outlet.finish(snapshot([{ acked: 7 }]));
  expect(asked[1]).toMatchObject({ method: 'PUT', path: '/metrics/job/eventmill/workload/demo' });
  expect(asked[1]!.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(asked[1]!.body).toMatch(/^eventmill_records_total\{profile="async",.*fate="acked"\} 7$/m);
});

it('pushes nothing of the process, which would stand beside the gateway’s own', async () => {
  const { asked, host } = await gateway();
  await (await openPushgateway(`http://${host}`, 'demo')).finish(snapshot());
  expect(asked[1]!.body).not.toMatch(/^(process|nodejs)_/m);
});

it.for([
  ['', 'demo', '/metrics/job/eventmill/workload/demo'],
  ['/behind/a/proxy/', 'demo', '/behind/a/proxy/metrics/job/eventmill/workload/demo'],
  ['', './my/lunch.json', '/metrics/job/eventmill/workload@base64/Li9teS9sdW5jaC5qc29u'],
  ['/metrics/job/nightly/instance/ci-7', 'demo', '/metrics/job/nightly/instance/ci-7'],
  ['/metrics/job@base64/YQ', 'demo', '/metrics/job@base64/YQ'],
] as const)('for the path "%s" and the workload %s pushes to %s', async ([path, workload, pushed]) => {
  const { asked, host } = await gateway();
  await (await openPushgateway(`http://${host}${path}`, workload)).finish(snapshot());
  expect(asked[1]!.path).toBe(pushed);
});

it('sends user and password, and shows them to nobody', async () => {
  const { asked, host } = await gateway({ PUT: { status: 500, body: 'no disk\nmore' } });
  const outlet = await openPushgateway(`http://mill:se%40cret@${host}`, 'demo');
  const failed = outlet.finish(snapshot());
  await expect(failed).rejects.toMatchObject({ code: 'OUTPUT' });
  await expect(failed).rejects.toThrow(/it answers 500: no disk$/);
  await expect(failed).rejects.not.toThrow(/cret/);
  for (const { headers } of asked)
    expect(headers.authorization).toBe(`Basic ${Buffer.from('mill:se@cret').toString('base64')}`);
});

it('takes no redirection, which would carry what is pushed elsewhere', async () => {
  const elsewhere = await gateway();
  const { host } = await gateway({
    PUT: { status: 307, headers: { location: `http://${elsewhere.host}/` } },
  });
  const outlet = await openPushgateway(`http://${host}`, 'demo');
  await expect(outlet.finish(snapshot())).rejects.toThrow(/it answers 307/);
  expect(elsewhere.asked).toEqual([]);
});

describe('before the run', () => {
  it('says that nobody is there', async () => {
    const { host } = await gateway();
    const server = open.pop()!;
    await new Promise<void>((resolve) => {
      (server as unknown as { close(done: () => void): void }).close(resolve);
    });
    const error = await refusal(`http://mill:secret@${host}`);
    expect(error.code).toBe('NOT_WRITABLE');
    expect(error.message).toContain(
      `--pushgateway http://${host}/metrics/job/eventmill/workload/demo: expected`,
    );
    expect(error.message).toContain('the connection is refused');
    expect(error.message).not.toContain('secret');
  });

  it.for([
    [401, 'user or password'],
    [403, 'user or password'],
    [404, 'no Pushgateway at this path'],
  ] as const)('says that the answer is %s', async ([status, words]) => {
    const { host } = await gateway({ HEAD: { status } });
    expect((await refusal(`http://${host}`)).message).toContain(words);
  });
});
