/** A record's key: the text of one declared field, as bytes, with Kafka's hash of them. */
import { writeDecimal, writeInteger } from './digits.js';
import { EventmillError } from './errors.js';
import { keyHash } from './partition.js';
import type { Entry, Fields } from './types.js';

/** Puts the key of `value` into the entry and returns its hash, or −1 when there is no key. */
export type KeyWriter = (value: unknown, entry: Entry) => number;

type Row = { readonly [name: string]: unknown };

/** For `key: null`, and for values that bring their own. */
export const noKey: KeyWriter = (_value, entry) => {
  entry.key = null;
  entry.keyLength = 0;
  return -1;
};

/** Puts given text or bytes into the entry. */
export function putKey(key: string | Uint8Array, entry: Entry): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  entry.key = bytes;
  entry.keyStart = 0;
  entry.keyLength = bytes.length;
  return keyHash(bytes, 0, bytes.length);
}

/**
 * The writer for a field's name, which has been checked. Words from a table are encoded and hashed once; other text is
 * written into one scratch buffer that the next record uses again.
 */
export function compileKey(name: string, fields: Fields | undefined): KeyWriter {
  const field = fields?.[name];
  if (field?.type === 'code') return compileTable(name, field.values);
  const scratch = Buffer.alloc(64);
  if (field?.type === 'int') {
    return (value, entry) =>
      useScratch(scratch, writeInteger((value as Row)[name] as number, scratch, 0), entry);
  }
  if (field?.type === 'decimal') {
    const { scale, digits = scale } = field;
    return (value, entry) =>
      useScratch(scratch, writeDecimal((value as Row)[name] as number, scale, digits, scratch, 0), entry);
  }
  return (value, entry) => {
    const found = (value as Row)[name];
    if (found === undefined || found === null) return noKey(value, entry);
    const text =
      typeof found === 'string' ? found : typeof found === 'object' ? JSON.stringify(found) : String(found);
    if (text.length > 60) return putKey(text, entry);
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c > 0x7e) return putKey(text, entry);
      scratch[i] = c;
    }
    return useScratch(scratch, text.length, entry);
  };
}

function useScratch(scratch: Buffer, length: number, entry: Entry): number {
  entry.key = scratch;
  entry.keyStart = 0;
  entry.keyLength = length;
  return keyHash(scratch, 0, length);
}

/** All words lie one behind another in one array: thousands of small ones would each be looked for in a place of its own. */
function compileTable(name: string, words: readonly string[]): KeyWriter {
  const pieces = words.map((word) => Buffer.from(word));
  const bytes = Buffer.concat(pieces);
  const ends = new Int32Array(words.length + 1);
  pieces.forEach(({ length }, code) => {
    ends[code + 1] = ends[code]! + length;
  });
  const hashes = Int32Array.from(pieces, (piece) => keyHash(piece, 0, piece.length));
  return (value, entry) => {
    const code = (value as Row)[name] as number;
    const hash = hashes[code];
    if (hash === undefined) {
      throw new EventmillError(
        'GENERATOR_THREW',
        `key field ${name}: expected a code below ${words.length}, got ${code}`,
      );
    }
    entry.key = bytes;
    entry.keyStart = ends[code]!;
    entry.keyLength = ends[code + 1]! - entry.keyStart;
    return hash;
  };
}
