/** A folder for one test's files, gone when the test is over. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { EventmillError } from '../../../src/errors.js';

/** Writes a file (JSON unless it is text already) and returns its path. */
export function fileWith(name: string, content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The lines of the EventmillError with which `work` fails, and nothing else. */
export async function mistakesOf(work: () => unknown): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof EventmillError)) throw error;
    if (error.exitCode !== 2) throw new Error(`exit code ${error.exitCode}`);
    return error.message.split('\n');
  }
  throw new Error('expected mistakes, got none');
}
