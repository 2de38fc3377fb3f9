/** Java's `.properties` files and `key=value` arguments, read as Java reads them. */

export type Properties = ReadonlyMap<string, string>;

/** `key=value` arguments; the first equals sign parts them, nothing is trimmed, and a missing value is the empty text. */
export function readPairs(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/**
 * The text of a `.properties` file (java.util.Properties.load): `#` and `!` begin comments, a backslash at the end goes
 * on with the next line, `=`, `:` or white space part key and value, and escapes such as `\t` and `\u00e4` are undone.
 */
export function readProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    // The key ends at the first separator that no backslash stands before.
    const [whole = '', key = ''] = /^((?:\\[\s\S]|[^\\=:\s])*)(?:\s*[=:]\s*|\s+|$)/.exec(line) ?? [];
    properties.set(unescaped(key), unescaped(line.slice(whole.length)));
  }
  return properties;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | null = null;
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.replace(/^[ \t\f]+/, '');
    if (begun === null && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const whole: string = (begun ?? '') + line;
    // An odd number of backslashes at the end: the last one is not itself escaped.
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(whole)) begun = whole.slice(0, -1);
    else {
      lines.push(whole);
      begun = null;
    }
  }
  return begun === null ? lines : [...lines, begun];
}

const ESCAPES: Readonly<{ [letter: string]: string }> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex: string | undefined, letter: string) =>
    hex === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
