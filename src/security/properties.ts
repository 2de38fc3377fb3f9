/**
 * Java's .properties files, read as `java.util.Properties.load(InputStream)` reads them and so as Kafka's tools do:
 * comments, three kinds of line ends, continuation lines, escapes, three separators, and Latin-1, whatever an editor
 * thinks. The specification is that method's documentation in the JDK.
 */
export type Properties = ReadonlyMap<string, string>;

/** For one name the last line wins, as in Java. Throws a SyntaxError that tells the line of a malformed \uXXXX. */
export function parseProperties(bytes: Uint8Array): Properties {
  const properties = new Map<string, string>();
  for (const { text, line } of logicalLines(Buffer.from(bytes).toString('latin1'))) {
    const at = keyEnd(text);
    const value = /^[ \t\f]*[=:]?[ \t\f]*/.exec(text.slice(at))![0].length;
    properties.set(unescaped(text.slice(0, at), line), unescaped(text.slice(at + value), line));
  }
  return properties;
}

/** Lines put together at the backslashes that end them, without comments and blank ones. */
function* logicalLines(text: string): Generator<{ text: string; line: number }> {
  const lines = text.split(/\r\n|\r|\n/);
  for (let i = 0; i < lines.length; i++) {
    let whole = stripped(lines[i]!);
    const line = i + 1;
    if (whole === '' || whole.startsWith('#') || whole.startsWith('!')) continue;
    while (endsOpen(whole)) {
      whole = whole.slice(0, -1);
      if (i + 1 === lines.length) break;
      whole += stripped(lines[++i]!);
    }
    yield { text: whole, line };
  }
}

function stripped(line: string): string {
  return line.replace(/^[ \t\f]+/, '');
}

/** An odd number of backslashes at the end: the last one escapes the line end. */
function endsOpen(line: string): boolean {
  return /\\*$/.exec(line)![0].length % 2 === 1;
}

/** Where the key ends: before the first =, : or white space that no backslash escapes. */
function keyEnd(text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (/[=: \t\f]/.test(text[i]!)) return i;
  }
  return text.length;
}

const ESCAPES: Readonly<{ [letter: string]: string }> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string, line: number): string {
  return text.replaceAll(/\\(u([\da-fA-F]{4})?|[\s\S])|\\$/g, (_, letter: string = '', hex?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (letter === 'u') {
      throw new SyntaxError(
        `line ${line}: expected four hexadecimal digits after \\u; write a backslash of a value twice`,
      );
    }
    return ESCAPES[letter] ?? letter;
  });
}
