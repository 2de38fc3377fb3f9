/**
 * JSON, compiled once from the declared fields into flat arrays that one loop goes along, writing bytes straight into
 * the batch. Each field is written with a comma before it, and the first comma of an object is then turned into its
 * brace, so that optional fields need no bookkeeping.
 *
 * Non-obvious: a value's fields are read by `for in`, which finds them by their place in the object where the engine
 * would else look each name up again, at twice the cost of the whole record. That asks for fields in the declared order,
 * as all objects have that come from one place in the code; others are read by name.
 */
import { writeAscii, writeDecimal, writeInteger } from '../digits.js';
import { EventmillError } from '../errors.js';
import { Pieces } from '../pieces.js';
import type { Field, Fields, Serializer, SerializerPart } from '../types.js';
import { putByte } from '../view.js';

type Write = (value: unknown, buffer: Buffer, at: number) => number;
type Row = { readonly [name: string]: unknown };

const COMMA = 0x2c;
const QUOTE = 0x22;

/**
 * What stands in the plan for each field, side by side: how it is written; whether it may be left out; its first piece; of a table
 * how many values it has; of a decimal, its scale and how many digits are shown at least.
 */
const KIND = 0;
const OPTIONAL = 1;
const FIRST = 2;
const COUNT = 3;
const SCALE = 4;
const DIGITS = 5;
const PLACES = 8;

/** How a field is written; numbers, so that the loop compares and does not call. */
const TABLE = 0;
const INTEGER = 1;
const DECIMAL = 2;
const STRING = 3;
const OTHER = 4;

const part: SerializerPart = {
  doc: 'JSON, one object a record; declared fields are written straight into the batch, other values go through JSON.stringify',
  compile(fields: Fields | undefined): Serializer {
    if (fields === undefined) return { write: writeAny };
    return new ObjectWriter(fields);
  },
};
export default part;

/** Values whose fields nobody declared. */
const writeAny: Write = (value, buffer, at) => {
  const text = JSON.stringify(value);
  if (text === undefined) {
    throw new EventmillError('GENERATOR_THREW', `expected a value that JSON can hold, got ${typeof value}`);
  }
  return writeUtf8(text, buffer, at);
};

class ObjectWriter implements Serializer {
  readonly #names: readonly string[];
  readonly #plan: Int32Array;
  /** What stands before each value; words and fragments are joined with it, once. */
  readonly #pieces: Pieces;
  readonly #others: readonly Write[];
  /** Until a value comes whose fields stand in another order. */
  #inOrder = true;

  constructor(fields: Fields) {
    const all = Object.entries(fields);
    const texts: string[] = [];
    const plan = new Int32Array(PLACES * all.length);
    for (const [i, [name, field]] of all.entries()) {
      const at = PLACES * i;
      plan[at + KIND] = kindOf(field);
      plan[at + OPTIONAL] = field.optional ? 1 : 0;
      plan[at + FIRST] = texts.length;
      if ('values' in field) plan[at + COUNT] = field.values.length;
      if (field.type === 'decimal') {
        plan[at + SCALE] = field.scale;
        plan[at + DIGITS] = field.digits ?? field.scale;
      }
      const prefix = `,${JSON.stringify(name)}:`;
      for (const text of 'values' in field ? textsOf(field) : ['']) texts.push(prefix + text);
    }
    this.#names = all.map(([name]) => name);
    this.#plan = plan;
    this.#others = all.map(([, field]) => (kindOf(field) === OTHER ? compileValue(field) : writeAny));
    this.#pieces = new Pieces(texts);
  }

  write(value: unknown, buffer: Buffer, start: number): number {
    if (!this.#inOrder) return this.#writeByName(value as Row, buffer, start);
    const names = this.#names;
    let at = start;
    let i = 0;
    for (const name in value as Row) {
      if (name !== names[i]) break;
      at = this.#put(i++, (value as Row)[name], buffer, at);
    }
    if (i === names.length) return braces(buffer, start, at);
    this.#inOrder = false;
    return this.#writeByName(value as Row, buffer, start);
  }

  #writeByName(row: Row, buffer: Buffer, start: number): number {
    const names = this.#names;
    let at = start;
    for (let i = 0; i < names.length; i++) at = this.#put(i, row[names[i]!], buffer, at);
    return braces(buffer, start, at);
  }

