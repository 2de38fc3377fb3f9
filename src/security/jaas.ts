/**
 * The value of `sasl.jaas.config`: one login module, a control flag and options, `Module required name="value" …;`,
 * with quotes and comments as Kafka's own reader (JaasConfig over java.io.StreamTokenizer) takes them.
 */
export interface LoginModule {
  /** The class's name with its package. */
  readonly name: string;
  readonly options: ReadonlyMap<string, string>;
}

const CONTROL_FLAGS = ['required', 'requisite', 'sufficient', 'optional'];

/** No message quotes a value: it may be a password. */
export function parseJaas(text: string): LoginModule {
  const tokens = [...tokenize(text)];
  let at = 0;
  const take = (): Token | undefined => tokens[at++];
  const name = take();
  if (name?.kind !== 'word') throw new SyntaxError('expected the class of a login module first');
  const flag = take();
  if (flag?.kind !== 'word' || !CONTROL_FLAGS.includes(flag.text.toLowerCase())) {
    throw new SyntaxError(`expected a control flag such as "required" after ${name.text}`);
  }
  const options = new Map<string, string>();
  for (;;) {
    const key = take();
    if (key === undefined) throw new SyntaxError('expected a semicolon (;) at the end');
    if (isSign(key, ';')) break;
    if (isSign(key)) throw new SyntaxError(`expected the name of an option, got ${key.text}`);
    if (!isSign(take(), '=')) throw new SyntaxError(`expected = after ${key.text}`);
    const value = take();
    if (value === undefined || isSign(value)) {
      throw new SyntaxError(`expected a value for ${key.text}; put it in double quotes`);
    }
    options.set(key.text, value.text);
  }
  if (at < tokens.length) throw new SyntaxError('expected one login module, got more after the semicolon');
  return { name: name.text, options };
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'sign';
  readonly text: string;
}

function isSign(token: Token | undefined, text?: string): boolean {
  return token?.kind === 'sign' && (text === undefined || token.text === text);
}

const SPACE_OR_COMMENT = /(?:[\s\0]|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[\w$.\u00a0-\uffff-]+/y;
const QUOTED = /"((?:[^"\\\r\n]|\\[\s\S])*)"|'((?:[^'\\\r\n]|\\[\s\S])*)'/y;

function* tokenize(text: string): Generator<Token> {
  for (let at = 0; at < text.length; ) {
    const match = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      at += found?.[0].length ?? 0;
      return found;
    };
    if (match(SPACE_OR_COMMENT)) continue;
    const quoted = match(QUOTED);
    if (quoted) yield { kind: 'quoted', text: unescaped(quoted[1] ?? quoted[2]!) };
    else if (/["']/.test(text[at]!)) throw new SyntaxError('a quote is opened and never closed');
    else {
      const word = match(WORD);
      yield word ? { kind: 'word', text: word[0] } : { kind: 'sign', text: text[at++]! };
    }
  }
}

const ESCAPES: Readonly<{ [letter: string]: string }> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** As StreamTokenizer has them: C's letters and octal numbers up to 377. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-3]?[0-7]{1,2}|[\s\S])/g, (_, letter: string) =>
    /^[0-7]/.test(letter) ? String.fromCharCode(Number.parseInt(letter, 8)) : (ESCAPES[letter] ?? letter),
  );
}
