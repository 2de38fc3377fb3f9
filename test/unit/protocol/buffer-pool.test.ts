import { describe, expect, it } from 'vitest';
import { BufferPool, HEADROOM } from '../../../src/protocol/buffer-pool.js';

describe('a pool of buffers', () => {
  it('hands out room for what is asked for, with headroom, and the same buffer again', () => {
    const pool = new BufferPool(1 << 20);
    for (const bytes of [0, 1, 4096, 4097, 65_536, 1_000_000]) {
      const buffer = pool.take(bytes);
      expect(buffer.length).toBeGreaterThanOrEqual(bytes + HEADROOM);
      if (buffer.length > 1 << 20) continue;
      pool.give(buffer);
      expect(pool.take(bytes)).toBe(buffer);
    }
  });

  it('never keeps more than its bound, and lets the sizes that lie idle go first', () => {
    const most = 300 * 1024;
    const pool = new BufferPool(most);
    const small = Array.from({ length: 60 }, () => pool.take(4096));
    for (const buffer of small) pool.give(buffer);
    expect(pool.freeBytes).toBeLessThanOrEqual(most);
    const large = [pool.take(65_536), pool.take(65_536)];
    for (const buffer of large) pool.give(buffer);
    expect(pool.freeBytes).toBeLessThanOrEqual(most);
    expect(large).toContain(pool.take(65_536));
    expect(large).toContain(pool.take(65_536));
  });

  it('keeps nothing that is not of its sizes', () => {
    const pool = new BufferPool(1 << 20);
    pool.give(Buffer.alloc(0));
    pool.give(Buffer.alloc(5000));
    expect(pool.freeBytes).toBe(0);
  });
});
