/**
 * Snappy as Kafka's Java clients frame it (the "xerial" stream of snappy-java): a 16-byte header, then blocks of
 * [int32 length][raw snappy]. librdkafka sends raw snappy without that frame, so reading takes both.
 * We write one block: readers size their buffers by a block's declared length, whatever it is.
 */
import { beyondBound, prove, undecodable } from '../codec-proof.js';
import type { Codec, CodecPart } from '../types.js';

const ID = 2;
/** Magic (0x82 "SNAPPY" 0), version 1, oldest compatible version 1. */
const HEADER = Buffer.from('82534e415050590000000001' + '00000001', 'hex');
const MAGIC_BYTES = 8;
/** A copy of 64 bytes takes three (format_description.txt, 2.2.2), so a block cannot hold more than this much of its size. */
const GROWTH_MAX = 64 / 3;

type Library = typeof import('snappy');

function snappyCodec(library: Library): Codec {
  return {
    id: ID,
    async compress(raw) {
      // Copied out: an external buffer costs three times as much at batch size, and keeps its full reserve alive.
      const block = await library.compress(raw, { copyOutputData: true });
      const packed = Buffer.allocUnsafe(HEADER.length + 4 + block.length);
      HEADER.copy(packed);
      packed.writeInt32BE(block.length, HEADER.length);
      block.copy(packed, HEADER.length + 4);
      return packed;
    },
    async decompress(packed, maxBytes) {
      const blocks = isFramed(packed) ? framedBlocks(packed) : [packed];
      let total = 0;
      for (const block of blocks) total += declaredBytes(block);
      if (total > maxBytes) throw beyondBound('snappy', total, maxBytes);
      try {
        const parts = await Promise.all(
          blocks.map((block) => library.uncompress(block, { asBuffer: true }) as Promise<Buffer>),
        );
        return parts.length === 1 ? parts[0]! : Buffer.concat(parts, total);
      } catch (error) {
        throw undecodable('snappy', 'cannot be decompressed', error);
      }
    },
  };
}

function isFramed(packed: Buffer): boolean {
  return packed.length >= HEADER.length && packed.compare(HEADER, 0, MAGIC_BYTES, 0, MAGIC_BYTES) === 0;
}

function framedBlocks(packed: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  let at = HEADER.length;
  while (at < packed.length) {
    const length = at + 4 <= packed.length ? packed.readInt32BE(at) : -1;
    at += 4;
    if (length < 0 || at + length > packed.length) {
      throw undecodable(
        'snappy',
        `the block at byte ${at - 4} reaches beyond the ${packed.length} bytes there are`,
      );
    }
    blocks.push(packed.subarray(at, at + length));
    at += length;
  }
  return blocks;
}

/** Raw snappy begins with the length it will have, as a little-endian base-128 integer of at most 32 bits. */
function declaredBytes(block: Buffer): number {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = block[index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    // The library takes memory for what is declared before it looks at what there is.
    if (value > block.length * GROWTH_MAX) {
      throw undecodable(
        'snappy',
        `a block of ${block.length} bytes declares ${value}, more than it can hold`,
      );
    }
    return value;
  }
  throw undecodable('snappy', 'expected the decompressed length at the start of a block');
}

const part: CodecPart = {
  doc: 'Fast, with a modest ratio; has no levels.',
  id: ID,
  load: () =>
    prove('snappy', 'the package snappy', async () => snappyCodec((await import('snappy')).default)),
};

export default part;
