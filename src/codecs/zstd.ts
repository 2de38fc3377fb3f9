/**
 * Zstandard (RFC 8878): by node:zlib where this Node has it (22.15 and later), else by @mongodb-js/zstd, which is
 * pinned because later lines of it need a compiler. Neither is left to find a frame's end: node:zlib takes a frame
 * that was cut short for an empty one, and the package decompresses without a bound; so the frames are walked first.
 */
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { beyondBound, prove, undecodable } from '../codec-proof.js';
import { Thread } from '../codec-thread.js';
import type { Codec, CodecPart } from '../types.js';

const ID = 4;
const LEVEL = 3;
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_BYTES_MAX = 128 * 1024;
/** How far a frame that does not declare its size may be decompressed to find out, in the package without a bound. */
const UNDECLARED_BYTES_MAX = 64 * 1024 * 1024;

/** What node:zlib has since Node 22.15; the types installed are those of the oldest Node supported. */
interface ZlibWithZstd {
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
  zstdCompress(
    raw: Buffer,
    options: { params: { [key: number]: number }; pledgedSrcSize: number },
    done: (error: Error | null, packed: Buffer) => void,
  ): void;
  zstdDecompressSync(packed: Buffer, options: { maxOutputLength: number }): Buffer;
}

function builtIn(library: ZlibWithZstd): Codec {
  const pack = promisify(library.zstdCompress);
  return {
    id: ID,
    compress: (raw, level = LEVEL) =>
      pack(raw, {
        params: { [library.constants.ZSTD_c_compressionLevel]: level },
        pledgedSrcSize: raw.length,
      }),
    decompress(packed, maxBytes) {
      const { least } = framesSize(packed);
      if (least > maxBytes) throw beyondBound('zstd', least, maxBytes);
      try {
        return library.zstdDecompressSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
      } catch (error) {
        throw undecodable('zstd', `cannot be decompressed within ${maxBytes} bytes`, error);
      }
    },
  };
}

type Library = typeof import('@mongodb-js/zstd');

/** The package decompresses in the background only; a thread makes that wait for its result. */
function packaged(library: Library): Codec {
  const thread = new Thread(createRequire(import.meta.url).resolve('@mongodb-js/zstd'), 'decompress');
  return {
    id: ID,
    compress: (raw, level = LEVEL) => library.compress(raw, level),
    decompress(packed, maxBytes) {
      const { least, most } = framesSize(packed);
      if (least > maxBytes) throw beyondBound('zstd', least, maxBytes);
      if (most > Math.max(maxBytes, UNDECLARED_BYTES_MAX)) throw beyondBound('zstd', most, maxBytes);
      let raw: Buffer;
      try {
        raw = thread.call(packed);
      } catch (error) {
        throw undecodable('zstd', 'cannot be decompressed', error);
      }
      if (raw.length > maxBytes) throw beyondBound('zstd', raw.length, maxBytes);
      return raw;
    },
  };
}

/** How many bytes the frames will hold, at least and at most; equal where the sizes are declared. */
function framesSize(packed: Buffer): { least: number; most: number } {
  let at = 0;
  let least = 0;
  let most = 0;
  do {
    need(packed, at + 8);
    const magic = packed.readUInt32LE(at);
    if (magic >>> 4 === SKIPPABLE_MAGIC >>> 4) {
      at += 8 + packed.readUInt32LE(at + 4);
      need(packed, at);
      continue;
    }
    if (magic !== FRAME_MAGIC) throw undecodable('zstd', `expected a frame at byte ${at}`);
    const frame = frameSize(packed, at);
    at = frame.end;
    least += frame.least;
    most += frame.most;
  } while (at < packed.length);
  return { least, most };
}

function frameSize(packed: Buffer, start: number): { end: number; least: number; most: number } {
  const descriptor = packed[start + 4]!;
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let at = start + 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  need(packed, at + sizeBytes);
  const declared = declaredSize(packed, at, sizeBytes);
  at += sizeBytes;
  let least = 0;
  let most = 0;
  for (let last = false; !last; ) {
    need(packed, at + 3);
    const header = packed.readUIntLE(at, 3);
    last = (header & 1) === 1;
    const kind = (header >> 1) & 3;
    const size = header >> 3;
    if (kind === 3) throw undecodable('zstd', `the block at byte ${at} is of a reserved kind`);
    // A repeated byte takes one byte, whatever it grows to; stored and compressed blocks take their size.
    at += 3 + (kind === 1 ? 1 : size);
    need(packed, at);
    least += kind === 2 ? 0 : size;
    most += kind === 2 ? BLOCK_BYTES_MAX : size;
  }
  at += descriptor & 4 ? 4 : 0;
  need(packed, at);
  return declared === undefined ? { end: at, least, most } : { end: at, least: declared, most: declared };
}

function declaredSize(packed: Buffer, at: number, sizeBytes: number): number | undefined {
  if (sizeBytes === 0) return undefined;
  if (sizeBytes === 8) return Number(packed.readBigUInt64LE(at));
  // Two bytes count from 256, since one byte covers what is below.
  return packed.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
}

function need(packed: Buffer, bytes: number): void {
  if (bytes > packed.length) throw undecodable('zstd', `the frame was cut short at ${packed.length} bytes`);
}

const part: CodecPart = {
  doc: 'The best ratio for its CPU; a higher level costs more and gains little on small batches.',
  id: ID,
  levels: { min: -7, max: 22, default: LEVEL },
  load() {
    if ('zstdCompress' in zlib) {
      return prove('zstd', 'node:zlib', async () => builtIn(zlib as unknown as ZlibWithZstd));
    }
    return prove('zstd', 'the package @mongodb-js/zstd', async () =>
      packaged((await import('@mongodb-js/zstd')).default),
    );
  },
};

export default part;
