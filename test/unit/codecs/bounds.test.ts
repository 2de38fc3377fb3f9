import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import gzip from '../../../src/codecs/gzip.js';
import lz4 from '../../../src/codecs/lz4.js';
import snappy from '../../../src/codecs/snappy.js';
import zstd from '../../../src/codecs/zstd.js';

/** Text that repeats itself at any distance and length, as matches of a compressor do. */
const text = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 3_000 })), { maxLength: 12 })
  .map((pieces) =>
    Buffer.concat(pieces.map(([bytes, times]) => Buffer.concat(Array(times % 97).fill(bytes)))),
  );

describe.each(Object.entries({ gzip, lz4, snappy, zstd }))('%s', (_, part) => {
  it('fits its own size exactly and nothing less', async () => {
    const codec = await part.load();
    await fc.assert(
      fc.asyncProperty(text, async (raw) => {
        const packed = await codec.compress(raw);
        expect((await codec.decompress(packed, raw.length)).equals(raw)).toBe(true);
        if (raw.length > 0)
          await expect(codec.decompress(packed, raw.length - 1)).rejects.toThrow('compression');
      }),
      { numRuns: 60 },
    );
  });

  it('throws an error or keeps within the bound, whatever bytes it is given', async () => {
    const codec = await part.load();
    const start = (await codec.compress(Buffer.from('a start that looks right'))).subarray(0, 16);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (noise, disguised) => {
        const packed = disguised ? Buffer.concat([start, noise]) : Buffer.from(noise);
        try {
          expect((await codec.decompress(packed, 1_000)).length).toBeLessThanOrEqual(1_000);
        } catch (error) {
          expect(error).toHaveProperty('code', 'INTERNAL');
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('snappy reads the many blocks that Java writes for one batch', async () => {
  const codec = await snappy.load();
  const [one, two] = [Buffer.alloc(40_000, 'one'), Buffer.alloc(9, 'two')];
  const packed = Buffer.concat([await codec.compress(one), (await codec.compress(two)).subarray(16)]);
  expect((await codec.decompress(packed, 40_009)).equals(Buffer.concat([one, two]))).toBe(true);
  await expect(codec.decompress(packed, 40_008)).rejects.toThrow('40009');
});

it('zstd reads several frames, and passes over those that are to be skipped', async () => {
  const codec = await zstd.load();
  const skipped = Buffer.from('502a4d18' + '03000000' + 'ffffff', 'hex');
  const packed = Buffer.concat([
    await codec.compress(Buffer.from('one ')),
    skipped,
    await codec.compress(Buffer.from('two')),
  ]);
  expect((await codec.decompress(packed, 100)).toString()).toBe('one two');
});

it('lz4 finds a bomb by walking it, since its frame does not say what it holds', async () => {
  const codec = await lz4.load();
  const packed = await codec.compress(Buffer.alloc(3_000_000));
  expect(await codec.decompress(packed, 3_000_000)).toHaveLength(3_000_000);
  await expect(codec.decompress(packed, 2_999_999)).rejects.toThrow(/at most 2999999 bytes .* got 3000000/);
});

it('snappy and zstd that declare more than their bytes can hold are refused before memory is taken for it', async () => {
  const declared = 200_000_000;
  const block = Buffer.from([0x80, 0x84, 0xaf, 0x5f, 0x00, 0x61]);
  await expect((await snappy.load()).decompress(block, 2 ** 28)).rejects.toThrow(
    `a block of 6 bytes declares ${declared}, more than it can hold`,
  );
  const frame = Buffer.from('28b52ffd' + 'a0' + '00000000' + '090000' + '61', 'hex');
  frame.writeUInt32LE(declared, 5);
  await expect((await zstd.load()).decompress(frame, 2 ** 28)).rejects.toThrow(
    `the frame declares ${declared} bytes, and its blocks hold 1 at most`,
  );
});
