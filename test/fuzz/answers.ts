/** Right answers of each kind that the client reads, and what makes wrong ones of them. */
import fc from 'fast-check';
import { CRC_START } from '../../src/protocol/batch-header.js';
import { BufferPool } from '../../src/protocol/buffer-pool.js';
import {
  readApiVersions,
  readFetch,
  readInitProducerId,
  readListOffsets,
  readMetadata,
  readProduce,
  readSaslAuthenticate,
  readSaslHandshake,
} from '../../src/protocol/messages.js';
import { RecordBatch } from '../../src/protocol/record-batch.js';
import { Writer } from '../../src/protocol/writer.js';
import type { Codec } from '../../src/types.js';
import { seal } from '../support/sandbox-wire.js';
import { entryOf } from '../unit/drivers/harness.js';

export interface Answer {
  readonly read: (body: Buffer) => unknown;
  readonly right: Buffer;
}

const topic = (to: Writer, items: (to: Writer) => unknown): Writer =>
  to.array(['t'], (name) => {
    to.string(name).array([0, 1], (partition) => {
      to.int32(partition);
      items(to);
    });
  });

/** A batch as a broker stores it. */
export async function batchOf(codec: Codec | null, values: readonly unknown[]): Promise<Buffer> {
  const pool = new BufferPool(4 * 65_536);
  const batch = new RecordBatch({ pool, batchBytes: 65_536, codec, level: undefined });
  for (const [index, value] of values.entries()) {
    batch.add(entryOf(value, { text: `key-${index}`, headers: { name: 'value', none: null } }));
  }
  await batch.close();
  batch.stamp(4711, 0, 0);
  const pieces: Buffer[] = [];
  batch.pieces((piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

const STORED = await batchOf(null, [{ type: 'trade' }, { type: 'halt' }]);

export const ANSWERS: Readonly<{ [kind: string]: Answer }> = {
  ApiVersions: {
    read: readApiVersions,
    right: served(),
  },
  Metadata: { read: readMetadata, right: metadata() },
  InitProducerId: {
    read: readInitProducerId,
    right: new Writer().int32(0).int16(0).int64(4711).int16(0).finish(),
  },
  Produce: {
    read: (body) => readProduce(body, () => {}),
    right: topic(new Writer(), (to) => to.int16(0).int64(5).int64(-1).int64(0))
      .int32(0)
      .finish(),
  },
  ListOffsets: {
    read: readListOffsets,
    right: topic(new Writer(), (to) => to.int16(0).int64(-1).int64(0)).finish(),
  },
  Fetch: {
    read: readFetch,
    right: topic(new Writer().int32(0).int16(0).int32(0), (to) =>
      to.int16(0).int64(3).int64(3).int64(0).int32(0).bytes(STORED),
    ).finish(),
  },
  SaslHandshake: {
    read: readSaslHandshake,
    right: mechanisms(),
  },
  SaslAuthenticate: {
    read: readSaslAuthenticate,
    right: saslAnswer('r=abc,s=c2FsdA==,i=4096'),
  },
};

export function saslAnswer(bytes: string): Buffer {
  return new Writer().int16(0).nullableString(null).bytes(Buffer.from(bytes)).int64(3_600_000).finish();
}

function served(): Buffer {
  const to = new Writer().int16(0);
  return to.array([0, 1, 3], (key) => to.int16(key).int16(0).int16(12)).finish();
}

function mechanisms(): Buffer {
  const to = new Writer().int16(0);
  return to.array(['PLAIN', 'SCRAM-SHA-256', 'OAUTHBEARER'], (name) => to.string(name)).finish();
}

function metadata(): Buffer {
  const to = new Writer().int32(0).int32(1).int32(1).string('127.0.0.1').int32(9092);
  to.nullableString(null).nullableString('cluster').int32(1);
  return to
    .array(['t'], (name) => {
      to.int16(0).string(name).boolean(false);
      to.array([0, 1], (partition) =>
        to
          .int16(0)
          .int32(partition)
          .int32(1)
          .array([1], (id) => to.int32(id))
          .array([1], (id) => to.int32(id)),
      );
    })
    .finish();
}

// ---------------------------------------------------------------- what makes wrong ones

/** A number that a length, a count, an offset or an error code may have, and should not. */
const STRANGE = [-(2 ** 31), -(2 ** 31) + 1, -2, -1, 0, 1, 255, 65_535, 2 ** 20, 2 ** 27, 2 ** 31 - 1];

/** One wrong done to bytes. */
type Wrong = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const at = (where: number, bytes: Buffer) => Math.floor(where * bytes.length);

const wrong: fc.Arbitrary<Wrong> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([where, byte]): Wrong =>
      (bytes) => {
        bytes[at(where, bytes)] = byte;
        return bytes;
      },
  ),
  fc.tuple(place, fc.constantFrom(...STRANGE)).map(
    ([where, value]): Wrong =>
      (bytes) => {
        if (bytes.length >= 4) bytes.writeInt32BE(value, Math.min(at(where, bytes), bytes.length - 4));
        return bytes;
      },
  ),
  fc.tuple(place, fc.integer({ min: -32_768, max: 32_767 })).map(
    ([where, value]): Wrong =>
      (bytes) => {
        if (bytes.length >= 2) bytes.writeInt16BE(value, Math.min(at(where, bytes), bytes.length - 2));
        return bytes;
      },
  ),
  // A varint that does not end, or ends as the largest.
  fc.tuple(place, fc.integer({ min: 1, max: 12 })).map(
    ([where, length]): Wrong =>
      (bytes) => {
        const start = at(where, bytes);
        return bytes.fill(0xff, start, Math.min(bytes.length, start + length));
      },
  ),
  place.map(
    (where): Wrong =>
      (bytes) =>
        bytes.subarray(0, at(where, bytes)),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Wrong =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at(from, bytes)), bytes.subarray(at(to, bytes))]),
  ),
  fc.uint8Array({ maxLength: 40 }).chain((more) =>
    place.map(
      (where): Wrong =>
        (bytes) =>
          Buffer.concat([bytes.subarray(0, at(where, bytes)), more, bytes.subarray(at(where, bytes))]),
    ),
  ),
);

/** Bytes of one of `rights` with some wrongs done to them; now and then nothing but noise. */
export function mutated(...rights: readonly Buffer[]): fc.Arbitrary<Buffer> {
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.constantFrom(...rights), fc.array(wrong, { minLength: 1, maxLength: 4 }))
        .map(([right, wrongs]) =>
          wrongs.reduce<Buffer>((bytes, change) => change(bytes), Buffer.from(right)),
        ),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((noise): Buffer => Buffer.from(noise)) },
  );
}

/** With the checksum set right again, so that what is wrong inside gets past it. */
export function checksummed(batch: Buffer): Buffer {
  return batch.length >= CRC_START ? seal(batch) : batch;
}
