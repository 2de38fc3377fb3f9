/** One record as text: aligned and coloured for people, tab-separated for pipes, or JSON. */
import { paintWith } from '../../paint.js';

export interface ShownRecord {
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

export interface RecordFormatOptions {
  readonly json: boolean;
  readonly terminal: boolean;
  readonly color: boolean;
}

/** The function that writes a record as one line, with its line end. */
export function recordFormat(options: RecordFormatOptions): (record: ShownRecord) => string {
  if (options.json) return asJson;
  return options.terminal ? forPeople(options.color) : asCells;
}

/** A JSON value is put in as it is, so that `jq .value.price` works; bytes that are no text go as base64 and say so. */
function asJson({ partition, offset, timestamp, key, value, headers }: ShownRecord): string {
  const record = {
    partition,
    offset,
    timestamp,
    ...member('key', key, false),
    ...member('value', value, true),
    headers: Object.fromEntries(headers.map(([name, bytes]) => [name, textOf(bytes) ?? base64(bytes)])),
  };
  return `${JSON.stringify(record)}\n`;
}

function member(name: string, bytes: Buffer | null, json: boolean): { [name: string]: unknown } {
  const text = textOf(bytes);
  if (bytes !== null && text === null) return { [name]: base64(bytes), [`${name}Encoding`]: 'base64' };
  return { [name]: json && text !== null ? parsed(text) : text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function asCells(record: ShownRecord): string {
  const { partition, offset, timestamp, key, value, headers } = record;
  const cells = [partition, offset, timestamp, shown(key), shown(value), shownHeaders(headers)];
  return `${cells.join('\t')}\n`;
}

function forPeople(color: boolean): (record: ShownRecord) => string {
  const paint = paintWith(color);
  let keyWidth = 8;
  return ({ partition, offset, timestamp, key, value, headers }) => {
    const keyText = shown(key);
    // The column widens with what it has seen, within reason, so that values stand below one another.
    keyWidth = Math.min(40, Math.max(keyWidth, keyText.length));
    const where = `${String(partition).padStart(2)} ${String(offset).padStart(8)}`;
    const time = timestamp < 0 ? '-'.repeat(24) : new Date(timestamp).toISOString();
    const more = headers.length === 0 ? '' : `  ${paint.dim(shownHeaders(headers))}`;
    return `${paint.dim(where)}  ${paint.dim(time)}  ${paint.cyan(keyText.padEnd(keyWidth))}  ${shown(value)}${more}\n`;
  };
}

function shownHeaders(headers: ShownRecord['headers']): string {
  return headers.map(([name, value]) => `${escaped(name)}=${shown(value)}`).join(',');
}

/** What came from the broker must not move the cursor or break the columns. */
function shown(bytes: Buffer | null): string {
  if (bytes === null) return 'null';
  const text = textOf(bytes);
  return text === null ? `base64:${bytes.toString('base64')}` : escaped(text);
}

function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are to be found.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^[\u007f-\u009f]$/, hex),
  );
}

function hex(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null for no bytes, and for bytes that are not UTF-8. */
function textOf(bytes: Buffer | null): string | null {
  if (bytes === null) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function base64(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('base64');
}
