import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Controllable } from '../../../src/dashboard/control.js';
import { LivePage } from '../../../src/dashboard/live.js';
import type { Frame, Hello, ShownEvent } from '../../../src/dashboard/shapes.js';
import { EventmillError } from '../../../src/errors.js';
import { openPort, type Port } from '../../../src/metrics/server.js';
import type { Snapshot } from '../../../src/types.js';
import { STEADY, snapshot } from '../../support/snapshots.js';
import { settle, VirtualClock } from '../../support/virtual-clock.js';

let clock: VirtualClock;
let live: LivePage;
let port: Port;
let asked: number;
let elapsed: number;
let wishes: unknown[];
const open: { close(): unknown }[] = [];

beforeEach(async () => {
  clock = new VirtualClock();
  live = new LivePage(clock, { clientsMax: 2, backlogBytesMax: 100_000 });
  asked = 0;
  elapsed = 10;
  wishes = [];
  port = await openPort({ host: '127.0.0.1', port: 0, pages: live.pages(), handlers: live.handlers() });
});

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  live.close();
  await port.close();
});

const now = (over: Partial<Snapshot> = {}) =>
  snapshot([{ acked: 100 * elapsed }], { elapsedSeconds: elapsed, sources: [STEADY], ...over });

const controls: Controllable = {
  rateFactor: 1,
  faults: [],
  turnRate: (factor) => void wishes.push(factor),
  async setFaults(specs) {
    if (specs.includes('nonsense')) throw new EventmillError('CONFIG', 'expected API:what');
    wishes.push(specs);
  },
};

function watch(): void {
  live.watch({
    snapshot: () => now(),
    peek(count, show: (event: ShownEvent) => void) {
      asked += count;
      show({ source: 's', topic: 't', partition: 1, key: 'k', value: '{}', timestamp: 5 });
    },
    controls,
  });
}

/** A client of the stream: what it has been told so far. */
async function listen(headers: { [name: string]: string } = {}) {
  const told: { event: string; data: unknown }[] = [];
  const state = { status: 0, ended: false };
  const asking = request({ host: '127.0.0.1', port: port.port, path: '/live', headers });
  await new Promise<void>((resolve) => {
    asking.on('response', (answer) => {
      state.status = answer.statusCode!;
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        const parts = text.split('\n\n');
        text = parts.pop()!;
        for (const part of parts) {
          const found = /^event: (\w+)\ndata: (.*)$/.exec(part);
          told.push(
            found === null ? { event: part, data: null } : { event: found[1]!, data: JSON.parse(found[2]!) },
          );
        }
      });
      answer.on('close', () => (state.ended = true));
      resolve();
    });
    asking.on('error', () => (state.ended = true));
    asking.end();
  });
  open.push({ close: () => asking.destroy() });
  const of = <T>(event: string) => told.filter((one) => one.event === event).map(({ data }) => data as T);
  return { told, state, hellos: () => of<Hello>('hello'), frames: () => of<Frame>('frame') };
}

/** Real sockets need real time. */
async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries++) {
    if (tries > 5000) throw new Error('it did not come');
    await settle();
  }
}

async function pass(frames: number): Promise<void> {
  for (let i = 0; i < frames; i++) {
    elapsed += 0.5;
    await clock.advance(500);
  }
}

