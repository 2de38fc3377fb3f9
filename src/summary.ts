/** The JSON of `--summary`: rewritten whole each second, so that even a killed process leaves its last claim. */
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EventmillError } from './errors.js';
import type { Snapshot, Summary } from './types.js';

/** What of a snapshot lasts beyond the run. */
export function summaryOf(snapshot: Snapshot): Summary {
  const { eventmill, seed, workload, driver, brokers, sandbox, startedAt, sources, changes } = snapshot;
  const profiles = snapshot.profiles.map((live) => live.profile);
  const byHand = changes === undefined ? {} : { changes };
  return { eventmill, seed, workload, driver, brokers, sandbox, startedAt, sources, ...byHand, profiles };
}

/** One summary file. Readers see the old text or the new one, never a part. */
export class SummaryFile {
  readonly path: string;
  readonly #temporary: string;
  #writing: Promise<void> | undefined;

  private constructor(path: string) {
    this.path = path;
    // In the same folder, since a rename is atomic only within a file system; hidden, so that `*.json` does not match it.
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  }

  /** Makes sure that `path` can be written, without touching what stands there; throws NOT_WRITABLE otherwise. */
  static async open(path: string): Promise<SummaryFile> {
    // Through a link to the file itself: the rename would put a file in the place of the link.
    const target = await realpath(path).catch(() => resolve(path));
    const found = await stat(target).catch(() => undefined);
    if (found !== undefined && !found.isFile())
      throw unwritable(path, found.isDirectory() ? 'it is a folder' : 'it is not a regular file');
    const file = new SummaryFile(target);
    try {
      await (await open(file.#temporary, 'w')).close();
      await rm(file.#temporary);
    } catch (cause) {
      throw unwritable(path, reason(cause), cause);
    }
    return file;
  }

  /** Writes a snapshot unless a write is still under way: the next second brings another. Rejects if the disk does. */
  async update(snapshot: Snapshot): Promise<void> {
    if (this.#writing !== undefined) return;
    await this.#begin(snapshot);
  }

  /** Writes a snapshot for certain, behind any write under way. */
  async finish(snapshot: Snapshot): Promise<void> {
    await this.#writing?.catch(() => {});
    await this.#begin(snapshot);
  }

  async #begin(snapshot: Snapshot): Promise<void> {
    const writing = this.#write(`${JSON.stringify(summaryOf(snapshot), null, 2)}\n`);
    this.#writing = writing;
    try {
      await writing;
    } finally {
      this.#writing = undefined;
    }
  }

  async #write(text: string): Promise<void> {
    try {
      const handle = await open(this.#temporary, 'w');
      try {
        await handle.writeFile(text);
      } finally {
        await handle.close();
      }
      await rename(this.#temporary, this.path);
    } catch (cause) {
      await rm(this.#temporary, { force: true }).catch(() => {});
      throw new EventmillError('OUTPUT', `--summary ${this.path}: could not be written: ${reason(cause)}`, {
        cause,
      });
    }
  }
}

function unwritable(path: string, why: string, cause?: unknown): EventmillError {
  const text = `--summary ${path}: expected a file that can be written, but ${why}; name a file in a folder of yours`;
  return new EventmillError('NOT_WRITABLE', text, { cause });
}

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'its folder does not exist';
  if (code === 'ENOTDIR') return 'a part of its path is not a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'the permission is missing';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC') return 'the disk is full';
  return cause instanceof Error ? cause.message : String(cause);
}
