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

  test('leave next to nothing of orders that are done, and still know a second copy of theirs', () => {
    const keys = new Keys();
    const order = (number: number) => find(keys, `o-${number + 1_000_000}`);
    const ended = (number: number) => {
      order(number).expect(1);
      order(number).expect(3, true);
      order(number).see(3);
    };
    const around = 256 - (1_000_000 % 256);
    for (let number = around; number < around + 100 * 256; number++) ended(number);
    const { bytes } = keys;
    for (let number = around + 100 * 256; number < around + 3000 * 256; number++) ended(number);
    expect(keys.bytes - bytes).toBeLessThan(4000);
    expect(order(around + 5).expected).toBe(Number.POSITIVE_INFINITY);
    // What had come before its last event, and comes after it, is out of order.
    expect(order(around + 5).seen).toBe(Number.POSITIVE_INFINITY);
    // Rows are used again, and what they held is not taken for that of others.
    const next = around + 3000 * 256;
    order(next).expect(1);
    expect({ expected: order(next).expected, seen: order(next).seen }).toEqual({ expected: 1, seen: 0 });
    expect(order(next + 1).expected).toBe(0);
  });

  test('stay as long as one of their row may still go on, or has not come', () => {
    const keys = new Keys();
    const order = (number: number) => find(keys, `o-${number + 1024}`);
    for (let number = 0; number < 256; number++) {
      order(number).expect(2, number !== 7);
      if (number !== 9) order(number).see(2);
    }
    expect(order(7).expected).toBe(2);
    expect(order(9).seen).toBe(0);
    order(7).expect(3, true);
    order(7).see(3);
    expect(order(9).expected).toBe(2);
    order(9).see(2);
    expect(order(9).expected).toBe(Number.POSITIVE_INFINITY);
  });

  test('begin anew if their generator goes on with what it had called the last', () => {
    const keys = new Keys();
    find(keys, 'o-1').expect(2, true);
    find(keys, 'o-1').see(2);
    expect(find(keys, 'o-1').expected).toBe(Number.POSITIVE_INFINITY);
    find(keys, 'o-1').expect(3);
    find(keys, 'o-1').see(3);
    expect({ expected: find(keys, 'o-1').expected, seen: keys.seen }).toEqual({ expected: 3, seen: 3 });
  });

  test('under millions of prefixes are kept without them, in less', () => {
    const keys = new Keys();
    for (let number = 0; number < 100_000; number++) find(keys, `V-${number}-1`).expect(1);
    expect(keys.bytes).toBeLessThan(100_000 * 100);
    expect(find(keys, 'V-99999-1').expected).toBe(1);
    expect(find(keys, 'V-99999-2').expected).toBe(0);
  });

  test('forget the oldest rows at their limit, and then take all of them for expected', () => {
    const keys = new Keys({ rows: 4, hashed: 10 });
    for (let number = 0; number < 10 * 256; number++) find(keys, `o-${number + 10_000}`).expect(3);
    expect(find(keys, 'o-10000').expected).toBe(Number.POSITIVE_INFINITY);
    expect(find(keys, 'o-12559').expected).toBe(3);
    // One that comes back after all has a place of its own.
    find(keys, 'o-10000').expect(9);
    expect(find(keys, 'o-10000').expected).toBe(9);
  });

  test('are known again however long they were quiet, as a sensor is not done because others have their turn', () => {
    const keys = new Keys();
    const sensors = 2_000_000;
    for (let number = 0; number < sensors; number++) {
      const sensor = find(keys, `s-${number + 10_000_000}`);
      sensor.expect(1);
      find(keys, `s-${number + 10_000_000}`).see(1);
    }
    let forgotten = 0;
    for (let number = 0; number < sensors; number += 256)
      if (find(keys, `s-${number + 10_000_000}`).expected !== 1) forgotten++;
    expect(forgotten).toBe(0);
  });

  test('count those that found no room any more', () => {
    const keys = new Keys({ rows: 4, hashed: 10 });
    for (let number = 0; number < 26; number++)
      find(keys, `key ${String.fromCharCode(97 + number)}`).expect(1);
    expect(keys.overflowed).toBe(16);
    expect(find(keys, 'key a').expected).toBe(1);
    expect(find(keys, 'key z').expected).toBe(0);
  });
});
