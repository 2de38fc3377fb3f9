/** Tests that need more than Node say so, and cannot pass for having run in CI. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/tools.js';

describe('a test that needs kcat, without kcat', () => {
  let path: string;
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'eventmill-path-'));
    symlinkSync(process.execPath, join(path, 'node'));
  });
  afterAll(() => rmSync(path, { recursive: true }));

  const vitest = (everything: string | undefined) =>
    run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/clients/kcat.test.ts'], {
      env: {
        PATH: path,
        EVENTMILL_TEST_ALL: everything,
        EVENTMILL_TEST_REPORT: undefined,
        VITEST: undefined,
      },
    });

  test('is skipped, with one line that says what is missing and how to get it', async () => {
    const { code, stdout } = await vitest(undefined);
    const lines = stdout.split('\n').filter((line) => line.startsWith('skipped '));
    expect(lines).toEqual([
      'skipped test/clients/kcat.test.ts: needs kcat: kcat is not on the PATH; ' +
        'install it (on Debian: apt-get install kcat)',
    ]);
    expect(code).toBe(0);
  });

  test('fails under EVENTMILL_TEST_ALL=1', async () => {
    const { code, stdout } = await vitest('1');
    expect(stdout).toContain('1 failed');
    expect(code).toBe(1);
  });
});
