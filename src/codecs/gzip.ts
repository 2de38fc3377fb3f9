import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { beyondBound, prove, undecodable } from '../codec-proof.js';
import type { Codec, CodecPart } from '../types.js';

const ID = 1;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** zlib's asynchronous calls run on libuv's thread pool. */
const codec: Codec = {
  id: ID,
  compress: (raw, level = constants.Z_DEFAULT_COMPRESSION) => pack(raw, { level }),
  async decompress(packed, maxBytes) {
    let raw: Buffer;
    try {
      // zlib takes no bound of zero, and rejects as soon as the bound is passed.
      raw = await unpack(packed, { maxOutputLength: Math.max(1, maxBytes) });
    } catch (error) {
      throw undecodable('gzip', `cannot be decompressed within ${maxBytes} bytes`, error);
    }
    if (raw.length > maxBytes) throw beyondBound('gzip', raw.length, maxBytes);
    return raw;
  },
};

const part: CodecPart = {
  doc: 'Small and slow: the best ratio at high levels, by far the most CPU.',
  id: ID,
  levels: { min: 1, max: 9, default: 6 },
  load: () => prove('gzip', 'node:zlib', () => Promise.resolve(codec)),
};

export default part;
