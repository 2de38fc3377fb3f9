import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProperties } from '../../../src/security/properties.js';

const read = (text: string) => Object.fromEntries(parseProperties(Buffer.from(text, 'latin1')));

test('a malformed \\u is told with its line, which may be a continued one', () => {
  expect(() => read('a=1\n\nb=\\\n  x\\u00g0')).toThrow(
    'line 3: expected four hexadecimal digits after \\u; write a backslash of a value twice',
  );
});

test('UTF-8 is read as Latin-1, as Java reads it', () => {
  expect(Object.fromEntries(parseProperties(Buffer.from('a=é', 'utf8')))).toEqual({ a: 'Ã©' });
});

test('whatever is written with every character escaped is read back', () => {
  const written = (text: string) =>
    [...Array(text.length).keys()]
      .map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (name, value) => {
      expect(parseProperties(Buffer.from(`${written(name)}=${written(value)}`)).get(name)).toBe(value);
    }),
  );
});

test('no bytes at all crash it, but for a malformed \\u', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseProperties(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
  );
});
