import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LeftOut, NONE, Scan } from '../../../src/verify/scan.js';

const BOTH = 'timestamp and promisedAt';

function scan(text: string, leftOut: LeftOut = BOTH) {
  const bytes = Buffer.from(text);
  const found = new Scan();
  found.read(bytes, 0, bytes.length, leftOut);
  const { sequence, timestamp, promisedAt, digest } = found;
  return { sequence, timestamp, promisedAt, digest };
}

describe('a scan', () => {
  test('finds the numbers a value has, and says which it has not', () => {
    expect(scan('{"a":1,"timestamp":1700,"sequence":42,"promisedAt":1800}')).toMatchObject({
      sequence: 42,
      timestamp: 1700,
      promisedAt: 1800,
    });
    expect(scan('{"a":1}')).toMatchObject({ sequence: NONE, timestamp: NONE, promisedAt: NONE });
    expect(scan('')).toMatchObject({ sequence: NONE });
  });

  test.for(['{"sequence":-1}', '{"sequence":"5"}', '{"sequence":1234567890123456}', '{"sequence":'])(
    'takes no number from %s',
    (text) => {
      expect(scan(text).sequence).toBe(NONE);
    },
  );

  test('is not fooled by text that speaks of a field', () => {
    expect(scan('{"note":"the \\"sequence\\":9 of it","sequence":2}').sequence).toBe(2);
  });

  test('finds what a search from byte to byte finds, wherever names begin, end, or nearly do', () => {
    const piece = fc.constantFrom(
      ...[
        '"sequence":',
        '"timestamp":',
        '"promisedAt":',
        '"sequence',
        '"',
        ':',
        ',',
        '{',
        'sequence":',
        '"time',
      ],
      ...['7', '1700', '-', 'stamp', 'At":', '\\"sequence\\":', ' ', 'price', 'é'],
    );
    const search = fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const number = (name: string) => {
        const at = text.indexOf(`"${name}":`);
        const digits = at < 0 ? '' : /^\d*/.exec(text.slice(at + name.length + 3))![0];
        return digits === '' || digits.length > 15 ? NONE : Number(digits);
      };
      expect(scan(text)).toMatchObject({
        sequence: number('sequence'),
        timestamp: number('timestamp'),
        promisedAt: number('promisedAt'),
      });
    });
    fc.assert(search, { numRuns: 2000 });
  });

  test('has one digest whatever the times are, and another for any other change', () => {
    const value = (time: number, price: number) =>
      `{"price":${price},"timestamp":${time},"promisedAt":${time + 5}}`;
    expect(scan(value(1000, 1)).digest).toBe(scan(value(9999, 1)).digest);
    expect(scan(value(1000, 1)).digest).not.toBe(scan(value(1000, 2)).digest);
    expect(scan(value(1000, 1), 'nothing').digest).not.toBe(scan(value(9999, 1), 'nothing').digest);
    expect(scan(value(1000, 1), 'timestamp').digest).not.toBe(scan(value(9999, 1), 'timestamp').digest);
  });

  test('sees every single bit that is not part of a time', () => {
    const value = Buffer.from('{"type":"trade","timestamp":1700,"sequence":3,"price":12.5,"side":"buy"}');
    const times = value.indexOf('1700');
    const reference = scan(value.toString('latin1')).digest;
    for (let bit = 0; bit < value.length * 8; bit++) {
      const at = bit >> 3;
      if (at >= times && at < times + 4) continue;
      const changed = Buffer.from(value);
      changed[at]! ^= 1 << (bit & 7);
      const found = new Scan();
      found.read(changed, 0, changed.length, BOTH);
      expect({ bit, same: found.digest === reference }).toEqual({ bit, same: false });
    }
  });
});
