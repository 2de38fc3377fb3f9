/**
 * LZ4 in its frame format (lz4_Frame_format.md 1.6), as record batches of version 2 carry it. lz4-napi writes what
 * Kafka asks for: independent blocks, a valid header checksum, no dictionary. It decompresses without a bound, so
 * the size of the result is worked out first: from the blocks' declared maximum, and where that is too coarse,
 * by walking the sequences without writing anything.
 */
import { beyondBound, prove, undecodable } from '../codec-proof.js';
import type { Codec, CodecPart } from '../types.js';

const ID = 3;
const FRAME_MAGIC = 0x184d2204;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_DICTIONARY = 0x01;
/** The highest bit of a block's size says that it is stored as it is. */
const STORED = 0x80000000;

interface Block {
  readonly start: number;
  readonly end: number;
  readonly stored: boolean;
}

type Library = typeof import('lz4-napi');

function lz4Codec(library: Library): Codec {
  return {
    id: ID,
    compress: (raw) => library.compressFrame(raw),
    async decompress(packed, maxBytes) {
      const { blocks, blockBytesMax } = frameBlocks(packed);
      if (blocks.length * blockBytesMax > maxBytes) {
        let bytes = 0;
        for (const block of blocks) {
          bytes += block.stored ? block.end - block.start : sequenceBytes(packed, block);
          if (bytes > maxBytes) throw beyondBound('lz4', bytes, maxBytes);
        }
      }
      try {
        return await library.decompressFrame(packed);
      } catch (error) {
        throw undecodable('lz4', 'cannot be decompressed', error);
      }
    },
  };
}

/** Finds the blocks of one frame, up to and including its end mark; a frame cut short throws. */
function frameBlocks(packed: Buffer): { blocks: Block[]; blockBytesMax: number } {
  if (packed.length < 11 || packed.readUInt32LE(0) !== FRAME_MAGIC) {
    throw undecodable('lz4', `expected a frame, got ${packed.length} bytes that do not begin as one`);
  }
  const flags = packed[4]!;
  const blockBytesMax = 1 << (8 + 2 * ((packed[5]! >> 4) & 7));
  const checksumBytes = flags & FLAG_BLOCK_CHECKSUM ? 4 : 0;
  let at = 7 + (flags & FLAG_CONTENT_SIZE ? 8 : 0) + (flags & FLAG_DICTIONARY ? 4 : 0);
  const blocks: Block[] = [];
  for (;;) {
    if (at + 4 > packed.length) throw undecodable('lz4', 'the frame ends without its end mark');
    const size = packed.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const start = at;
    at += size % STORED;
    if (at > packed.length) throw undecodable('lz4', `the block at byte ${start} reaches beyond the frame`);
    blocks.push({ start, end: at, stored: size >= STORED });
    at += checksumBytes;
  }
  if (at + (flags & FLAG_CONTENT_CHECKSUM ? 4 : 0) > packed.length) {
    throw undecodable('lz4', 'the frame ends within its checksum');
  }
  return { blocks, blockBytesMax };
}

/** What a block will hold: each sequence is a token, literals, and (but for the last one) a match of 4 or more. */
function sequenceBytes(packed: Buffer, { start, end }: Block): number {
  let at = start;
  let bytes = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    if (nibble === 15) {
      let byte: number;
      do {
        byte = at < end ? packed[at++]! : 0;
        total += byte;
      } while (byte === 255);
    }
    return total;
  };
  while (at < end) {
    const token = packed[at++]!;
    const literals = length(token >> 4);
    bytes += literals;
    at += literals;
    if (at >= end) break;
    at += 2;
    bytes += 4 + length(token & 15);
  }
  return bytes;
}

const part: CodecPart = {
  doc: 'The fastest, with a modest ratio; has no levels here.',
  id: ID,
  load: () => prove('lz4', 'the package lz4-napi', async () => lz4Codec((await import('lz4-napi')).default)),
};

export default part;
