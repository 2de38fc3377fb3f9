import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CodecPart } from '../../src/types.js';

const folder = new URL('../../src/codecs/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));

/** Ticks that look like ours: repeating words, moving numbers. */
function lifelikeJson(bytes: number): Buffer {
  const lines: string[] = [];
  for (let index = 0, total = 0; total < bytes; index++) {
    const price = 100 + ((index * 7919) % 997) / 100;
    const line = `{"type":"trade","symbol":"S${index % 20}","venue":"XNAS","timestamp":${1.7e12 + index * 7},"sequence":${index},"price":${price},"size":${(index * 31) % 900}}`;
    total += line.length;
    lines.push(line);
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}

const SAMPLES: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['64 KiB of lifelike JSON', lifelikeJson(65_536)],
  ['1 MiB of lifelike JSON', lifelikeJson(1_048_576)],
  ['1 MiB of noise', randomBytes(1_048_576)],
  ['1 MiB of one byte', Buffer.alloc(1_048_576, 120)],
];

it('gives every codec its own id from 1 to 4', async () => {
  const ids = await Promise.all(names.map(async (name) => (await partOf(name)).id));
  expect([...ids].sort()).toEqual(ids.map((_, index) => index + 1));
});

async function partOf(name: string): Promise<CodecPart> {
  return ((await import(new URL(`${name}.ts`, folder).href)) as { default: CodecPart }).default;
}

describe.each(names)('codec %s', (name) => {
  it.each(SAMPLES)('gives back %s as it was', async (_, raw) => {
    const codec = await (await partOf(name)).load();
    const packed = await codec.compress(raw);
    expect((await codec.decompress(packed, raw.length)).equals(raw)).toBe(true);
  });

  it('carries the id of its part', async () => {
    const part = await partOf(name);
    expect((await part.load()).id).toBe(part.id);
  });

  it('makes lifelike JSON at least three times smaller', async () => {
    const codec = await (await partOf(name)).load();
    expect((await codec.compress(lifelikeJson(65_536))).length).toBeLessThan(65_536 / 3);
  });

  it('takes each level that it says it has', async () => {
    const part = await partOf(name);
    const codec = await part.load();
    const raw = lifelikeJson(20_000);
    for (const level of part.levels ? [part.levels.min, part.levels.default, part.levels.max] : []) {
      const packed = await codec.compress(raw, level);
      expect((await codec.decompress(packed, raw.length)).equals(raw)).toBe(true);
    }
  });

  it('refuses what would grow one byte beyond the bound', async () => {
    const codec = await (await partOf(name)).load();
    for (const raw of [lifelikeJson(200_000), Buffer.alloc(200_000, 1)]) {
      const packed = await codec.compress(raw);
      await expect(codec.decompress(packed, raw.length - 1)).rejects.toThrow(
        new RegExp(`compression ${name}: .*199999`),
      );
    }
  });

  it('refuses a bomb without allocating what it would become', async () => {
    const codec = await (await partOf(name)).load();
    const packed = await codec.compress(Buffer.alloc(256 * 1024 * 1024));
    const before = process.memoryUsage();
    await expect(codec.decompress(packed, 1_048_576)).rejects.toThrow(`compression ${name}`);
    const after = process.memoryUsage();
    expect(after.rss - before.rss).toBeLessThan(64 * 1024 * 1024);
  });

  it('throws on bytes that were cut short, wherever the cut is', async () => {
    const codec = await (await partOf(name)).load();
    const raw = lifelikeJson(5_000);
    const packed = await codec.compress(raw);
    for (let length = 0; length < packed.length; length += 1 + Math.floor(packed.length / 97)) {
      await expect(codec.decompress(packed.subarray(0, length), raw.length)).rejects.toThrow(
        `compression ${name}`,
      );
    }
  });

  it('throws on bytes that were never compressed', async () => {
    const codec = await (await partOf(name)).load();
    for (const junk of [
      Buffer.from('{"this":"is not compressed"}'),
      Buffer.alloc(64, 255),
      Buffer.alloc(64),
    ]) {
      await expect(codec.decompress(junk, 1_000_000)).rejects.toThrow(`compression ${name}`);
    }
  });

  it('survives any flipped byte: an error or some bytes within the bound, never a crash', async () => {
    const codec = await (await partOf(name)).load();
    const packed = await codec.compress(lifelikeJson(3_000));
    let refused = 0;
    for (let index = 0; index < packed.length; index++) {
      const damaged = Buffer.from(packed);
      damaged[index] = damaged[index]! ^ 0xff;
      try {
        expect((await codec.decompress(damaged, 100_000)).length).toBeLessThanOrEqual(100_000);
      } catch (error) {
        expect(error).toHaveProperty('code', 'INTERNAL');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('compresses in the background: this thread goes on meanwhile', async () => {
    const codec = await (await partOf(name)).load();
    let settled = false;
    const work = codec.compress(lifelikeJson(16 * 1024 * 1024)).then(() => {
      settled = true;
    });
    let turns = 0;
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await work;
    expect(turns).toBeGreaterThan(10);
  });
});