describe('the stream', () => {
  it('begins with all that is known, and goes on twice a second', async () => {
    watch();
    await pass(3);
    const client = await listen();
    await until(() => client.hellos().length === 1);
    expect(client.hellos()[0]).toMatchObject({
      run: '2025-06-03T12:00:00.000Z',
      profiles: ['async'],
      frame: { status: 'Running for 12 s' },
    });
    expect(client.hellos()[0]!.history.map(({ at }) => at)).toEqual([10, 10.5, 11, 11.5]);
    await pass(2);
    await until(() => client.frames().length === 2);
    expect(client.frames()[1]).toMatchObject({
      moment: { at: 12.5, points: [{ rate: 100 }] },
      fates: [{ acked: 1250, pending: 0 }],
      controls: { rateFactor: 1, turnable: true, faults: [] },
    });
    expect(client.frames()[1]!.rows[0]![1]).toEqual({ text: '1,250', bad: false });
  });

  it('shows events, and asks for none while nobody watches', async () => {
    watch();
    await pass(5);
    expect(asked).toBe(0);
    const client = await listen();
    await pass(2);
    await until(() => client.frames().length === 2);
    expect(asked).toBe(2);
    expect(client.frames()[1]!.events).toMatchObject([{ key: 'k' }]);
  });

  it('keeps five minutes, however long a run is', async () => {
    watch();
    await pass(700);
    const client = await listen();
    await until(() => client.hellos().length === 1);
    expect(client.hellos()[0]!.history).toHaveLength(600);
  });

  it('greets again when another run begins', async () => {
    const client = await listen();
    await until(() => client.state.status === 200);
    watch();
    live.watch({ snapshot: () => now({ startedAt: '2025-06-03T12:30:00.000Z' }) });
    await until(() => client.hellos().length === 2);
    expect(client.hellos().map(({ run }) => run)).toEqual([
      '2025-06-03T12:00:00.000Z',
      '2025-06-03T12:30:00.000Z',
    ]);
    expect(client.hellos()[1]!.frame.controls).toBeNull();
    expect(client.hellos()[1]!.history).toHaveLength(0);
  });

  it('tells the end, and then only that it is still there', async () => {
    watch();
    await pass(1);
    const client = await listen();
    live.finish(now({ phase: 'done' }));
    await until(() => client.frames().length === 1);
    expect(client.frames()[0]).toMatchObject({ status: 'Done after 11 s', controls: null });
    await clock.advance(60_000);
    await until(() => client.told.filter(({ event }) => event === ':').length >= 4);
    expect(client.frames()).toHaveLength(1);
    live.close();
    await until(() => client.state.ended);
    expect(clock.pending).toBe(0);
  });

  it('takes no more clients than it can bear, and takes one when another has gone', async () => {
    watch();
    const [first] = [await listen(), await listen()];
    expect((await listen()).state.status).toBe(503);
    await open.shift()!.close();
    await until(() => first.state.ended);
    let last = await listen();
    for (let tries = 0; last.state.status === 503 && tries < 100; tries++) last = await listen();
    expect(last.state.status).toBe(200);
  });

  it('cuts off who does not read', async () => {
    watch();
    const socket = connect(port.port, '127.0.0.1', () =>
      socket.write('GET /live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'),
    );
    open.push({ close: () => socket.destroy() });
    const gone = { yet: false };
    socket.on('close', () => (gone.yet = true));
    socket.on('error', () => {});
    await until(() => socket.readyState === 'open' && asked >= 0 && socket.bytesWritten > 0);
    socket.pause();
    await settle();
    await pass(2);
    await until(() => asked > 0 || gone.yet);
    const before = asked;
    // Far more than the system's own buffers hold.
    for (let i = 0; i < 12_000 && asked > 0; i++) {
      const last = asked;
      await pass(1);
      if (asked === last) break;
    }
    expect(asked).toBeGreaterThan(before);
    // Nobody is left to show events to.
    const cut = asked;
    await pass(3);
    expect(asked).toBe(cut);
  });

  it('is not for pages of other sites', async () => {
    watch();
    expect((await listen({ 'sec-fetch-site': 'cross-site' })).state.status).toBe(403);
    expect((await listen({ origin: 'http://evil.example' })).state.status).toBe(403);
    expect((await listen({ host: 'evil.example', origin: 'http://evil.example' })).state.status).toBe(403);
    expect((await listen({ origin: `http://127.0.0.1:${port.port}` })).state.status).toBe(200);
  });
});

describe('controls', () => {
  function post(body: string, headers: { [name: string]: string } = {}, method = 'POST') {
    const all = { 'content-type': 'application/json', authorization: `Bearer ${live.token}`, ...headers };
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asking = request(
        { host: '127.0.0.1', port: port.port, path: '/control', method, headers: all },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode!, text }));
        },
      );
      asking.on('error', reject);
      asking.end(body);
    });
  }

  it('turn the rate and set faults, and show it at once', async () => {
    watch();
    await pass(1);
    const client = await listen();
    const answer = await post('{"rateFactor":2,"faults":["produce:delay=1ms"]}');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ rateFactor: 1, faults: [] });
    expect(wishes).toEqual([['produce:delay=1ms'], 2]);
    await until(() => client.frames().length === 1);
  });

  it.each([
    ['no token', { authorization: '' }, 401],
    ['another token', { authorization: 'Bearer x' }, 401],
    ['a token that only begins right', { authorization: 'Bearer ' }, 401],
    ['what a form of another site can send', { 'content-type': 'text/plain' }, 415],
    ['a page of another site', { origin: 'http://evil.example' }, 403],
    ['a page of another site, as browsers tell', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a name that may have been rebound', { host: 'evil.example' }, 403],
  ])('are not for %s', async (_, headers, status) => {
    watch();
    expect((await post('{"rateFactor":2}', headers)).status).toBe(status);
    expect(wishes).toEqual([]);
  });

  it('are not for GET', async () => {
    watch();
    expect((await post('', {}, 'GET')).status).toBe(405);
  });

  it.each([
    ['no JSON', '{', /expected a JSON object/],
    ['no object', '[1]', /expected a JSON object/],
    [
      'all mistakes',
      '{"rateFactor":"2","faults":"x","speed":1}',
      /rateFactor: expected.*\nfaults: expected.*\nspeed: expected/,
    ],
    ['too fast', '{"rateFactor":101,"faults":[]}', /rateFactor: expected a number from 0 to 100, got 101/],
    ['faults that cannot be', '{"faults":["nonsense"],"rateFactor":2}', /expected API:what/],
  ])('tell what is wrong with %s, and change nothing', async (_, body, problem) => {
    watch();
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(problem);
    expect(wishes).toEqual([]);
  });

  it('refuse what is too long', async () => {
    watch();
    expect((await post(`{"faults":["${'x'.repeat(9000)}"]}`)).status).toBe(413);
  });

  it('have nothing to do without a run', async () => {
    expect((await post('{}')).status).toBe(409);
    watch();
    live.finish(now({ phase: 'done' }));
    expect((await post('{}')).status).toBe(409);
  });

  it('tell nobody their token', async () => {
    watch();
    const client = await listen();
    await until(() => client.hellos().length === 1);
    expect(JSON.stringify(client.told)).not.toContain(live.token);
    for (const served of Object.values(live.pages())) expect(served().body).not.toContain(live.token);
  });

  it('have a token of their own each time', () => {
    expect(live.token).toMatch(/^[\w-]{22}$/);
    expect(new LivePage(clock).token).not.toBe(live.token);
  });
});
