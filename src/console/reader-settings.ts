/** How a line becomes a record: the properties of Java's LineMessageReader, with their defaults and rules. */
import { EventmillError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Properties } from './properties.js';

export interface ReaderSettings {
  readonly parseKey: boolean;
  readonly keySeparator: string;
  readonly parseHeaders: boolean;
  /** Between the headers and what follows them. */
  readonly headersDelimiter: string;
  /** Between one header and the next: a regular expression, as in Java. */
  readonly headersSeparator: RegExp;
  /** Between a header's name and its value. */
  readonly headersKeySeparator: string;
  /** A line without a separator is all value, and a header without one all name. */
  readonly ignoreError: boolean;
  /** A key, value, header value or all headers that equal it are null; undefined: nothing does. */
  readonly nullMarker: string | undefined;
}

const DEFAULTS = {
  'parse.key': 'false',
  'key.separator': '\t',
  'parse.headers': 'false',
  'headers.delimiter': '\t',
  'headers.separator': ',',
  'headers.key.separator': ':',
  'ignore.error': 'false',
} as const;

const NAMES: readonly string[] = [...Object.keys(DEFAULTS), 'null.marker'];
/** No two of these may be the same text. */
const DISTINCT = [
  ['headers.delimiter', 'headers.separator'],
  ['headers.delimiter', 'headers.key.separator'],
  ['headers.separator', 'headers.key.separator'],
  ['null.marker', 'key.separator'],
  ['null.marker', 'headers.separator'],
  ['null.marker', 'headers.delimiter'],
  ['null.marker', 'headers.key.separator'],
] as const;

/** Throws USAGE with every mistake. `warn` hears of properties that the reader does not know, which Java's ignores without a word. */
export function readerSettings(properties: Properties, warn: (message: string) => void): ReaderSettings {
  for (const name of properties.keys()) {
    if (NAMES.includes(name) || name === 'topic') continue;
    const meant = nearest(name, NAMES);
    const hint = meant === undefined ? `the reader knows ${NAMES.join(', ')}` : `did you mean ${meant}?`;
    warn(`property ${name}: not known to the line reader, and ignored; ${hint}`);
  }
  const of = (name: keyof typeof DEFAULTS) => properties.get(name) ?? DEFAULTS[name];
  const isTrue = (name: keyof typeof DEFAULTS) => of(name).trim().toLowerCase() === 'true';
  const all = new Map<string, string>([...Object.entries(DEFAULTS), ...properties]);
  const mistakes = DISTINCT.filter(([one, other]) => all.has(one) && all.get(one) === all.get(other)).map(
    ([one, other]) =>
      `${one} and ${other} may not be equal, but both are ${JSON.stringify(all.get(one))}; give one of them another value`,
  );
  const headersSeparator = pattern(of('headers.separator'), mistakes);
  if (mistakes.length > 0) throw new EventmillError('USAGE', mistakes.join('\n'));
  return {
    parseKey: isTrue('parse.key'),
    keySeparator: of('key.separator'),
    parseHeaders: isTrue('parse.headers'),
    headersDelimiter: of('headers.delimiter'),
    headersSeparator,
    headersKeySeparator: of('headers.key.separator'),
    ignoreError: isTrue('ignore.error'),
    nullMarker: properties.get('null.marker'),
  };
}

/** Escaped letters that Java and a pattern without the flag u read alike; any other would be that letter, without a word. */
const SHARED_ESCAPES = /[bBcdDfnrsStuwWx]/;

function pattern(source: string, mistakes: string[]): RegExp {
  // In Java what stands between these two is meant as it is.
  const plain = source.replaceAll(/\\Q(.*?)(?:\\E|$)/gs, (_, text: string) =>
    text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
  const escaped = [...plain.matchAll(/\\(.)/gs)].map(([, sign]) => sign!);
  const isForeign = escaped.some((sign) => /[a-z]/i.test(sign) && !SHARED_ESCAPES.test(sign));
  // Java takes escapes such as `\-` that a pattern with the flag u does not.
  for (const flags of isForeign ? ['gu'] : ['gu', 'g']) {
    try {
      return new RegExp(plain, flags);
    } catch {
      // The next flags, or the mistake below.
    }
  }
  mistakes.push(
    `headers.separator: expected a regular expression that JavaScript knows, too, got ${JSON.stringify(source)}; a backslash before a sign such as | or ( takes away its meaning`,
  );
  return /,/gu;
}
