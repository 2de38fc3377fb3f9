/** A run whose broker goes mad: it ends in time, with every record accounted for, and without a stack. */
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FrameSplitter } from '../../src/protocol/frames.js';
import { API_KEYS } from '../../src/protocol/keys.js';
import { createRandom } from '../../src/random.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { framed } from '../support/fake-broker.js';
import { eventmill, readSummary } from '../support/tools-cli.js';

let sandbox: Sandbox;
const servers: Server[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  for (const server of servers) server.close();
  await sandbox.close();
});

interface Answered {
  readonly apiKey: number;
  /** How many answers of this API went before, on all connections. */
  readonly nth: number;
  readonly correlationId: number;
  readonly body: Buffer;
}

/** Stands before the sandbox; what `change` gives is sent in place of each answer, null for the answer as it is. */
async function madBroker(change: (answer: Answered) => Buffer | null): Promise<string> {
  const counts = new Map<number, number>();
  const server = createServer((socket) => {
    const upstream = connect(Number(sandbox.address.split(':')[1]), '127.0.0.1');
    const asked: number[] = [];
    const requests = new FrameSplitter(1 << 27);
    const answers = new FrameSplitter(1 << 27);
    socket.on('error', () => {});
    upstream.on('error', () => {});
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('data', (data) => {
      requests.push(data, (frame) => asked.push(frame.readInt16BE(0)));
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      answers.push(data, (frame) => {
        const apiKey = asked.shift() ?? -1;
        const nth = counts.get(apiKey) ?? 0;
        counts.set(apiKey, nth + 1);
        const correlationId = frame.readInt32BE(0);
        const right = Buffer.from(frame.subarray(4));
        // It goes on telling of itself at the proxy, not at the sandbox, whatever else it does.
        const body = apiKey === API_KEYS.Metadata ? moved(right) : right;
        const answer = change({ apiKey, nth, correlationId, body }) ?? framed(correlationId, body);
        if (socket.writable) socket.write(answer);
      });
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const from = Buffer.alloc(4);
  from.writeInt32BE(Number(sandbox.address.split(':')[1]));
  function moved(body: Buffer): Buffer {
    const at = body.indexOf(from);
    if (at >= 0) body.writeInt32BE(port, at);
    return body;
  }
  return `127.0.0.1:${port}`;
}

const random = createRandom(7);
const noise = (): Buffer => Buffer.from(Array.from({ length: 60 }, () => random.int(256)));
const SHORT = ['--set', 'deliveryTimeoutMs=4000', '--set', 'requestTimeoutMs=500', '--metrics-port', 'off'];

async function runAgainst(brokers: string, topic: string, ...more: string[]) {
  const summary = join(mkdtempSync(join(tmpdir(), 'eventmill-garbage-')), 's.json');
  const topics = ['--topic', `stock=${topic}`, '--topic', `pizza=${topic}`];
  const startedAt = performance.now();
  const ended = await eventmill(
    [
      'run',
      'demo',
      '--brokers',
      brokers,
      '--rate',
      '500/s',
      '--duration',
      '1s',
      '--summary',
      summary,
      ...topics,
      ...SHORT,
      ...more,
    ],
    { timeoutMs: 60_000 },
  );
  return { ...ended, seconds: (performance.now() - startedAt) / 1000, summary };
}

// They mostly wait, and so do it side by side.
it.concurrent.each([
  ['noise', () => noise()],
  ['noise in frames', ({ correlationId }: Answered) => framed(correlationId, noise())],
  ['lengths beyond all bounds', () => Buffer.from('7fffffff00000001', 'hex')],
  ['other requests than were asked', ({ correlationId, body }: Answered) => framed(correlationId + 1, body)],
  [
    'halves',
    ({ correlationId, body }: Answered) => framed(correlationId, body.subarray(0, body.length >> 1)),
  ],
  ['nothing, and hangs on', () => Buffer.alloc(0)],
])('a broker that answers %s from the first word on', async (_, change) => {
  const { code, stderr, seconds } = await runAgainst(await madBroker(change), 'first');
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).not.toMatch(/bug in eventmill|\n\s+at /);
  expect(code).toBe(2);
  expect(seconds).toBeLessThan(20);
});

it.concurrent.each([
  ['noise in frames', ({ correlationId }: Answered) => framed(correlationId, noise())],
  ['noise', () => noise()],
  ['lengths beyond all bounds', () => Buffer.from('7fffffff00000001', 'hex')],
  ['other requests than were asked', ({ correlationId, body }: Answered) => framed(correlationId + 1, body)],
  [
    'halves',
    ({ correlationId, body }: Answered) => framed(correlationId, body.subarray(0, body.length >> 1)),
  ],
  ['strange errors', ({ correlationId, body }: Answered) => framed(correlationId, withError(body, 31_000))],
])('a broker that answers Produce with %s after a while', async (name, change) => {
  // A busy machine sends all its records in few requests, and some have to come behind the first answers.
  const mad = await madBroker((answer) =>
    answer.apiKey === API_KEYS.Produce && answer.nth > 2 ? change(answer) : null,
  );
  const { code, stderr, summary } = await runAgainst(mad, `later-${name.replaceAll(' ', '-')}`);
  expect(stderr).not.toMatch(/bug in eventmill|\n\s+at /);
  expect(code).toBe(1);
  const { due, acked, failed, expired, dropped, unacknowledged } = readSummary(summary).profiles[0]!;
  expect(acked + failed + expired + dropped + unacknowledged).toBe(due);
  expect(acked).toBeGreaterThan(0);
  expect(failed + expired).toBeGreaterThan(0);
});

it.concurrent.each(['async', 'kafkajs'])(
  'a broker that lies to profile %s about one answer in three, in the middle of a run',
  async (profile) => {
    let turn = 0;
    let began = false;
    const mad = await madBroker(({ apiKey, correlationId, nth, body }) => {
      began ||= apiKey === API_KEYS.Produce && nth > 5;
      if (!began || turn++ % 3 > 0) return null;
      return [framed(correlationId, noise()), noise(), framed(correlationId, body.subarray(1))][turn % 3]!;
    });
    const { code, stderr, summary } = await runAgainst(mad, `thirds-${profile}`, '--profile', profile);
    expect(began).toBe(true);
    expect(stderr).not.toMatch(/bug in eventmill|\n\s+at /);
    expect([0, 1]).toContain(code);
    const { due, acked, failed, expired, dropped, unacknowledged } = readSummary(summary).profiles[0]!;
    expect(acked + failed + expired + dropped + unacknowledged).toBe(due);
  },
);

/** A Produce answer whose first partition has this error. */
function withError(body: Buffer, error: number): Buffer {
  const nameLength = body.readInt16BE(4);
  body.writeInt16BE(error, 4 + 2 + nameLength + 4 + 4);
  return body;
}
