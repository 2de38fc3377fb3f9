/** A summary as `run --summary` has written it, read back. */
import { readFile } from 'node:fs/promises';
import { EventmillError } from '../../errors.js';
import type { Summary } from '../../types.js';

/** Reads the file at `path`; `where` begins each message. Throws NOT_FOUND or CONFIG. */
export async function readSummary(path: string, where: string): Promise<Summary> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new EventmillError(
      'NOT_FOUND',
      `${where}: expected a file that can be read, got ${(cause as NodeJS.ErrnoException).code}; name the file that run --summary wrote`,
      { cause },
    );
  }
  let found: Partial<Summary> | null;
  try {
    found = JSON.parse(text) as Partial<Summary> | null;
  } catch (cause) {
    throw new EventmillError(
      'CONFIG',
      `${where}: expected JSON, got something else; name the file that run --summary wrote`,
      { cause },
    );
  }
  const { seed: number, sources, profiles, brokers } = found ?? {};
  if (
    typeof number !== 'number' ||
    !Array.isArray(sources) ||
    !Array.isArray(profiles) ||
    typeof brokers !== 'string'
  ) {
    throw new EventmillError(
      'CONFIG',
      `${where}: expected a run's summary with seed, brokers, sources and profiles, got another object; name the file that run --summary of this version wrote`,
    );
  }
  return found as Summary;
}
