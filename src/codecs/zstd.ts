/**
 * Zstandard (RFC 8878): by node:zlib where this Node has it (22.15 and later), else by @mongodb-js/zstd, which is
 * pinned because later lines of it need a compiler. Neither is left to find the frames: node:zlib reads only the first
 * one and takes one that was cut short for an empty one, and the package decompresses without a bound.
 */
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { beyondBound, prove, undecodable } from '../codec-proof.js';
import type { Codec, CodecPart } from '../types.js';

const ID = 4;
const LEVEL = 3;
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_BYTES_MAX = 128 * 1024;
/** How far frames that do not declare their size may be decompressed to find out, in the package without a bound. */
const UNDECLARED_BYTES_MAX = 64 * 1024 * 1024;

/** What node:zlib has since Node 22.15; the types installed are those of the oldest Node supported. */
interface ZlibWithZstd {
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
  zstdCompress(
    raw: Buffer,
    options: { params: { [key: number]: number }; pledgedSrcSize: number },
    done: (error: Error | null, packed: Buffer) => void,
  ): void;
  zstdDecompress(
    packed: Buffer,
    options: { maxOutputLength: number },
    done: (error: Error | null, raw: Buffer) => void,
  ): void;
}

function builtIn(library: ZlibWithZstd): Codec {
  const pack = promisify(library.zstdCompress);
  const unpack = promisify(library.zstdDecompress);
  return {
    id: ID,
    compress: (raw, level = LEVEL) =>
      pack(raw, {
        params: { [library.constants.ZSTD_c_compressionLevel]: level },
        pledgedSrcSize: raw.length,
      }),
    decompress: (packed, maxBytes) =>
      unpackAll(packed, maxBytes, Number.POSITIVE_INFINITY, (frame) =>
        unpack(frame, { maxOutputLength: Math.max(1, maxBytes) }),
      ),
  };
}

type Library = typeof import('@mongodb-js/zstd');

function packaged(library: Library): Codec {
  return {
    id: ID,
    compress: (raw, level = LEVEL) => library.compress(raw, level),
    decompress: (packed, maxBytes) =>
      unpackAll(packed, maxBytes, Math.max(maxBytes, UNDECLARED_BYTES_MAX), (frame) =>
        library.decompress(frame),
      ),
  };
}

/** Decompresses frame by frame; what might become more than `riskBytes` is not even tried. */
async function unpackAll(
  packed: Buffer,
  maxBytes: number,
  riskBytes: number,
  unpack: (frame: Buffer) => Promise<Buffer>,
): Promise<Buffer> {
  const frames = framesOf(packed);
  const least = frames.reduce((sum, frame) => sum + frame.least, 0);
  const most = frames.reduce((sum, frame) => sum + frame.most, 0);
  if (least > maxBytes) throw beyondBound('zstd', least, maxBytes);
  if (most > riskBytes) throw beyondBound('zstd', most, maxBytes);
  const parts: Buffer[] = [];
  let bytes = 0;
  for (const { start, end } of frames) {
    try {
      parts.push(await unpack(packed.subarray(start, end)));
    } catch (error) {
      throw undecodable('zstd', `cannot be decompressed within ${maxBytes} bytes`, error);
    }
    bytes += parts.at(-1)!.length;
    if (bytes > maxBytes) throw beyondBound('zstd', bytes, maxBytes);
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes);
}

/** Where a frame is, and how many bytes it will hold, at least and at most; equal where its size is declared. */
interface Frame {
  readonly start: number;
  readonly end: number;
  readonly least: number;
  readonly most: number;
}

function framesOf(packed: Buffer): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  do {
    need(packed, at + 8);
    const magic = packed.readUInt32LE(at);
    if (magic >>> 4 === SKIPPABLE_MAGIC >>> 4) {
      at += 8 + packed.readUInt32LE(at + 4);
      need(packed, at);
      continue;
    }
    if (magic !== FRAME_MAGIC) throw undecodable('zstd', `expected a frame at byte ${at}`);
    const frame = frameAt(packed, at);
    frames.push(frame);
    at = frame.end;
  } while (at < packed.length);
  return frames;
}

function frameAt(packed: Buffer, start: number): Frame {
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
  // Memory may be taken for what is declared, before anybody looks at what there is.
  if (declared !== undefined && declared > most) {
    throw undecodable('zstd', `the frame declares ${declared} bytes, and its blocks hold ${most} at most`);
  }
  return declared === undefined
    ? { start, end: at, least, most }
    : { start, end: at, least: declared, most: declared };
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
