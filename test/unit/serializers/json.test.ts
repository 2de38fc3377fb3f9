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

  it('show no more decimals than it takes, and no fewer than are asked for', () => {
    const scaled = fc.integer({ min: 0, max: 9 }).chain((scale) =>
      fc.record({
        scale: fc.constant(scale),
        digits: fc.integer({ min: 0, max: scale }),
        units: fc.oneof(fc.integer({ min: -2e9, max: 2e9 }), fc.constantFrom(0, 100, 1_234_500, 999_999_999)),
      }),
    );
    fc.assert(
      fc.property(scaled, ({ scale, digits, units }) => {
        const exact = text({ n: { type: 'decimal', scale } }, { n: units }).slice(5, -1);
        const shown = text({ n: { type: 'decimal', scale, digits } }, { n: units }).slice(5, -1);
        const decimals = shown.split('.')[1] ?? '';
        expect(exact.startsWith(shown)).toBe(true);
        expect(Number(shown)).toBe(Number(exact));
        expect(decimals.length).toBeGreaterThanOrEqual(digits);
        if (decimals.length > digits) expect(decimals.endsWith('0')).toBe(false);
      }),
    );
  });

  it('may have any name', () => {
    const name = '`"]);throw 1;//\\$\u2028\n';
    expect(JSON.parse(text({ [name]: { type: 'int' } }, { [name]: 5 }))).toEqual({ [name]: 5 });
  });

  it('show integers of every length and sign as they are, and what is no number as null', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 16 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (power, part) => {
          const n = Math.trunc(Math.min(Number.MAX_SAFE_INTEGER, 10 ** power) * part);
          expect(text({ n: { type: 'int' } }, { n })).toBe(`{"n":${n}}`);
        },
      ),
    );
    expect(text({ n: { type: 'int' }, d: { type: 'decimal', scale: 2 } }, { n: NaN, d: Infinity })).toBe(
      '{"n":null,"d":null}',
    );
  });

  it('stand in the declared order whatever order an object has them in, from one object to the next', () => {
    const fields: Fields = {
      a: { type: 'int' },
      b: { type: 'string' },
      c: { type: 'code', values: ['w'], optional: true },
    };
    const serializer = json.compile(fields);
    class Row {
      b = 'x';
      extra = 'never declared';
      get a(): number {
        return 1;
      }
    }
    const buffer = Buffer.alloc(100);
    for (const row of [{ a: 1, b: 'x', c: -1 }, { b: 'x', a: 1 }, new Row(), { a: 1, b: 'x', more: 2 }]) {
      expect(text(fields, row)).toBe('{"a":1,"b":"x"}');
      const end = serializer.write(row, buffer, 0);
      expect(buffer.toString('utf8', 0, end)).toBe('{"a":1,"b":"x"}');
    }
  });

  it('refuse a code that is not in the table, by the name of its field', () => {
    const fields: Fields = { side: { type: 'code', values: ['buy', 'sell'] } };
    expect(() => text(fields, { side: 2 })).toThrow(/side: expected a code from 0 to 1.*got 2/);
    expect(() => text(fields, { side: 0.5 })).toThrow(/side: expected a code from 0 to 1.*got 0.5/);
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
    // What is copied several bytes at a time is copied singly where the buffer ends.
    for (let size = end; size < end + 40; size++) {
      const fitting = Buffer.alloc(size);
      expect(json.compile(fields).write(value, fitting, 0)).toBe(end);
      expect(fitting.subarray(0, end)).toEqual(whole.subarray(0, end));
    }
  });

  it('that JSON cannot hold is an error in words', () => {
    expect(() => text(undefined, () => 1)).toThrow(/expected a value that JSON can hold, got function/);
  });
});
