/** Records as lines of text: the batches of the drivers that write for people and pipes rather than for a Kafka. */
import { DISORDER_HEADER } from './disorder.js';
import type { Builder, Entry, Headers, Serializer } from './types.js';

export interface LineOptions {
  /** A batch takes no record that would carry it beyond this many bytes, except its first. */
  readonly batchBytes: number;
  readonly batchRecords: number;
  /** Key, timestamp and headers go with each value. */
  readonly envelope: boolean;
}

/** Buffers start no larger than this, so that many quiet partitions cost little. */
const START_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Makes batches of lines, and keeps the buffers of those that are done with for the next. */
export class LinePress {
  readonly #options: LineOptions;
  readonly #free: Buffer[] = [];
  /** Whether a serializer writes JSON, as its first value told. */
  readonly #writesJson = new WeakMap<Serializer, boolean>();

  constructor(options: LineOptions) {
    this.#options = options;
  }

  open(): Lines {
    const buffer = this.#free.pop() ?? Buffer.allocUnsafe(Math.min(START_BYTES, this.#options.batchBytes));
    return new Lines(this.#options, buffer, this.#free, this.#writesJson);
  }
}

/** One batch: each record is its value as the serializer writes it, or an envelope around that, and a newline. */
export class Lines implements Builder {
  count = 0;
  readonly #options: LineOptions;
  readonly #free: Buffer[];
  readonly #writesJson: WeakMap<Serializer, boolean>;
  #buffer: Buffer;
  #length = 0;

  constructor(
    options: LineOptions,
    buffer: Buffer,
    free: Buffer[],
    writesJson: WeakMap<Serializer, boolean>,
  ) {
    this.#options = options;
    this.#buffer = buffer;
    this.#free = free;
    this.#writesJson = writesJson;
  }

  get bytes(): number {
    return this.#length;
  }

  /** What was written; valid until release. */
  get text(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(entry: Entry): number {
    if (this.count >= this.#options.batchRecords) return -1;
    const start = this.#length;
    const valueBytes = this.#options.envelope ? this.#writeEnvelope(entry) : this.#writeValue(entry);
    this.#reserve(1);
    this.#buffer[this.#length++] = NEWLINE;
    if (this.count > 0 && this.#length > this.#options.batchBytes) {
      this.#length = start;
      return -1;
    }
    this.count++;
    return valueBytes + (entry.key === null ? 0 : entry.keyLength) + headerBytes(entry.headers);
  }

  close(): undefined {}

  release(): void {
    // An outsized record must not make its buffer the size of all later ones.
    if (this.#buffer.length > 0 && this.#buffer.length <= 2 * this.#options.batchBytes) {
      this.#free.push(this.#buffer);
    }
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
  }

  #writeValue(entry: Entry): number {
    for (;;) {
      const end = entry.serializer.write(entry.value, this.#buffer, this.#length);
      if (end <= this.#buffer.length) {
        const bytes = end - this.#length;
        this.#length = end;
        return bytes;
      }
      this.#reserve(end - this.#length);
    }
  }

  #writeEnvelope(entry: Entry): number {
    const key = entry.key?.subarray(entry.keyStart, entry.keyStart + entry.keyLength);
    this.#writeText(`{${member('key', key ?? null)},"value":`);
    const start = this.#length;
    const bytes = this.#writeValue(entry);
    const value = this.#buffer.subarray(start, this.#length);
    let json = this.#writesJson.get(entry.serializer);
    if (json === undefined) {
      json = isJson(value);
      if (entry.headers?.[DISORDER_HEADER] === undefined) this.#writesJson.set(entry.serializer, json);
    }
    // What is broken on purpose must not break the envelope around it.
    if (!json || entry.headers?.[DISORDER_HEADER] === 'malformed') {
      this.#length = start - '"value":'.length;
      this.#writeText(member('value', Buffer.from(value)));
    }
    this.#writeText(`,"timestamp":${entry.timestamp},"headers":{${headerMembers(entry.headers)}}}`);
    return bytes;
  }

  #writeText(text: string): void {
    // Three bytes are the most that one UTF-16 unit takes.
    this.#reserve(text.length * 3);
    this.#length += this.#buffer.write(text, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#length + bytes, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Counts records per partition, as the offsets of a log would. */
export class Offsets {
  readonly #next = new Map<string, number[]>();

  /** The offset of the first of `count` records, which are counted hereby. */
  take(topic: string, partition: number, count: number): number {
    let partitions = this.#next.get(topic);
    if (partitions === undefined) {
      partitions = [];
      this.#next.set(topic, partitions);
    }
    const first = partitions[partition] ?? 0;
    partitions[partition] = first + count;
    return first;
  }
}

/** What is left of `texts` behind their first `bytes`: a system may write less than it was given. */
export function behind(texts: readonly Buffer[], bytes: number): readonly Buffer[] {
  let skip = bytes;
  let index = 0;
  while (index < texts.length && skip >= texts[index]!.length) skip -= texts[index++]!.length;
  if (skip === 0) return texts.slice(index);
  return [texts[index]!.subarray(skip), ...texts.slice(index + 1)];
}

/** `"name":"text"`, or where the bytes are not UTF-8, `"name":"…","nameEncoding":"base64"`. */
function member(name: string, bytes: Uint8Array | string | null): string {
  if (bytes === null) return `${JSON.stringify(name)}:null`;
  if (typeof bytes === 'string') return `${JSON.stringify(name)}:${JSON.stringify(bytes)}`;
  try {
    return `${JSON.stringify(name)}:${JSON.stringify(utf8.decode(bytes))}`;
  } catch {
    const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    return `${JSON.stringify(name)}:"${base64}",${JSON.stringify(`${name}Encoding`)}:"base64"`;
  }
}

function headerMembers(headers: Headers | null): string {
  if (headers === null) return '';
  return Object.entries(headers)
    .map(([name, value]) => member(name, value))
    .join(',');
}

function headerBytes(headers: Headers | null): number {
  if (headers === null) return 0;
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    bytes += Buffer.byteLength(name);
    if (value != null) bytes += typeof value === 'string' ? Buffer.byteLength(value) : value.length;
  }
  return bytes;
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(utf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}
