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
