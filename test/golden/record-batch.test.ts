import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AT, CRC_START } from '../../src/protocol/batch-header.js';
import { BufferPool } from '../../src/protocol/buffer-pool.js';
import { plainCrc32c } from '../../src/protocol/crc32c.js';
import { RecordBatch } from '../../src/protocol/record-batch.js';
import { type ReadRecord, readRecords } from '../../src/protocol/record-reader.js';
import type { Codec, Entry, Headers, Serializer } from '../../src/types.js';

/** Written by RecordBatches.java beside this file. */
const JAVA = JSON.parse(readFileSync(new URL('./record-batches.json', import.meta.url), 'utf8')) as {
  [name: string]: string;
};

const TEXT: Serializer = {
  write: (value, buffer, offset) => {
    const text = value as string;
    if (offset + text.length <= buffer.length) buffer.write(text, offset);
    return offset + text.length;
  },
};

type Row = readonly [timestamp: number, key: string | null, value: string | null, headers?: Headers];

function entryOf([timestamp, key, value, headers]: Row): Entry {
  const bytes = key === null ? null : Buffer.from(key);
  const keyLength = bytes?.length ?? 0;
  return { serializer: TEXT, value, key: bytes, keyStart: 0, keyLength, timestamp, headers: headers ?? null };
}

function build(
  rows: readonly Row[],
  batchBytes = 1 << 20,
  codec: Codec | null = null,
  expectedBytes?: number,
): RecordBatch {
  const options = { pool: new BufferPool(batchBytes), batchBytes, codec, level: undefined };
  const batch = new RecordBatch(options, expectedBytes);
  for (const row of rows) expect(batch.add(entryOf(row))).toBeGreaterThanOrEqual(0);
  return batch;
}

