/**
 * A file of past events, JSON lines or CSV, read row by row in blocks: a file of any size takes the memory of a block and of
 * its longest row. Reading is synchronous, as whoever asks for the next event cannot wait.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { EventmillError } from './errors.js';

const BLOCK_BYTES = 64 * 1024;
/** A row that is longer is no row, but a file of another kind. */
const ROW_BYTES_MAX = 16 * 2 ** 20;
/** Numbers below are seconds since 1970 (until the year 5138), those above milliseconds (since 1973). */
const SECONDS_BELOW = 1e11;

export type Row = { readonly [name: string]: unknown };

/** One event as it was. */
export interface Past {
  readonly row: Row;
  /** Epoch ms. */
  readonly at: number;
}

export class PastFile {
  readonly #path: string;
  readonly #field: string;
  readonly #csv: boolean;
  #file: number | null;
  #rest = Buffer.alloc(0);
  #ended = false;
  #line = 0;
  #names: readonly string[] | null = null;

  /** `field` holds the time: an ISO time, or seconds or milliseconds since 1970. Throws NOT_FOUND. */
  constructor(path: string, field: string) {
    this.#path = path;
    this.#field = field;
    this.#csv = /\.(csv|tsv)$/i.test(path);
    try {
      this.#file = openSync(path, 'r');
    } catch (cause) {
      const got = path === '' ? 'nothing' : `"${path}" (${(cause as NodeJS.ErrnoException).code ?? ''})`;
      throw new EventmillError(
        'NOT_FOUND',
        `file: expected a file of past events that can be read, .jsonl or .csv, got ${got}`,
        { cause },
      );
    }
  }

  /** The next event; null at the end of the file, which is then closed. Throws CONFIG with file and line. */
  next(): Past | null {
    for (let text = this.#nextText(); text !== null; text = this.#nextText()) {
      if (text.trim() === '') continue;
      if (this.#csv && this.#names === null) {
        this.#names = cellsOf(text, this.#separator);
        continue;
      }
      const row = this.#csv ? this.#ofCells(cellsOf(text, this.#separator)) : this.#ofJson(text);
      return { row, at: this.#timeOf(row) };
    }
    this.close();
    return null;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  get #separator(): string {
    return /\.tsv$/i.test(this.#path) ? '\t' : ',';
  }

  /** One row's text, without its line end. In CSV a line end within quotes is part of it. */
  #nextText(): string | null {
    let from = 0;
    for (;;) {
      const end = this.#csv ? endOfCells(this.#rest) : this.#rest.indexOf(0x0a, from);
      if (end >= 0) {
        const text = this.#rest.toString('utf8', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        this.#line++;
        return text;
      }
      from = this.#rest.length;
      if (from > ROW_BYTES_MAX) throw this.#wrong(`rows of up to ${ROW_BYTES_MAX} bytes`, 'a longer one', 1);
      if (this.#ended || !this.#read()) {
        if (this.#rest.length === 0) return null;
        const text = this.#rest.toString();
        this.#rest = Buffer.alloc(0);
        this.#line++;
        return text;
      }
    }
  }

  #read(): boolean {
    if (this.#file === null) return false;
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    const bytes = readSync(this.#file, block);
    this.#ended = bytes === 0;
    this.#rest = Buffer.concat([this.#rest, block.subarray(0, bytes)]);
    return bytes > 0;
  }

  #ofJson(text: string): Row {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.#wrong('a JSON object a line', JSON.stringify(text.slice(0, 60)));
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row;
    throw this.#wrong('a JSON object a line', JSON.stringify(value)?.slice(0, 60) ?? 'nothing');
  }

  #ofCells(cells: readonly string[]): Row {
    const names = this.#names!;
    if (cells.length !== names.length) throw this.#wrong(`${names.length} cells`, String(cells.length));
    return Object.fromEntries(names.map((name, i) => [name, typed(cells[i]!)]));
  }

  #timeOf(row: Row): number {
    const value = row[this.#field];
    const at =
      typeof value === 'number' ? (value < SECONDS_BELOW ? value * 1000 : value) : Date.parse(String(value));
    if (at >= 0) return at;
    const got = value === undefined ? `only ${Object.keys(row).join(', ')}` : JSON.stringify(value);
    throw this.#wrong(`a time in "${this.#field}" (ISO, or seconds or milliseconds since 1970)`, got);
  }

  #wrong(what: string, got: string, ahead = 0): EventmillError {
    return new EventmillError('CONFIG', `${this.#path}:${this.#line + ahead}: expected ${what}, got ${got}`);
  }
}

/** Where a row of CSV ends; −1 while its end has not been read. */
function endOfCells(bytes: Buffer): number {
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0x22) quoted = !quoted;
    else if (bytes[at] === 0x0a && !quoted) return at;
  }
  return -1;
}

/** As RFC 4180 has it: a quote within quotes stands twice. */
function cellsOf(line: string, separator: string): string[] {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === '"' && quoted && text[at + 1] === '"') {
      cell += c;
      at++;
    } else if (c === '"') quoted = !quoted;
    else if (c === separator && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += c;
  }
  return [...cells, cell];
}

/** Numbers as numbers, where nothing of them is lost by that: no leading zeros, no more digits than a double holds. */
function typed(cell: string): string | number | boolean | null {
  if (cell === '') return null;
  if (cell === 'true' || cell === 'false') return cell === 'true';
  if (!/^-?(0|[1-9]\d*)(\.\d+)?$/.test(cell) || cell.replace(/\D/g, '').length > 15) return cell;
  return Number(cell);
}
