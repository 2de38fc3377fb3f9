/** A codec is only as good as its binary on this machine: proof before the first event, not at the first batch. */
import { EventmillError } from './errors.js';
import type { Codec } from './types.js';

const SAMPLE = Buffer.from('{"type":"proof","sequence":1}\n'.repeat(8));

/**
 * Imports what a codec needs and sends a sample through it and back.
 * Throws CODEC_MISSING, with the package to mend, when either step fails.
 */
export async function prove(name: string, source: string, open: () => Promise<Codec>): Promise<Codec> {
  let found: string;
  let cause: unknown;
  try {
    const codec = await open();
    const packed = await codec.compress(SAMPLE);
    if ((await codec.decompress(packed, SAMPLE.length)).equals(SAMPLE)) return codec;
    found = 'it gives back other bytes than it was given';
  } catch (error) {
    cause = error;
    found = firstLine(error);
  }
  throw new EventmillError(
    'CODEC_MISSING',
    `compression ${name}: expected ${source} to work on ${process.platform}-${process.arch} with Node ${process.version}, ` +
      `got: ${found}; run "npm ci" on this machine (with optional dependencies), or choose another compression`,
    { cause },
  );
}

/** The error for bytes that a codec cannot take apart, or that would grow beyond the caller's bound (bytes). */
export function undecodable(name: string, what: string, cause?: unknown): EventmillError {
  const because = cause === undefined ? '' : `: ${firstLine(cause)}`;
  return new EventmillError('INTERNAL', `compression ${name}: ${what}${because}`, { cause });
}

/** `undecodable` for a result larger than allowed. */
export function beyondBound(name: string, bytes: number, maxBytes: number): EventmillError {
  return undecodable(name, `expected at most ${maxBytes} bytes when decompressed, got ${bytes} or more`);
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}
