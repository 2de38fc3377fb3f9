/** Lines out of chunks, and records out of lines: what Java's reader makes of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineParser } from '../../../src/console/line-parser.js';
import { LineSplitter } from '../../../src/console/line-splitter.js';
import { readerSettings } from '../../../src/console/reader-settings.js';
import { EventmillError } from '../../../src/errors.js';

function linesOf(chunks: readonly Buffer[], lineBytesMax?: number): string[] {
  const splitter = new LineSplitter(lineBytesMax);
  const lines: string[] = [];
  const take = () => {
    while (splitter.next()) lines.push(splitter.bytes.toString('utf8', splitter.start, splitter.end));
  };
  for (const chunk of chunks) {
    splitter.push(chunk);
    take();
  }
  splitter.finish();
  take();
  return lines;
}

describe('lines', () => {
  it.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\r\nb\rc\r\r\nd', ['a', 'b', 'c', '', 'd']],
    ['\ufeffa\n', ['\ufeffa']],
  ])('of %j are %j', (text, lines) => {
    expect(linesOf([Buffer.from(text)])).toEqual(lines);
  });

  it('are the same however the input is cut into chunks', () => {
    const piece = fc.constantFrom('a', 'é', '€', '😀', '\n', '\r', '\r\n', '\t', '\ufffd');
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        const expected = whole.split(/\r\n|\r|\n/);
        if (expected.at(-1) === '') expected.pop();
        expect(linesOf(chunks)).toEqual(expected);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('have U+FFFD for what is no UTF-8, as Java’s decoder counts it', () => {
    const bytes = Buffer.from('61c0af62eda08063eda041f09f98', 'hex');
    expect(linesOf([bytes])).toEqual(['a\ufffd\ufffdb\ufffdc\ufffdA\ufffd']);
    expect(linesOf([Buffer.from('eda0808080', 'hex')])).toEqual(['\ufffd\ufffd\ufffd']);
  });

  it('have a length that memory bounds, and a longer one is told', () => {
    expect(linesOf([Buffer.from('12345'), Buffer.from('67890\n')], 5)).toEqual(['1234567890']);
    expect(() => linesOf([Buffer.from('12345'), Buffer.from('6')], 5)).toThrow(/at most 5 bytes/);
  });
});

type Shown = { key: string | null; value: string | null; headers: readonly unknown[] };

/** The records of lines, with the reader's properties. */
function records(lines: readonly string[], properties: { [name: string]: string } = {}): Shown[] {
  const parser = new LineParser(readerSettings(new Map(Object.entries(properties)), () => {}));
  return lines.map((line) => {
    const bytes = Buffer.from(`<${line}>`);
    parser.parse(bytes, 1, bytes.length - 1);
    const { entry } = parser;
    const value = Buffer.alloc(parser.valueLength);
    if (entry.value !== null) expect(entry.serializer.write(entry.value, value, 0)).toBe(value.length);
    return {
      key:
        entry.key === null
          ? null
          : Buffer.from(entry.key).toString('utf8', entry.keyStart, entry.keyStart + entry.keyLength),
      value: entry.value === null ? null : value.toString(),
      headers: entry.headerPairs ?? [],
    };
  });
}

const KEY = { 'parse.key': 'true' };
const HEADERS = { 'parse.headers': ' TRUE ' };

