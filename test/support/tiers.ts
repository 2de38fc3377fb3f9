/**
 * The one rule for tests that need more than Node: they run when what they need is here, and otherwise are skipped
 * with a line that says what is missing and how to get it. Under EVENTMILL_TEST_ALL=1, as in CI, a missing tool
 * fails instead, so that a green run there has really run everything.
 */
import { test } from 'vitest';
import type { Need } from './tools.js';

/** Whether a missing tool is a failure. */
export const everything = process.env['EVENTMILL_TEST_ALL'] === '1';

/** Registers `tests` if all needs are met; otherwise one test that is skipped, or fails, with the reason. */
export async function needs(wanted: readonly Need[], tests: () => void | Promise<void>): Promise<void> {
  for (const need of wanted) {
    try {
      await need.ready();
    } catch (error) {
      const reason = `needs ${need.name}: ${firstLine(error)}; ${need.remedy}`;
      test(`needs ${need.name}`, (context) => {
        if (everything) throw new Error(reason, { cause: error });
        context.skip(reason);
      });
      return;
    }
  }
  await tests();
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
