import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_ROWS, termsOf } from '../../bench/against.js';
import { writePayload } from '../../bench/payload.js';
import { timed } from '../../bench/timed.js';

test('rows are told in short, and a wrong one by name', () => {
  expect(termsOf('stock')).toEqual({ generator: 'stock', compression: 'none', acks: 'all' });
  expect(termsOf('pizza:lz4:1')).toEqual({ generator: 'pizza', compression: 'lz4', acks: '1' });
  for (const row of DEFAULT_ROWS) expect(() => termsOf(row)).not.toThrow();
  for (const row of ['', 'stock:none:2', 'stock:none:all:x'])
    expect(() => termsOf(row)).toThrow(`got "${row}"`);
});

test('others are given our own events: whole values, each on a line, with its key beside it', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-payload-'));
  try {
    const { values, keys, count, valueBytes } = await writePayload('stock', folder);
    const lines = readFileSync(values, 'utf8').split('\n');
    const keyLines = readFileSync(keys, 'utf8').split('\n');
    expect(lines).toHaveLength(count);
    const events = lines.map((line) => JSON.parse(line) as { symbol: string });
    expect(keyLines).toEqual(events.map(({ symbol }) => symbol));
    expect(new Set(lines).size).toBe(count);
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    expect(valueBytes).toBe(Math.round(bytes / count));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('CPU time is that of the whole process with its threads, and a program that fails is told with what it said', {
  timeout: 60_000,
}, async () => {
  // So much work, however long it takes on a busy machine.
  const work = 'let sum = 0; for (let i = 0; i < 1e8; i++) sum += i % 7;';
  const thread = `new (require("node:worker_threads").Worker)(${JSON.stringify(work)}, { eval: true });`;
  const one = await timed(process.execPath, ['-e', work]);
  const three = await timed(process.execPath, ['-e', thread + thread + thread]);
  expect(one.cpuSeconds).toBeGreaterThan(0.02);
  expect(three.cpuSeconds).toBeGreaterThan(1.7 * one.cpuSeconds);
  await expect(timed(process.execPath, ['-e', 'console.error("no luck"); process.exit(3)'])).rejects.toThrow(
    /exit code 3[\s\S]*no luck/,
  );
});
