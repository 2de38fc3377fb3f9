/** CRC-32C (Castagnoli), which guards a record batch: native code where its binary loads, else slicing by eight. */
import { createRequire } from 'node:module';

const POLYNOMIAL = 0x82f63b78;

/** The checksum of `data`, as an unsigned 32-bit integer; `seed` is that of the bytes before it. */
export type Crc32c = (data: Uint8Array, seed?: number) => number;

/** Eight tables of 256: row k maps a byte to its effect k bytes further on. */
function buildTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let row = 1; row < 8; row++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[(row - 1) * 256 + byte]!;
      tables[row * 256 + byte] = (before >>> 8) ^ tables[before & 0xff]!;
    }
  }
  return tables;
}

let tables: Uint32Array | undefined;

/** The plain version: about a sixth of the native one's speed, right on every platform. */
export const plainCrc32c: Crc32c = (data, seed = 0) => {
  tables ??= buildTables();
  const t = tables;
  let crc = ~seed;
  let at = 0;
  for (; at + 8 <= data.length; at += 8) {
    crc ^= data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    crc =
      t[1792 + (crc & 0xff)]! ^
      t[1536 + ((crc >>> 8) & 0xff)]! ^
      t[1280 + ((crc >>> 16) & 0xff)]! ^
      t[1024 + (crc >>> 24)]! ^
      t[768 + data[at + 4]!]! ^
      t[512 + data[at + 5]!]! ^
      t[256 + data[at + 6]!]! ^
      t[data[at + 7]!]!;
  }
  for (; at < data.length; at++) crc = (crc >>> 8) ^ t[(crc ^ data[at]!) & 0xff]!;
  return ~crc >>> 0;
};

function loadNative(): Crc32c | undefined {
  try {
    const native = createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: Crc32c };
    // A binary that loads but answers wrongly would spoil every batch, so it has to prove itself once.
    return native.crc32c(Buffer.from('123456789')) === 0xe3069283 ? native.crc32c : undefined;
  } catch {
    return undefined;
  }
}

let chosen: Crc32c | undefined;

/** CRC-32C by the fastest means this machine has; the binary is loaded at the first call. */
export const crc32c: Crc32c = (data, seed) => {
  chosen ??= loadNative() ?? plainCrc32c;
  return chosen(data, seed);
};
