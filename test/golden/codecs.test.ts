import { describe, expect, it } from 'vitest';
import type { CodecPart } from '../../src/types.js';
import golden from './codecs.json' with { type: 'json' };

const raw = Buffer.from(golden.raw);

describe.each(golden.samples)('$codec as $from wrote it', ({ codec: name, packed }) => {
  it('is read back exactly', async () => {
    const file = new URL(`../../src/codecs/${name}.ts`, import.meta.url).href;
    const { default: part } = (await import(file)) as { default: CodecPart };
    const codec = await part.load();
    expect((await codec.decompress(Buffer.from(packed, 'base64'), raw.length)).toString()).toBe(golden.raw);
    await expect(codec.decompress(Buffer.from(packed, 'base64'), raw.length - 1)).rejects.toThrow(
      `compression ${name}`,
    );
  });
});
