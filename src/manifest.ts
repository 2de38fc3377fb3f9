/**
 * The ground truth of a run with disorder: one JSON object a line for every event that something was done to, which its
 * record names by the same `id`. Written in blocks, at once, so that a run that makes millions holds no more than one.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Truth } from './disorder.js';
import { EventmillError } from './errors.js';

/** Which stream of a run a line speaks of. */
export interface Stream {
  readonly profile: string;
  readonly source: string;
  /** The source's; an event may have named another. */
  readonly topic: string;
}

const BLOCK_CHARS = 64 * 1024;

export class Manifest {
  readonly #path: string;
  #file: number | null;
  #text = '';
  #failure: EventmillError | null = null;

  /** Throws NOT_WRITABLE before anything was sent. What stood in the file stays until the run begins. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'a');
    } catch (cause) {
      throw new EventmillError(
        'NOT_WRITABLE',
        `--manifest ${path}: expected a file that can be written, got ${codeOf(cause)}; name a file in a folder of yours`,
        { cause },
      );
    }
  }

  /** What an earlier run wrote goes only now: a run that is refused must not cost somebody the truth of the last one. */
  begin(): void {
    if (this.#file !== null && fstatSync(this.#file).isFile()) ftruncateSync(this.#file);
  }

  tell({ profile, source, topic }: Stream, { id, disorder, ...rest }: Truth): void {
    this.#text += `${JSON.stringify({ id, disorder, profile, source, topic, ...rest })}\n`;
    if (this.#text.length >= BLOCK_CHARS) this.#write();
  }

  /** Writes what is left. Gives what went wrong, at any time: a full disk must not end the run, but cannot pass for a success either. */
  close(): EventmillError | null {
    this.#write();
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
    return this.#failure;
  }

  #write(): void {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    if (this.#file === null || this.#failure !== null) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (cause) {
      const text = `--manifest ${this.#path}: could not be written any further: ${codeOf(cause)}`;
      this.#failure = new EventmillError('OUTPUT', text, { cause });
    }
  }
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
