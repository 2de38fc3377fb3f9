/** A generator of one's own, given to a run as it is, or named by its file on a command line. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EventmillError, run } from 'eventmill';
import { describe, expect, it } from 'vitest';
import meters from './own-generator.js';

const file = fileURLToPath(new URL('./own-generator.ts', import.meta.url));

describe("a user's own generator", () => {
  it('is given to a run as it is', async () => {
    const { exitCode, snapshot } = await run({
      workload: {
        count: 500,
        sources: { meters: { generator: meters, rate: 'max', options: { meters: 5 } } },
      },
    });
    expect(exitCode).toBe(0);
    expect(snapshot.profiles[0]!.profile.topics).toHaveProperty('parking.records', 500);
  });

  it('is named by its path on the command line', async () => {
    const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'sample', file, '--count', '3']);
    const values = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(values).toHaveLength(3);
    expect(values[0]!.type).toBe('arrived');
  });

  it('has all mistakes told at once before anything is sent', async () => {
    const wrong = run({
      workload: {
        count: -1,
        sources: { a: { generator: meters, rate: 'fast' }, 'b c': { generator: 'stok' } },
      },
    } as never);
    await expect(wrong).rejects.toBeInstanceOf(EventmillError);
    await expect(wrong).rejects.toThrow(/count[\s\S]*rate[\s\S]*b c/);
  });
});
