import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verdict } from '../../../src/kafkajs-fault.js';
import { muteTimerWarning } from '../../../src/kafkajs-shim.js';
import { errorInfo } from '../../../src/protocol/codes.js';

/** An error as kafkajs makes them. */
function fault(name: string, fields: object = {}, message = 'no matter'): Error {
  return Object.assign(new Error(message), { name, ...fields });
}

describe('what kafkajs fails with', () => {
  it.each([
    [
      fault('KafkaJSProtocolError', { type: 'NOT_LEADER_FOR_PARTITION', code: 6 }),
      'NOT_LEADER_OR_FOLLOWER',
      true,
    ],
    [fault('KafkaJSProtocolError', { type: 'UNKNOWN', code: -1 }), 'UNKNOWN_SERVER_ERROR', false],
    [
      fault('KafkaJSProtocolError', { type: 'TOPIC_AUTHORIZATION_FAILED', code: 29 }),
      'TOPIC_AUTHORIZATION_FAILED',
      false,
    ],
    [fault('KafkaJSProtocolError', { type: 'x', code: 45 }), 'OUT_OF_ORDER_SEQUENCE_NUMBER', true],
    [fault('KafkaJSProtocolError', { type: 'x', code: -99 }, 'Unknown error code 999'), 'ERROR_999', false],
    [fault('KafkaJSConnectionError', { code: 'ECONNREFUSED' }), 'NETWORK_EXCEPTION', true],
    [fault('KafkaJSConnectionClosedError'), 'NETWORK_EXCEPTION', true],
    [fault('KafkaJSRequestTimeoutError'), 'REQUEST_TIMED_OUT', true],
    [fault('KafkaJSBrokerNotFound'), 'LEADER_NOT_AVAILABLE', true],
    [fault('KafkaJSSASLAuthenticationError'), 'SASL_AUTHENTICATION_FAILED', false],
    [fault('TypeError'), 'UNKNOWN_SERVER_ERROR', false],
  ])('%s means %s', (error, code, retriable) => {
    expect(verdict(error, errorInfo)).toEqual({ code, retriable });
  });

  it('is told by what it wrapped when it gave up', () => {
    const cause = fault('KafkaJSConnectionError');
    const gaveUp = fault('KafkaJSNumberOfRetriesExceeded', { cause });
    const wrapped = fault('KafkaJSNonRetriableError', { cause: gaveUp });
    expect(verdict(wrapped, errorInfo).code).toBe('NETWORK_EXCEPTION');
  });
});

it('mutes the warning about timers in the past when it comes from kafkajs, and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eventmill-mute-'));
  await mkdir(join(folder, 'kafkajs'));
  const text = "module.exports = (name) => process.emitWarning('-1 is a negative number.', name)";
  for (const file of ['kafkajs/queue.js', 'other.js']) await writeFile(join(folder, file), text);
  const require = createRequire(join(folder, 'here.js'));
  const heard: unknown[] = [];
  const emit = process.emitWarning;
  process.emitWarning = ((...[, name]: unknown[]): void => {
    heard.push(name);
  }) as typeof emit;
  try {
    muteTimerWarning();
    require('./kafkajs/queue.js')('TimeoutNegativeWarning');
    require('./kafkajs/queue.js')('AnotherWarning');
    require('./other.js')('TimeoutNegativeWarning');
    expect(heard).toEqual(['AnotherWarning', 'TimeoutNegativeWarning']);
  } finally {
    process.emitWarning = emit;
    await rm(folder, { recursive: true, force: true });
  }
});
