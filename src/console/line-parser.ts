/**
 * A line into key, value and headers, byte for byte as Java's LineMessageReader does it. A separator is sought in the
 * line's bytes: in UTF-8 the bytes of one text are found exactly where the text is.
 */
import { EventmillError } from '../errors.js';
import type { Entry, HeaderPair, Serializer } from '../types.js';
import type { ReaderSettings } from './reader-settings.js';

/** Where a value stands. */
interface Range {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Shorter ones are copied faster here than by a call. */
const COPY_BYTES_MIN = 48;

/** Copies a value's bytes as they are. */
const rawBytes: Serializer<Range> = {
  write({ bytes, start, end }, buffer, offset) {
    const length = end - start;
    const after = offset + length;
    if (after > buffer.length) return after;
    if (length < COPY_BYTES_MIN) for (let i = 0; i < length; i++) buffer[offset + i] = bytes[start + i]!;
    else bytes.copy(buffer, offset, start, end);
    return after;
  },
};

export class LineParser {
  /** The record of the line that was parsed last; its bytes are the line's. */
  readonly entry: Entry;
  /** Lines parsed so far. */
  lineNumber = 0;
  readonly #settings: ReaderSettings;
  readonly #value: Range = { bytes: Buffer.alloc(0), start: 0, end: 0 };
  readonly #keySeparator: Buffer;
  readonly #headersDelimiter: Buffer;
  readonly #nullMarker: Buffer | null;

  constructor(settings: ReaderSettings) {
    this.#settings = settings;
    this.#keySeparator = Buffer.from(settings.keySeparator);
    this.#headersDelimiter = Buffer.from(settings.headersDelimiter);
    this.#nullMarker = settings.nullMarker === undefined ? null : Buffer.from(settings.nullMarker);
    this.entry = {
      serializer: rawBytes as Serializer,
      value: null,
      key: null,
      keyStart: 0,
      keyLength: 0,
      timestamp: 0,
      headers: null,
      headerPairs: null,
    };
  }

  /** The value's length in bytes; 0 when it is null. */
  get valueLength(): number {
    return this.entry.value === null ? 0 : this.#value.end - this.#value.start;
  }

  /** Fills the entry from bytes `start` … `end`, a line without its end. Throws INPUT as Java's reader throws. */
  parse(bytes: Buffer, start: number, end: number): void {
    const { entry } = this;
    this.lineNumber++;
    let at = start;
    let headersEnd = -1;
    if (this.#settings.parseHeaders) {
      headersEnd = this.#find(bytes, at, end, start, this.#headersDelimiter, 'headers delimiter');
      if (headersEnd >= 0) at = headersEnd + this.#headersDelimiter.length;
    }
    entry.key = null;
    entry.keyLength = 0;
    if (this.#settings.parseKey) {
      const keyEnd = this.#find(bytes, at, end, start, this.#keySeparator, 'key separator');
      if (keyEnd >= 0) {
        if (!this.#isNull(bytes, at, keyEnd)) {
          entry.key = bytes;
          entry.keyStart = at;
          entry.keyLength = keyEnd - at;
        }
        at = keyEnd + this.#keySeparator.length;
      }
    }
    const value = this.#value;
    value.bytes = bytes;
    value.start = at;
    value.end = end;
    entry.value = this.#isNull(bytes, at, end) ? null : value;
    entry.headerPairs =
      headersEnd < 0 || this.#isNull(bytes, start, headersEnd)
        ? null
        : this.#headers(bytes.toString('utf8', start, headersEnd));
  }

  /** Where a separator begins within the line; −1 when it is not there and that may be. */
  #find(bytes: Buffer, from: number, end: number, start: number, separator: Buffer, name: string): number {
    if (separator.length === 0) return from;
    const first = separator[0]!;
    const last = end - separator.length;
    search: for (let at = from; at <= last; at++) {
      if (bytes[at] !== first) continue;
      for (let i = 1; i < separator.length; i++) if (bytes[at + i] !== separator[i]) continue search;
      return at;
    }
    if (this.#settings.ignoreError) return -1;
    const wanted = `${name} (${JSON.stringify(separator.toString())})`;
    throw this.#fault(
      `no ${wanted} found in ${quoted(bytes.toString('utf8', start, end))}; set ${name === 'key separator' ? 'key.separator' : 'headers.delimiter'}, or ignore.error=true to take such lines as they are`,
    );
  }

  #isNull(bytes: Buffer, start: number, end: number): boolean {
    const marker = this.#nullMarker;
    if (marker === null || marker.length !== end - start) return false;
    return marker.compare(bytes, start, end) === 0;
  }

  #headers(text: string): HeaderPair[] {
    const { headersSeparator, headersKeySeparator, ignoreError, nullMarker } = this.#settings;
    return split(text, headersSeparator).map((pair) => {
      const at = pair.indexOf(headersKeySeparator);
      if (at < 0) {
        if (ignoreError) return [pair, null];
        throw this.#fault(
          `no header key separator (${JSON.stringify(headersKeySeparator)}) found in the header ${quoted(pair)}; set headers.key.separator, or ignore.error=true to take it as a name without a value`,
        );
      }
      const name = pair.slice(0, at);
      if (name === nullMarker) {
        throw this.#fault(`a header's name is the null marker ${quoted(name)}, but names cannot be null`);
      }
      const value = pair.slice(at + headersKeySeparator.length);
      return [name, value === nullMarker ? null : value];
    });
  }

  #fault(what: string): EventmillError {
    return new EventmillError('INPUT', `line ${this.lineNumber}: ${what}`);
  }
}

/** Java's Pattern.split: no empty piece for a match without length at the beginning, and no empty pieces at the end. */
function split(text: string, separator: RegExp): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of text.matchAll(separator)) {
    if (match.index === 0 && match[0] === '') continue;
    pieces.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  if (pieces.length === 0) return [text];
  pieces.push(text.slice(from));
  while (pieces.at(-1) === '') pieces.pop();
  return pieces;
}

const QUOTED_MAX = 200;

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text);
}