  /** Writes `,"name":value`, or nothing for what is left out. */
  #put(field: number, value: unknown, buffer: Buffer, start: number): number {
    const plan = this.#plan;
    const place = PLACES * field;
    const kind = plan[place + KIND]!;
    if (kind === TABLE) return this.#putCode(field, value as number | undefined, buffer, start);
    if (value === undefined && plan[place + OPTIONAL] === 1) return start;
    const at = this.#pieces.put(plan[place + FIRST]!, buffer, start);
    if (kind === INTEGER) return writeInteger(value as number, buffer, at);
    if (kind === DECIMAL)
      return writeDecimal(value as number, plan[place + SCALE]!, plan[place + DIGITS]!, buffer, at);
    if (kind === STRING) return writeString(value as string, buffer, at);
    return this.#others[field]!(value, buffer, at);
  }

  #putCode(field: number, code: number | undefined, buffer: Buffer, start: number): number {
    const plan = this.#plan;
    const place = PLACES * field;
    if (code === undefined || code < 0) {
      if (plan[place + OPTIONAL] === 1) return start;
    } else if (isIndex(code, plan[place + COUNT]!)) {
      return this.#pieces.put(plan[place + FIRST]! + code, buffer, start);
    }
    throw badCode(this.#names[field]!, code, plan[place + COUNT]!);
  }
}

function braces(buffer: Buffer, start: number, end: number): number {
  const at = end === start ? end + 1 : end;
  putByte(buffer, start, 0x7b);
  putByte(buffer, at, 0x7d);
  return at + 1;
}

function kindOf({ type }: Field): number {
  if (type === 'code' || type === 'raw') return TABLE;
  if (type === 'int') return INTEGER;
  if (type === 'decimal') return DECIMAL;
  return type === 'string' ? STRING : OTHER;
}

function textsOf(field: Field & { values: readonly string[] }): readonly string[] {
  return field.type === 'raw' ? field.values : field.values.map((text) => JSON.stringify(text));
}

function badCode(name: string, code: number | undefined, values: number): EventmillError {
  return new EventmillError(
    'GENERATOR_THREW',
    `field ${name}: expected a code from 0 to ${values - 1} (an index into its values), got ${code}`,
  );
}

/** A writer of the value alone: for lists, and for what the loop does not write itself. */
function compileValue(field: Field): Write {
  switch (field.type) {
    case 'int':
      return (value, buffer, at) => writeInteger(value as number, buffer, at);
    case 'decimal': {
      const { scale, digits = scale } = field;
      return (value, buffer, at) => writeDecimal(value as number, scale, digits, buffer, at);
    }
    case 'float':
      return (value, buffer, at) => writeAscii(Number.isFinite(value) ? String(value) : 'null', buffer, at);
    case 'boolean':
      return (value, buffer, at) => writeAscii(value ? 'true' : 'false', buffer, at);
    case 'string':
      return (value, buffer, at) => writeString(value as string, buffer, at);
    case 'object': {
      const writer = new ObjectWriter(field.fields);
      return (value, buffer, at) => writer.write(value, buffer, at);
    }
    case 'list':
      return compileList(field.of);
    case 'code':
    case 'raw':
      return compileTable(textsOf(field));
  }
}

function compileTable(texts: readonly string[]): Write {
  const pieces = new Pieces(texts);
  return (value, buffer, at) => {
    const code = value as number;
    if (!isIndex(code, texts.length)) throw badCode('element', code, texts.length);
    return pieces.put(code, buffer, at);
  };
}

const isIndex = (code: number, length: number) => (code | 0) === code && code >= 0 && code < length;

function compileList(of: Field): Write {
  const write = compileValue(of);
  return (value, buffer, start) => {
    const list = value as readonly unknown[];
    let at = start;
    for (let i = 0; i < list.length; i++) {
      putByte(buffer, at, COMMA);
      at = write(list[i], buffer, at + 1);
    }
    if (at === start) at++;
    putByte(buffer, start, 0x5b);
    putByte(buffer, at, 0x5d);
    return at + 1;
  };
}

/** A JSON string. Plain text is copied; the first character that needs care sends the whole through JSON.stringify. */
function writeString(text: string, buffer: Buffer, start: number): number {
  const length = text.length;
  if (start + length + 2 > buffer.length) return start + length + 2;
  let at = start;
  buffer[at++] = QUOTE;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c > 0x7e || c === QUOTE || c === 0x5c)
      return writeUtf8(JSON.stringify(text), buffer, start);
    buffer[at++] = c;
  }
  buffer[at++] = QUOTE;
  return at;
}

function writeUtf8(text: string, buffer: Buffer, at: number): number {
  const end = at + Buffer.byteLength(text);
  if (end <= buffer.length) buffer.write(text, at);
  return end;
}
