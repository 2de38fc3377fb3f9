/** How a value is spoiled: cut off, made to break its schema, or stamped by a wrong clock. The same mark spoils the same way. */
import { chanceOf, type Mark } from './disorder.js';
import type { Serializer } from './types.js';

/** A value that is written already: it goes out as these bytes, whatever the serializer would have made of it. */
export class Written {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** A serializer that also takes what is written already, and no value at all. */
export function takingWritten(serializer: Serializer): Serializer {
  return {
    write(value, buffer, offset) {
      const bytes = value instanceof Written ? value.bytes : value === null ? NULL : undefined;
      if (bytes === undefined) return serializer.write(value, buffer, offset);
      if (offset + bytes.length <= buffer.length) bytes.copy(buffer, offset);
      return offset + bytes.length;
    },
  };
}

/** A tombstone where there are only lines of text. */
const NULL = Buffer.from('null');

/** Writes values apart, into a buffer that grows. */
export class Scribe {
  readonly #serializer: Serializer;
  #buffer = Buffer.allocUnsafe(4096);

  constructor(serializer: Serializer) {
    this.#serializer = serializer;
  }

  /** A copy of its own. */
  write(value: unknown): Buffer {
    for (;;) {
      const end = this.#serializer.write(value, this.#buffer, 0);
      if (end <= this.#buffer.length) return Buffer.from(this.#buffer.subarray(0, end));
      this.#buffer = Buffer.allocUnsafe(2 * end);
    }
  }

  /** The value as a clock writes it that is `skewMs` ahead: its own times move, all else stays. */
  writeSkewed(value: unknown, skewMs: number): Buffer {
    if (typeof value !== 'object' || value === null) return this.write(value);
    const row = value as { [name: string]: unknown };
    const before = TIMES.map((name) => row[name]);
    const move = (to: (name: string, was: number) => void) => {
      TIMES.forEach((name, i) => {
        if (typeof before[i] === 'number') to(name, before[i]);
      });
    };
    // The generator's own object: it is given back as it was.
    move((name, was) => {
      row[name] = was + skewMs;
    });
    const bytes = this.write(value);
    move((name, was) => {
      row[name] = was;
    });
    return bytes;
  }
}

/** What an event's clock has stamped. */
const TIMES = ['timestamp', 'promisedAt'] as const;
const OPENINGS = ['{', '[', '"'].map((text) => text.charCodeAt(0));

/** Cut off somewhere behind its first byte, so that it is no JSON any more. */
export function malformed(bytes: Buffer, mark: Mark): { readonly bytes: Buffer; readonly detail: string } {
  const kept = 1 + Math.floor(chanceOf(mark, 1) * Math.max(0, bytes.length - 1));
  const cut = bytes.subarray(0, Math.min(kept, bytes.length));
  const detail = `broken off after ${cut.length} of ${bytes.length} bytes`;
  // What is left of a bare number would be a number again.
  return { bytes: OPENINGS.includes(bytes[0] ?? 0) ? cut : Buffer.concat([cut, Buffer.from('{')]), detail };
}

/** Names by which events are known, and which therefore stay. */
const KEPT: ReadonlySet<string> = new Set(['sequence', 'timestamp', 'promisedAt']);

/** Valid JSON that its readers do not expect: one field is gone, null, or of another type. */
export function schemaViolating(
  bytes: Buffer,
  mark: Mark,
): { readonly bytes: Buffer; readonly detail: string } {
  const value = JSON.parse(bytes.toString()) as unknown;
  const row = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
  const fields: { [name: string]: unknown } = { ...row };
  const names = Object.keys(fields).filter((name) => !KEPT.has(name));
  const name = names[Math.floor(chanceOf(mark, 1) * names.length)];
  if (name === undefined) {
    fields['unexpected'] = true;
    return { bytes: Buffer.from(JSON.stringify(fields)), detail: 'unexpected: added' };
  }
  const way = Math.floor(chanceOf(mark, 2) * 3);
  const was = fields[name];
  if (way === 0) delete fields[name];
  else fields[name] = way === 1 && was !== null ? null : ofAnotherType(was);
  const detail = `${name}: ${way === 0 ? 'removed' : fields[name] === null ? 'null' : `${typeName(fields[name])} instead of ${typeName(was)}`}`;
  return { bytes: Buffer.from(JSON.stringify(fields)), detail };
}

function ofAnotherType(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.length : JSON.stringify(value);
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
