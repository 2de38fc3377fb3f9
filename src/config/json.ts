/**
 * JSON read by hand, for what JSON.parse does not tell: the line and column of a mistake and what was expected there
 * (its messages differ between versions of Node, and some have no position), and keys that stand twice, of which it
 * silently takes the last. It accepts what JSON.parse accepts (RFC 8259), to a bounded depth.
 */

export interface JsonMistake {
  /** Both count from 1; columns in UTF-16 units, as editors show them. */
  readonly line: number;
  readonly column: number;
  readonly problem: string;
}

export type JsonParsed = { readonly value: unknown } | { readonly mistake: JsonMistake };

export type JsonObject = Readonly<{ [key: string]: unknown }>;

export function isObject(raw: unknown): raw is JsonObject {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

const DEPTH_MAX = 64;

/** Reads a JSON text. A leading byte order mark is passed over, since some editors write one. */
export function parseJson(text: string): JsonParsed {
  const reader = new JsonReader(text);
  try {
    return { value: reader.document() };
  } catch (error) {
    if (error instanceof Misread)
      return { mistake: { ...positionOf(text, error.at), problem: error.message } };
    throw error;
  }
}

/** Carries a mistake out of the recursion; it does not leave this file. */
class Misread extends Error {
  readonly at: number;
  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

function positionOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

class JsonReader {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  document(): unknown {
    const value = this.#value('a JSON value', 0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('the end of the file');
    return value;
  }

  #value(what: string, depth: number): unknown {
    this.#space();
    if (depth > DEPTH_MAX) throw new Misread(this.#at, `expected at most ${DEPTH_MAX} levels of nesting`);
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    const literal = this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    // A word that merely begins well (nullable, 01, 1.) is not that word.
    if (literal === undefined || /[\w.]/.test(this.#text[this.#at + literal.length] ?? '')) this.#fail(what);
    this.#at += literal.length;
    return JSON.parse(literal);
  }

  #object(depth: number): unknown {
    const object: { [key: string]: unknown } = {};
    this.#at++;
    if (this.#takes('}')) return object;
    for (let first = true; ; first = false) {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"')
        this.#fail(first ? 'a key in double quotes or }' : 'a key in double quotes');
      const key = this.#string();
      if (Object.hasOwn(object, key)) {
        throw new Misread(start, `expected each key once, got ${JSON.stringify(key)} again`);
      }
      if (!this.#takes(':')) this.#fail(`a colon after ${JSON.stringify(key)}`);
      const value = this.#value(`a value for ${JSON.stringify(key)}`, depth + 1);
      // Plain assignment of `__proto__` would change the object's nature and hide the key.
      Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      if (this.#takes('}')) return object;
      if (!this.#takes(',')) this.#fail('a comma or }');
    }
  }

  #array(depth: number): unknown {
    const array: unknown[] = [];
    this.#at++;
    if (this.#takes(']')) return array;
    for (;;) {
      array.push(this.#value('a value', depth + 1));
      if (this.#takes(']')) return array;
      if (!this.#takes(',')) this.#fail('a comma or ]');
    }
  }

  #string(): string {
    const start = this.#at;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside of strings.
    const body = this.#match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y) ?? '"';
    this.#at += body.length;
    if (this.#text[this.#at] === '"') {
      this.#at++;
      return JSON.parse(`${body}"`) as string;
    }
    if (this.#text[this.#at] === '\\')
      this.#fail('one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX');
    const stop = this.#text.charCodeAt(this.#at);
    if (stop < 0x20 && stop !== 0x0a && stop !== 0x0d) {
      throw new Misread(this.#at, 'expected no control character inside of a string; write a tab as \\t');
    }
    throw new Misread(start, 'expected a closing double quote on the same line');
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  /** Passes over white space and one character, if it is that one. */
  #takes(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    this.#at += this.#match(/[ \t\n\r]+/y)?.length ?? 0;
  }

  #fail(what: string): never {
    const rest = this.#text.slice(this.#at);
    // The whole word or number is shown, or the one character that is in the way.
    const got = /^[\w.+-]+|^[^\n]/u.exec(rest)?.[0].slice(0, 40) ?? 'the end of the file';
    // A character that a terminal would obey is shown as JSON writes it.
    const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const shown = got.replaceAll(/\p{Cc}/gu, code);
    throw new Misread(this.#at, `expected ${what}, got ${shown}${hint(rest, what)}`);
  }
}

/** The usual slips by name. */
function hint(rest: string, what: string): string {
  if (/^\/[/*]|^#/.test(rest)) return '; JSON has no comments';
  if (/^'/.test(rest)) return '; write double quotes';
  if (what === 'a key in double quotes' && rest.startsWith('}')) return '; remove the comma before it';
  if (what === 'a value' && rest.startsWith(']')) return '; remove the comma before it';
  if (/^(?:True|False|None|undefined|NaN|[+-]?Infinity)/.test(rest))
    return '; the words are true, false and null';
  if (/^[+.]?\d/.test(rest) && what.startsWith('a value')) return '; write numbers as 10, 0.5 or 1e6';
  return '';
}
