/** The version that package.json names. */
import { readFileSync } from 'node:fs';

let found: string | undefined;

/** Such as `0.1.0`; read once. */
export function version(): string {
  found ??= read();
  return found;
}

/** Compiled code lies one folder deeper (dist/src) than its source. */
function read(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const text = readFileSync(new URL(path, import.meta.url), 'utf8');
      const { name, version } = JSON.parse(text) as { name?: string; version?: string };
      if (name === 'eventmill' && version !== undefined) return version;
    } catch {
      // The other place, then.
    }
  }
  return 'unknown';
}
