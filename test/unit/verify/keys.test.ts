import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Keys } from '../../../src/verify/keys.js';

function find(keys: Keys, name: string): Keys {
  const bytes = Buffer.from(name);
  keys.find(1, bytes, 0, bytes.length);
  return keys;
}

const anyKey = fc.oneof(
  fc.integer({ min: 0, max: 600 }).map((number) => `S1-${String(number).padStart(3, '0')}`),
  fc.constantFrom('7', '07', '007', 'AAPL', 'MSFT', '', 'a0', 'a00', '4294967296', 'x123456789012'),
  fc.integer().map(String),
);

describe('keys', () => {
  test('remember of each key what was expected and seen, whatever the keys look like', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyKey, fc.constantFrom('expect', 'see'), fc.integer({ min: 1, max: 400 }))),
        (steps) => {
          const keys = new Keys();
          const model = new Map<string, { expected: number; seen: number }>();
          for (const [key, what, sequence] of steps) {
            const known = model.get(key) ?? { expected: 0, seen: 0 };
            model.set(key, known);
            find(keys, key);
            if (what === 'expect') {
              keys.expect(sequence);
              known.expected = Math.max(known.expected, sequence);
            } else {
              keys.see(sequence);
              known.seen = sequence;
            }
          }
          for (const [key, { expected, seen }] of model) {
            find(keys, key);
            expect({ key, expected: keys.expected, seen: keys.seen }).toEqual({ key, expected, seen });
          }
        },
      ),
    );
  });

  test('take two bytes a key for orders that count up', () => {
    const keys = new Keys();
    const before = keys.bytes;
    for (let number = 0; number < 1_000_000; number++) {
      find(keys, `S001-${String(number).padStart(6, '0')}`).expect(7);
    }
    expect(keys.bytes - before).toBeLessThan(3_000_000);
  });

  test('forget the oldest rows at their limit, and then take all of them for expected', () => {
    const keys = new Keys({ rows: 4, quietRows: 4, hashed: 10 });
    for (let number = 0; number < 10 * 256; number++) find(keys, `o-${number + 10_000}`).expect(3);
    expect(find(keys, 'o-10000').expected).toBe(Number.POSITIVE_INFINITY);
    expect(find(keys, 'o-12559').expected).toBe(3);
    // One that comes back after all has a place of its own.
    find(keys, 'o-10000').expect(9);
    expect(find(keys, 'o-10000').expected).toBe(9);
  });

  test('take no more memory once they are done, and still know a second copy of theirs', () => {
    const keys = new Keys({ rows: 1000, quietRows: 8, hashed: 1000 });
    const order = (number: number) => find(keys, `o-${number + 1_000_000}`);
    const settle = (from: number, to: number) => {
      for (let number = from; number < to; number++) {
        order(number).expect(3);
        order(number).see(3);
      }
    };
    settle(0, 100 * 256);
    const { bytes } = keys;
    settle(100 * 256, 200 * 256);
    expect(keys.bytes).toBe(bytes);
    expect(order(5).expected).toBe(Number.POSITIVE_INFINITY);
    // Rows are used again, and what they held is not taken for that of others.
    expect(order(200 * 256 - 1).expected).toBe(3);
    order(200 * 256).expect(1);
    expect(order(200 * 256 + 1).expected).toBe(0);
    expect(order(200 * 256).seen).toBe(0);
  });

  test('keep those in which something still happens, up to the limit for all', () => {
    const keys = new Keys({ rows: 1000, quietRows: 8, hashed: 1000 });
    const order = (number: number) => find(keys, `o-${number + 1_000_000}`);
    for (let number = 0; number < 100 * 256; number++) {
      order(number).expect(3);
      // The first order is a long one; another row ends.
      if (number % 256 === 0) order(0).see(1 + (number >> 10));
    }
    expect(order(0).seen).toBe(25);
    expect(order(300).expected).toBe(Number.POSITIVE_INFINITY);
  });

  test('count those that found no room any more', () => {
    const keys = new Keys({ rows: 4, quietRows: 4, hashed: 10 });
    for (let number = 0; number < 26; number++)
      find(keys, `key ${String.fromCharCode(97 + number)}`).expect(1);
    expect(keys.overflowed).toBe(16);
    expect(find(keys, 'key a').expected).toBe(1);
    expect(find(keys, 'key z').expected).toBe(0);
  });
});
