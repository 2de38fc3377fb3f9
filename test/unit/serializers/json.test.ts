import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import json from '../../../src/serializers/json.js';
import type { Field, Fields } from '../../../src/types.js';

function text(fields: Fields | undefined, value: unknown, size = 4096): string {
  const buffer = Buffer.alloc(size);
  const end = json.compile(fields).write(value, buffer, 7);
  return buffer.toString('utf8', 7, end);
}

describe('declared fields', () => {
  it('are written in their order, words from their table, decimals with their point', () => {
    const fields: Fields = {
      type: { type: 'code', values: ['trade', 'halt "x"'] },
      price: { type: 'decimal', scale: 4, digits: 2 },
      size: { type: 'int' },
      open: { type: 'boolean' },
      address: { type: 'raw', values: ['{"city":"Rome"}'] },
    };
    const value = { type: 1, price: 1_234_500, size: -7, open: true, address: 0 };
    expect(text(fields, value)).toBe(
      '{"type":"halt \\"x\\"","price":123.45,"size":-7,"open":true,"address":{"city":"Rome"}}',
    );
  });

  it('leave out what is optional and not there, wherever it stands', () => {
    const optional: Field = { type: 'string', optional: true };
    const fields: Fields = {
      a: optional,
      b: { type: 'int', optional: true },
      c: { type: 'code', values: ['w'], optional: true },
    };
    expect(text(fields, { a: undefined, b: undefined, c: -1 })).toBe('{}');
    expect(text(fields, { a: 'x', b: undefined, c: undefined })).toBe('{"a":"x"}');
    expect(text(fields, { a: undefined, b: 2, c: 0 })).toBe('{"b":2,"c":"w"}');
  });

  it('nest lists and objects', () => {
    const fields: Fields = {
      items: {
        type: 'list',
        of: {
          type: 'object',
          fields: { id: { type: 'int' }, tags: { type: 'list', of: { type: 'string' } } },
        },
      },
    };
    expect(text(fields, { items: [] })).toBe('{"items":[]}');
    const value = {
      items: [
        { id: 1, tags: ['a', 'b'] },
        { id: 2, tags: [] },
      ],
    };
    expect(text(fields, value)).toBe('{"items":[{"id":1,"tags":["a","b"]},{"id":2,"tags":[]}]}');
  });

  it('show decimals of every size as the number they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 12 }), (units, scale) => {
        const shown = text({ n: { type: 'decimal', scale } }, { n: units });
        const whole = `${Math.floor(Math.abs(units) / 10 ** scale)}`;
        const rest = `${Math.abs(units) % 10 ** scale}`.padStart(scale, '0');
        expect(shown).toBe(`{"n":${units < 0 ? '-' : ''}${whole}${scale > 0 ? `.${rest}` : ''}}`);
      }),
    );
  });

  it('show prices with two decimals at least, and the others where they tell something', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (units) => {
        const shown = text({ n: { type: 'decimal', scale: 4, digits: 2 } }, { n: units });
        const full = `${Math.floor(units / 1e4)}.${`${units % 1e4}`.padStart(4, '0')}`;
        expect(shown).toBe(`{"n":${full.replace(/0{1,2}$/, '')}}`);
      }),
    );
  });

  it('may have any name', () => {
    const name = '`"]);throw 1;//\\$\u2028\n';
    expect(JSON.parse(text({ [name]: { type: 'int' } }, { [name]: 5 }))).toEqual({ [name]: 5 });
  });

  it('refuse a code that is not in the table, by the name of its field', () => {
    const fields: Fields = { side: { type: 'code', values: ['buy', 'sell'] } };
    expect(() => text(fields, { side: 2 })).toThrow(/side: expected a code from 0 to 1.*got 2/);
  });
});

describe('any value', () => {
  it('survives JSON.parse when its fields are declared', () => {
    const row = fc.record({
      text: fc.string({ unit: 'grapheme' }),
      wild: fc.string({ unit: 'binary' }),
      int: fc.maxSafeInteger(),
      float: fc.double(),
      flag: fc.boolean(),
    });
    const fields: Fields = {
      text: { type: 'string' },
      wild: { type: 'string' },
      int: { type: 'int' },
      float: { type: 'float' },
      flag: { type: 'boolean' },
    };
    fc.assert(
      fc.property(row, (value) => {
        expect(JSON.parse(text(fields, value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is what JSON.stringify makes of it when nothing is declared', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(text(undefined, value, 1 << 20)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('says how much room it needs when the buffer is too small, and writes nothing beyond it', () => {
    const fields: Fields = {
      a: { type: 'string' },
      b: { type: 'int' },
      c: { type: 'code', values: ['word'] },
    };
    const value = { a: 'é'.repeat(20), b: 123_456_789_012, c: 0 };
    const whole = Buffer.alloc(200);
    const end = json.compile(fields).write(value, whole, 0);
    for (let size = 0; size < end; size++) {
      const small = Buffer.alloc(size + 8, 0x7f).subarray(0, size);
      expect(json.compile(fields).write(value, small, 0)).toBeGreaterThan(size);
    }
  });

  it('that JSON cannot hold is an error in words', () => {
    expect(() => text(undefined, () => 1)).toThrow(/expected a value that JSON can hold, got function/);
  });
});
