/** The readers alone: answers, record batches, frames, codecs. */
import fc from 'fast-check';
import { loadCodecsById } from '../../src/lanes.js';
import { FrameSplitter } from '../../src/protocol/frames.js';
import { readRecords } from '../../src/protocol/record-reader.js';
import { ANSWERS, batchOf, checksummed, mutated } from './answers.js';
import { type Target, target, unread } from './target.js';

/** What a batch may decompress to here. */
const BATCH_BYTES_MAX = 2 ** 20;

const answers = Object.entries(ANSWERS).map(([kind, { read, right }]) =>
  target(`${kind} answers`, 400, mutated(right), (body) => unread(() => read(body))),
);

const chunks = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.integer({ min: 0, max: 30 }).map((length) => framed(Buffer.alloc(length))),
    fc.constantFrom(Buffer.from('7fffffff', 'hex'), Buffer.from('HTTP'), Buffer.from('80000000', 'hex')),
  ),
  { maxLength: 20 },
);

const frames = target('frames', 400, chunks, async (list) => {
  const splitter = new FrameSplitter(1000);
  let sent = 0;
  await unread(() => {
    for (const chunk of list) {
      sent += chunk.length;
      splitter.push(Buffer.from(chunk), (frame) => {
        if (frame.length > 1000) throw new Error(`a frame of ${frame.length} bytes got through`);
      });
      if (splitter.pendingBytes > sent) throw new Error('it holds more than was sent');
    }
  });
});

function framed(body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeInt32BE(body.length);
  return Buffer.concat([head, body]);
}

// ---------------------------------------------------------------- batches

const VALUES = [{ type: 'trade', price: 1 }, 'x'.repeat(300), null, Array(50).fill('again')];
const codecs = [...(await loadCodecsById()).values()];
const batches = await Promise.all([null, ...codecs].map((codec) => batchOf(codec, VALUES)));

const records = fc.record({
  batches: fc.array(
    fc
      .tuple(mutated(...batches), fc.boolean())
      .map(([batch, sealed]) => (sealed ? checksummed(batch) : batch)),
    { minLength: 1, maxLength: 3 },
  ),
  fromOffset: fc.constantFrom(0, 2, 1000),
});

const recordBatches = target('record batches', 1500, records, async (one) => {
  const source = {
    partition: 0,
    records: Buffer.concat(one.batches),
    fromOffset: one.fromOffset,
    codecs: new Map(codecs.map((codec) => [codec.id, codec])),
    maxBatchBytes: BATCH_BYTES_MAX,
  };
  let last = one.fromOffset - 1;
  const next = await unread(() =>
    readRecords(source, ({ offset }) => {
      if (offset < one.fromOffset) throw new Error(`offset ${offset} was not asked for`);
      last = Math.max(last, offset);
    }),
  );
  if (next !== undefined && next <= last) throw new Error(`offset ${last} would be read again and again`);
});

// ---------------------------------------------------------------- codecs

/** Within the bound, and far beyond it: packed small, and large when unpacked. */
const raws = [
  Buffer.from('again and again '.repeat(40)),
  Buffer.alloc(3 * 2 ** 20),
  Buffer.alloc(40 * 2 ** 20),
];

const decompression = await Promise.all(
  codecs.map(async (codec) => {
    const packed = await Promise.all(raws.map((raw) => codec.compress(raw)));
    return target(`decompression by codec ${codec.id}`, 400, mutated(...packed), async (bytes) => {
      const raw = await unread(() => codec.decompress(bytes, BATCH_BYTES_MAX));
      if (raw !== undefined && raw.length > BATCH_BYTES_MAX) throw new Error(`${raw.length} bytes came out`);
    });
  }),
);

export const READERS: readonly Target[] = [...answers, frames, recordBatches, ...decompression];
