/**
 * JSON, compiled once from the declared fields into a writer that puts bytes straight into the batch. Each
 * field is written with a comma before it, and the first comma of an object is then turned into its brace, so that
 * optional fields need no bookkeeping. Longer than most because each kind of field is one short writer.
 */
import { decimalWriter, writeAscii, writeInteger } from '../digits.js';
import { EventmillError } from '../errors.js';
import type { Field, Fields, Serializer, SerializerPart } from '../types.js';

type Write = (value: unknown, buffer: Buffer, at: number) => number;

const COMMA = 0x2c;
const QUOTE = 0x22;

const part: SerializerPart = {
  doc: 'JSON, one object a record; declared fields are written straight into the batch, other values go through JSON.stringify',
  compile(fields: Fields | undefined): Serializer {
    return { write: fields === undefined ? writeAny : compileObject(fields) };
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

/**
 * A writer of an object, made as a text of its own that holds the fields' names and the constant bytes between values, so
 * that the engine knows where each field lies. Closures that share one text cost twice as much: to them every field
 * looks like any other. What generators name enters the text as JSON strings and byte values only.
 */
function compileObject(fields: Fields): Write {
  const constants: unknown[] = [];
  const constant = (value: unknown): string => `k${constants.push(value) - 1}`;
  const members = Object.entries(fields).map(([name, field]) => memberText(name, field, constant));
  const names = constants.map((_, index) => `k${index}`);
  const text = `return (row, buffer, start) => {
    let at = start;
    ${members.join('\n')}
    if (at === start) at++;
    buffer[start] = 0x7b;
    buffer[at] = 0x7d;
    return at + 1;
  };`;
  const make = new Function(...names, text) as (...constants: readonly unknown[]) => Write;
  return make(...constants);
}

/** The statements that write `,"name":value`; `constant` names a value that they may use. */
function memberText(name: string, field: Field, constant: (value: unknown) => string): string {
  const value = `row[${JSON.stringify(name)}]`;
  const prefix = Buffer.from(`,${JSON.stringify(name)}:`);
  if (field.type === 'code' || field.type === 'raw') {
    return `at = ${constant(compileTable(name, field, prefix))}(${value}, buffer, at);`;
  }
  const bytes = [...prefix].map((byte, index) => `buffer[at + ${index}] = ${byte};`).join(' ');
  const write = `${bytes} at = ${constant(compileValue(field))}(${value}, buffer, at + ${prefix.length});`;
  return field.optional ? `if (${value} !== undefined) { ${write} }` : write;
}

/** Words and fragments are joined with what stands before them, once, into one table of bytes. */
function compileTable(
  name: string,
  field: Field & { values: readonly string[] },
  prefix: Buffer,
): (code: unknown, buffer: Buffer, start: number) => number {
  const { bytes, starts } = tableOf(field, prefix);
  const last = field.values.length;
  return (value, buffer, start) => {
    const code = value as number | undefined;
    if (code === undefined || code < 0) {
      if (field.optional) return start;
      throw badCode(name, code, last);
    }
    if (code >= last) throw badCode(name, code, last);
    const end = starts[code + 1]!;
    let at = start;
    for (let from = starts[code]!; from < end; from++) buffer[at++] = bytes[from]!;
    return at;
  };
}

function tableOf(field: Field & { values: readonly string[] }, prefix: Buffer) {
  const pieces = field.values.map((text) =>
    Buffer.concat([prefix, Buffer.from(field.type === 'raw' ? text : JSON.stringify(text))]),
  );
  const starts = new Uint32Array(pieces.length + 1);
  pieces.forEach((piece, i) => {
    starts[i + 1] = starts[i]! + piece.length;
  });
  return { bytes: Buffer.concat(pieces), starts };
}

function badCode(name: string, code: number | undefined, values: number): EventmillError {
  return new EventmillError(
    'GENERATOR_THREW',
    `field ${name}: expected a code from 0 to ${values - 1} (an index into its values), got ${code}`,
  );
}

/** A writer of the value alone. */
function compileValue(field: Field): Write {
  switch (field.type) {
    case 'int':
      return (value, buffer, at) => writeInteger(value as number, buffer, at);
    case 'decimal':
      return decimalWriter(field.scale, field.digits ?? field.scale) as Write;
    case 'float':
      return (value, buffer, at) => writeAscii(Number.isFinite(value) ? String(value) : 'null', buffer, at);
    case 'boolean':
      return (value, buffer, at) => writeAscii(value ? 'true' : 'false', buffer, at);
    case 'string':
      return (value, buffer, at) => writeString(value as string, buffer, at);
    case 'object':
      return compileObject(field.fields);
    case 'list':
      return compileList(field.of);
    case 'code':
    case 'raw':
      return compileTable('element', field, Buffer.alloc(0));
  }
}

function compileList(of: Field): Write {
  const write = compileValue(of);
  return (value, buffer, start) => {
    const list = value as readonly unknown[];
    let at = start;
    for (let i = 0; i < list.length; i++) {
      buffer[at] = COMMA;
      at = write(list[i], buffer, at + 1);
    }
    if (at === start) at++;
    buffer[start] = 0x5b;
    buffer[at] = 0x5d;
    return at + 1;
  };
}

/** A JSON string. Plain text is copied; the first character that needs care sends the whole through JSON.stringify. */
function writeString(text: string, buffer: Buffer, start: number): number {
  const length = text.length;
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
