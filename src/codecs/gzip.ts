import { promisify } from 'node:util';
import { constants, gunzipSync, gzip } from 'node:zlib';
import { prove, undecodable } from '../codec-proof.js';
import type { Codec, CodecPart } from '../types.js';

const ID = 1;
const pack = promisify(gzip);

const codec: Codec = {
  id: ID,
  // zlib's asynchronous calls run on libuv's thread pool.
  compress: (raw, level = constants.Z_DEFAULT_COMPRESSION) => pack(raw, { level }),
  decompress(packed, maxBytes) {
    try {
      // zlib refuses a bound of zero, and rejects as soon as the bound is passed.
      const raw = gunzipSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
      if (raw.length <= maxBytes) return raw;
    } catch (error) {
      throw undecodable('gzip', `cannot be decompressed within ${maxBytes} bytes`, error);
    }
    throw undecodable('gzip', `expected at most ${maxBytes} bytes when decompressed`);
  },
};

const part: CodecPart = {
  doc: 'Small and slow: the best ratio at high levels, by far the most CPU.',
  id: ID,
  levels: { min: 1, max: 9, default: 6 },
  load: () => prove('gzip', 'node:zlib', () => Promise.resolve(codec)),
};

export default part;