function bytesOf(batch: RecordBatch): Buffer {
  const pieces: Buffer[] = [];
  batch.pieces((piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

const T = 1_700_000_000_000;
const WIDE = 'x'.repeat(200);
const WIDER = 'y'.repeat(9000);
const TWO = { a: '1', unit: null };

const CASES: { readonly [name: string]: { rows: Row[]; stamp: [number, number, number] } } = {
  plain: { rows: [[T, 'k', 'v']], stamp: [-1, 0, 0] },
  idempotent: {
    rows: [
      [T, 'key-1', WIDE],
      [T + 70, 'key-2', WIDE],
      [T - 5, null, WIDE],
    ],
    stamp: [4711, 3, 42],
  },
  headers: {
    rows: [
      [T, 'k', WIDE, TWO],
      [T, null, null, TWO],
    ],
    stamp: [7, 0, 0],
  },
  sizes: {
    rows: [
      [T, null, ''],
      [T, '', 's'],
      [T + 5_000_000_000, WIDE, WIDER],
      [T, WIDER, WIDE],
    ],
    stamp: [7, 0, 5],
  },
};

describe('a record batch', () => {
  for (const [name, { rows, stamp }] of Object.entries(CASES)) {
    it(`is byte for byte what Java's client writes: ${name}`, () => {
      const batch = build(rows);
      batch.close();
      batch.stamp(...stamp);
      expect(bytesOf(batch).toString('base64')).toBe(JAVA[name]);
    });

    it(`is read back as it was written: ${name}`, async () => {
      const seen: Row[] = [];
      const keep = ({ timestamp, key, value, headers }: ReadRecord) => {
        const named = Object.fromEntries(
          headers.map(([header, bytes]) => [header, bytes?.toString() ?? null]),
        );
        seen.push([
          timestamp,
          key?.toString() ?? null,
          value?.toString() ?? null,
          ...(headers.length ? [named] : []),
        ] as unknown as Row);
      };
      const records = Buffer.from(JAVA[name]!, 'base64');
      const next = await readRecords(
        { partition: 0, records, fromOffset: 0, codecs: new Map(), maxBatchBytes: 1 },
        keep,
      );
      expect(seen).toEqual(rows);
      expect(next).toBe(rows.length);
    });
  }

  it('has the same bytes whatever room it was given, and takes as many records', () => {
    const sizes = [...Array(300).keys()].map((i) => (i * 97) % 700);
    const rows = [...sizes, 9000, 3].map((size, i): Row => [T + i, `k${i % 9}`, 'v'.repeat(size), TWO]);
    const filled = (expectedBytes?: number) => {
      const options = { pool: new BufferPool(1 << 20), batchBytes: 65_536, codec: null, level: undefined };
      const batch = new RecordBatch(options, expectedBytes);
      while (batch.count < rows.length && batch.add(entryOf(rows[batch.count]!)) >= 0);
      batch.close();
      batch.stamp(7, 0, 0);
      return bytesOf(batch);
    };
    const whole = filled();
    for (const expected of [0, 1, 5000, 20_000, 65_535, 1_000_000]) {
      expect(filled(expected).equals(whole)).toBe(true);
    }
    const large = (expectedBytes?: number) => {
      const batch = build([[T, 'k', 'v'.repeat(1_000_000)]], 65_536, null, expectedBytes);
      batch.close();
      batch.stamp(7, 0, 0);
      return bytesOf(batch);
    };
    for (const expected of [0, 70_000, 999_000, 3_000_000]) {
      expect(large(expected).equals(large())).toBe(true);
    }
  });

  it('writes a value larger than a batch once, where as large a one was expected', () => {
    let times = 0;
    const counting: Serializer = {
      write(value, buffer, offset) {
        times++;
        return TEXT.write(value, buffer, offset);
      },
    };
    const options = { pool: new BufferPool(1 << 22), batchBytes: 65_536, codec: null, level: undefined };
    for (const [expectedBytes, writes] of [
      [65_536, 2],
      [1_000_100, 1],
    ] as const) {
      times = 0;
      const batch = new RecordBatch(options, expectedBytes);
      batch.add({ ...entryOf([T, 'k', 'v'.repeat(1_000_000)]), serializer: counting });
      expect(times).toBe(writes);
      batch.release();
    }
  });

  it('splits into halves of its bytes that hold the same records, each like one built of them', async () => {
    const sizes = [...Array(40).keys()].map((i) => (i * 37) % 300);
    const rows: Row[] = sizes.map((size, i) => {
      const time = T + (i % 2 === 0 ? i * 1000 : -i * 100_000);
      return [
        time,
        i % 5 === 0 ? null : `k${i}`,
        i % 7 === 0 ? null : 'v'.repeat(size),
        i % 3 === 0 ? TWO : {},
      ];
    });
    const whole = build(rows);
    whole.close();
    const total = whole.bytes;
    const halves = whole.split();
    expect(Math.abs(halves[0].bytes - total / 2)).toBeLessThan(400);
    let from = 0;
    for (const half of halves) {
      half.close();
      half.stamp(7, 1, from);
      const built = build(rows.slice(from, from + half.count));
      built.close();
      built.stamp(7, 1, from);
      expect(bytesOf(half)).toEqual(bytesOf(built));
      from += half.count;
    }
    expect(from).toBe(rows.length);
  });

  it('splits so that each half has a record, however unlike they are', () => {
    for (const rows of [
      [WIDER, 'a'],
      ['a', WIDER],
      ['a', WIDER, 'a'],
      ['a', 'a', WIDER],
      [WIDER, 'a', 'a'],
    ]) {
      const whole = build(rows.map((value) => [T, 'k', value] as const));
      whole.close();
      const [first, second] = whole.split();
      expect(first.count).toBeGreaterThan(0);
      expect(second.count).toBeGreaterThan(0);
      expect(first.count + second.count).toBe(rows.length);
    }
  });

  it('splits what it has compressed, and compresses the halves anew', async () => {
    const codec: Codec = {
      id: 1,
      compress: async (raw) => Buffer.from(raw).reverse(),
      decompress: async (packed) => Buffer.from(packed).reverse(),
    };
    const whole = build(
      [
        [T, 'k', 'one'],
        [T, 'k', 'two'],
      ],
      1000,
      codec,
    );
    await whole.close();
    const [, second] = whole.split();
    await second.close();
    second.stamp(-1, 0, 0);
    const codecs = new Map([[1, codec]]);
    const values: string[] = [];
    const from = { partition: 0, records: bytesOf(second), fromOffset: 0, codecs, maxBatchBytes: 1e6 };
    await readRecords(from, ({ value, offset }) => values.push(`${offset} ${value}`));
    expect(values).toEqual(['0 two']);
  });

  it('has the same bytes when it is stamped again for a retry', () => {
    const batch = build([[T, 'k', WIDE]]);
    batch.close();
    batch.stamp(1, 0, 9);
    const first = bytesOf(batch);
    batch.stamp(1, 0, 9);
    expect(bytesOf(batch)).toEqual(first);
    batch.stamp(1, 1, 0);
    expect(bytesOf(batch)).not.toEqual(first);
  });

  it('refuses a record that would exceed its size, and is as it was before', () => {
    const batch = build([[T, 'k', WIDE]], 300);
    const size = batch.bytes;
    expect(batch.add(entryOf([T, 'k', WIDE]))).toBe(-1);
    expect(batch.bytes).toBe(size);
    expect(batch.count).toBe(1);
  });

  it('takes a single record of any size', async () => {
    const huge = 'z'.repeat(300_000);
    const batch = build([[T, 'k', huge]], 1000);
    batch.close();
    batch.stamp(-1, 0, 0);
    let value = '';
    const source = {
      partition: 0,
      records: bytesOf(batch),
      fromOffset: 0,
      codecs: new Map(),
      maxBatchBytes: 1,
    };
    await readRecords(source, (record) => {
      value = record.value!.toString();
    });
    expect(value).toBe(huge);
  });

  it('compresses its records and not its header, with a checksum over both', async () => {
    const codec: Codec = {
      id: 1,
      compress: async (raw) => Buffer.from(raw).reverse(),
      decompress: async (packed) => Buffer.from(packed).reverse(),
    };
    const batch = build([[T, 'k', WIDE]], 1000, codec);
    await batch.close();
    batch.stamp(5, 0, 0);
    const bytes = bytesOf(batch);
    expect(bytes.readInt16BE(AT.attributes)).toBe(1);
    expect(plainCrc32c(bytes.subarray(CRC_START))).toBe(bytes.readUInt32BE(AT.crc));
    let key = '';
    const source = {
      partition: 0,
      records: bytes,
      fromOffset: 0,
      codecs: new Map([[1, codec]]),
      maxBatchBytes: 1e6,
    };
    await readRecords(source, (record) => {
      key = record.key!.toString();
    });
    expect(key).toBe('k');
  });

  it('is not sent when it was given up before its compression was done', async () => {
    let finish = (_: Buffer) => {};
    const codec: Codec = {
      id: 1,
      compress: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
      decompress: async (packed) => packed,
    };
    const batch = build([[T, 'k', 'v']], 1000, codec);
    const closing = batch.close();
    batch.release();
    finish(Buffer.from('late'));
    await closing;
    expect(batch.wireBytes).toBeLessThan(1000);
  });

  it('is told from a damaged one by its checksum', async () => {
    const bytes = Buffer.from(JAVA['plain']!, 'base64');
    bytes[bytes.length - 2]! ^= 1;
    const source = { partition: 3, records: bytes, fromOffset: 0, codecs: new Map(), maxBatchBytes: 1 };
    await expect(readRecords(source, () => {})).rejects.toThrow(/partition 3.*checksum/);
  });
});