describe('a line', () => {
  it('is all value unless more is asked for', () => {
    expect(records(['k\tv'])).toEqual([{ key: null, value: 'k\tv', headers: [] }]);
  });

  it('has its key before the first separator', () => {
    expect(records(['k\tv\tw', '\t'], KEY)).toMatchObject([
      { key: 'k', value: 'v\tw' },
      { key: '', value: '' },
    ]);
    expect(records(['é=>v'], { ...KEY, 'key.separator': '=>' })).toMatchObject([{ key: 'é', value: 'v' }]);
  });

  it('has its headers first, in order, with names that may repeat', () => {
    expect(records(['b:1,a:2,b:,c:x:y\tk\tv'], { ...KEY, ...HEADERS })).toEqual([
      {
        key: 'k',
        value: 'v',
        headers: [
          ['b', '1'],
          ['a', '2'],
          ['b', ''],
          ['c', 'x:y'],
        ],
      },
    ]);
  });

  it('has nulls where the marker stands', () => {
    const properties = { ...KEY, ...HEADERS, 'null.marker': 'N' };
    expect(records(['a:N\tN\tN', 'N\tNN\tv'], properties)).toEqual([
      { key: null, value: null, headers: [['a', null]] },
      { key: 'NN', value: 'v', headers: [] },
    ]);
    expect(() => records(['N:1\tk\tv'], properties)).toThrow(/line 1: .*null marker/);
  });

  it('splits headers by a pattern, without empty ones at the end, as Java does', () => {
    const headers = (line: string, separator: string) =>
      records([line], { ...HEADERS, 'headers.separator': separator, 'ignore.error': 'true' })[0]!.headers;
    expect(headers('a:1;;b:2;\tv', ';+')).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(headers(',\tv', ',')).toEqual([]);
    expect(headers('ab\tv', '')).toEqual([
      ['a', null],
      ['b', null],
    ]);
    expect(headers('a|b\tv', '\\|')).toHaveLength(2);
    expect(headers('a-b\tv', '\\-')).toHaveLength(2);
    // Java's quotation marks, and a word in front of them.
    expect(headers('a:1x.|y:2Q\tv', 'x\\Q.|\\E')).toEqual([
      ['a', '1'],
      ['y', '2Q'],
    ]);
  });

  it.each([
    [['k\tv', 'wrong'], KEY, 'line 2: no key separator ("\\t") found in "wrong"'],
    [['wrong'], HEADERS, 'line 1: no headers delimiter'],
    [['a\tv'], HEADERS, 'line 1: no header key separator (":") found in the header "a"'],
  ])('that is wrong ends it with exit code 1: %j with %j', (lines, properties, message) => {
    const error = thrown(() => records(lines, properties as { [name: string]: string }));
    expect(error.message).toContain(message);
    expect(error.message).toContain('ignore.error=true');
    expect(error.exitCode).toBe(1);
  });

  it('that is wrong is taken as far as it goes when errors are ignored', () => {
    const properties = { ...KEY, ...HEADERS, 'ignore.error': 'true' };
    expect(records(['all', 'k\tv', 'a\tk\tv'], properties)).toEqual([
      { key: null, value: 'all', headers: [] },
      { key: null, value: 'v', headers: [['k', null]] },
      { key: 'k', value: 'v', headers: [['a', null]] },
    ]);
  });
});

describe('the reader’s properties', () => {
  it('that are unknown are told, with the one that was meant', () => {
    const told: string[] = [];
    readerSettings(
      new Map([
        ['key.seperator', ':'],
        ['foo', ''],
        ['topic', 'x'],
      ]),
      (message) => told.push(message),
    );
    expect(told).toEqual([
      expect.stringMatching(/key\.seperator.*did you mean key\.separator\?/),
      expect.stringMatching(/foo.*the reader knows parse\.key, /),
    ]);
  });

  it('may not contradict one another, and all that do are told together', () => {
    const wrong = new Map([
      ['headers.separator', '\t'],
      ['null.marker', ':'],
      ['headers.key.separator', ':'],
    ]);
    const { message } = thrown(() => readerSettings(wrong, () => {}));
    expect(message.split('\n')).toEqual([
      expect.stringContaining('headers.delimiter and headers.separator may not be equal'),
      expect.stringContaining('null.marker and headers.key.separator may not be equal'),
    ]);
    // The latter is white space to Java, and would be the letter h here.
    for (const separator of ['(', '\\h']) {
      expect(() => readerSettings(new Map([['headers.separator', separator]]), () => {})).toThrow(
        /regular expression/,
      );
    }
  });
});

function thrown(run: () => unknown): EventmillError {
  try {
    run();
  } catch (error) {
    if (error instanceof EventmillError) return error;
    throw error;
  }
  throw new Error('expected an error');
}
