import { defineConfig } from 'vitest/config';

/** Where CI wants the counts, as JSON; see .ci/run. */
const report = process.env['EVENTMILL_TEST_REPORT'];

/** Groups run one after another: timing in the later ones is not disturbed by the earlier. */
function group(name: string, order: number, include: string, timeoutMs: number, exclude: string[] = []) {
  return {
    test: {
      name,
      include: [include],
      exclude,
      setupFiles: ['./test/support/properties.ts'],
      sequence: { groupOrder: order },
      testTimeout: timeoutMs,
      hookTimeout: 120_000,
      // Two cores: more workers only make the timing of the end-to-end tests worse.
      maxWorkers: 2,
    },
  };
}

const END_TO_END = 'test/e2e/**/*.test.ts';
const CLIENTS = 'test/clients/**/*.test.ts';

const REPORTERS = ['default', './test/support/tiers-reporter.ts'];

export default defineConfig({
  test: {
    projects: [
      group('main', 0, 'test/**/*.test.ts', 20_000, [CLIENTS, END_TO_END]),
      group('clients', 1, CLIENTS, 60_000),
      group('e2e', 2, END_TO_END, 180_000),
    ],
    reporters: report === undefined ? REPORTERS : [...REPORTERS, ['json', { outputFile: report }]],
  },
});
