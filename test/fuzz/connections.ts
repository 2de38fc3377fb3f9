/** One connection over a socket of ours: answers cut, merged, swapped, left out, or not meant for anybody. */

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { API_VERSIONS } from '../../src/protocol/messages.js';
import { Connection } from '../../src/transport/connection.js';
import { ConnectionError } from '../../src/transport/connection-error.js';
import { framed } from '../support/fake-broker.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';
import { inWords, type Target, target } from './target.js';

type Answering = 'right' | 'wrong id' | 'silence' | 'noise' | 'huge' | 'negative' | 'twice' | 'short';

interface Case {
  readonly answers: readonly Answering[];
  readonly body: Uint8Array;
  /** Where the stream is cut into chunks. */
  readonly cuts: readonly number[];
  readonly end: 'open' | 'end' | 'error';
}

const TIMEOUT_MS = 1000;

const cases: fc.Arbitrary<Case> = fc.record({
  answers: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Answering>('right') },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Answering>(
          'wrong id',
          'silence',
          'noise',
          'huge',
          'negative',
          'twice',
          'short',
        ),
      },
    ),
    { minLength: 1, maxLength: 6 },
  ),
  body: fc.uint8Array({ maxLength: 30 }),
  cuts: fc.array(fc.nat(200), { maxLength: 12 }),
  end: fc.constantFrom('open', 'open', 'end', 'error'),
});

class Line extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    done();
  }
}

export const CONNECTIONS: readonly Target[] = [
  target('a connection', 500, cases, async ({ answers, body, cuts, end }) => {
    const clock = new VirtualClock();
    const line = new Line();
    const opening = Connection.open({
      host: '127.0.0.1',
      port: 1,
      clientId: 'fuzz',
      clock,
      connectTimeoutMs: 100,
      dial: () => line as unknown as Socket,
    });
    line.emit('connect');
    const connection = await opening;
    const asked = answers.map(() =>
      connection
        .ask(
          API_VERSIONS,
          () => {},
          TIMEOUT_MS,
          (body) => body,
        )
        .catch((error: unknown) => error),
    );
    for (const chunk of cut(
      answers.map((how, index) => said(how, index + 1, body)),
      cuts,
    )) {
      if (!line.destroyed) line.push(chunk);
      await settle();
    }
    if (end === 'end' && !line.destroyed) line.push(null);
    if (end === 'error') line.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    await clock.advance(TIMEOUT_MS);
    const told = await Promise.all(asked);
    const good = answers.findIndex((how) => how !== 'right');
    for (const [index, answer] of told.entries()) {
      const meant = good < 0 || index < good || (index === good && answers[good] === 'twice');
      if (meant && !(Buffer.isBuffer(answer) && answer.equals(body)))
        throw new Error(`answer ${index} was lost`);
      if (Buffer.isBuffer(answer)) {
        if (!answer.equals(body)) throw new Error(`answer ${index} is not what was sent`);
      } else if (answer instanceof ConnectionError) inWords(answer.message);
      else throw answer;
    }
    if (good >= 0 && connection.alive) throw new Error('it is still believed');
    if (connection.alive && clock.pending > 0) throw new Error('a timer is left');
    connection.destroy('the case is over');
  }),
];

function said(how: Answering, id: number, body: Uint8Array): Buffer {
  const right = framed(id, Buffer.from(body));
  switch (how) {
    case 'right':
      return right;
    case 'twice':
      return Buffer.concat([right, right]);
    case 'wrong id':
      return framed(id + 1000, Buffer.from(body));
    case 'noise':
      return Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');
    case 'huge':
      return Buffer.from('7fffffff00000001', 'hex');
    case 'negative':
      return Buffer.from('ffffffff00000001', 'hex');
    case 'short':
      return Buffer.from('000000020000', 'hex');
    case 'silence':
      return Buffer.alloc(0);
  }
}

function cut(pieces: readonly Buffer[], cuts: readonly number[]): Buffer[] {
  let rest = Buffer.concat(pieces);
  const chunks: Buffer[] = [];
  for (const size of cuts) {
    if (size === 0 || size >= rest.length) continue;
    chunks.push(rest.subarray(0, size));
    rest = rest.subarray(size);
  }
  if (rest.length > 0) chunks.push(rest);
  return chunks;
}
