import { describe, expect, test } from 'vitest';
import { CODES, errorName } from '../../../src/protocol/codes.js';
import { inspectBatch } from '../../../src/sandbox/batch.js';
import { makeBatch, seal } from '../../support/sandbox-wire.js';

function changed(change: (batch: Buffer) => void): Buffer {
  const batch = makeBatch({ count: 3, bytes: 200 });
  change(batch);
  return batch;
}

describe('a batch that comes in', () => {
  test('is taken with its header when it is whole', () => {
    const wish = {
      count: 3,
      producerId: 5,
      epoch: 1,
      sequence: 2 ** 31 - 2,
      maxTimestamp: 1_700_000_000_123,
    };
    expect(inspectBatch(makeBatch(wish), 1000, 8)).toMatchObject({
      count: 3,
      producerId: 5,
      producerEpoch: 1,
      firstSequence: 2 ** 31 - 2,
      lastSequence: 0,
      maxTimestamp: 1_700_000_000_123,
    });
  });

  const whole = makeBatch({ bytes: 200 });
  test.for([
    ['nothing', null, 'INVALID_RECORD'],
    ['no bytes', Buffer.alloc(0), 'INVALID_RECORD'],
    ['a few bytes', Buffer.alloc(10), 'CORRUPT_MESSAGE'],
    ['half a batch', whole.subarray(0, 100), 'CORRUPT_MESSAGE'],
    ['two batches', Buffer.concat([whole, whole]), 'INVALID_RECORD'],
    ['a flipped bit', changed((batch) => (batch[150]! ^= 1)), 'CORRUPT_MESSAGE'],
    ['an old message format', changed((batch) => (batch[16] = 1)), 'INVALID_RECORD'],
    ['a negative length', changed((batch) => batch.writeInt32BE(-5, 8)), 'CORRUPT_MESSAGE'],
    ['no records', changed((batch) => seal(batch.fill(0, 57, 61))), 'INVALID_RECORD'],
    ['more records than offsets', changed((batch) => seal(batch.fill(1, 60, 61))), 'INVALID_RECORD'],
    ['a control batch', makeBatch({ attributes: 0x20 }), 'INVALID_RECORD'],
    ['a transactional batch', makeBatch({ attributes: 0x10 }), 'INVALID_TXN_STATE'],
    ['LogAppendTime', makeBatch({ attributes: 0x08 }), 'INVALID_TIMESTAMP'],
    ['an unknown codec', makeBatch({ attributes: 5 }), 'UNSUPPORTED_COMPRESSION_TYPE'],
    ['a producer id without a sequence', makeBatch({ producerId: 1, epoch: 0 }), 'INVALID_RECORD'],
    ['more than max.message.bytes', makeBatch({ bytes: 1001 }), 'MESSAGE_TOO_LARGE'],
  ] as const)('is refused when it is %s', ([, batch, name]) => {
    const result = inspectBatch(batch, 1000, 8);
    expect('code' in result && errorName(result.code)).toBe(name);
  });

  test('may be packed with zstd from Produce 7 on', () => {
    const zstd = makeBatch({ attributes: 4 });
    expect(inspectBatch(zstd, 1000, 7)).not.toHaveProperty('code');
    expect(inspectBatch(zstd, 1000, 6)).toMatchObject({ code: CODES.UNSUPPORTED_COMPRESSION_TYPE });
  });
});
