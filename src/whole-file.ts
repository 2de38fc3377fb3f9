/** A file that is rewritten whole: readers see the old text or the new one, never a part. */
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EventmillError } from './errors.js';

export class WholeFile {
  readonly path: string;
  readonly #flag: string;
  readonly #temporary: string;

  private constructor(path: string, flag: string) {
    this.path = path;
    this.#flag = flag;
    // In the same folder, since a rename is atomic only within a file system; hidden and with an end of its own, so that
    // neither `*.json` nor `*.prom` matches it.
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  }

  /**
   * Makes sure that `path` can be written, without touching what stands there; throws NOT_WRITABLE otherwise. `flag`, such as
   * `--summary`, is what people know the file by.
   */
  static async open(path: string, flag: string): Promise<WholeFile> {
    // Through a link to the file itself: the rename would put a file in the place of the link.
    const target = await realpath(path).catch(() => resolve(path));
    const found = await stat(target).catch(() => undefined);
    if (found !== undefined && !found.isFile())
      throw unwritable(flag, path, found.isDirectory() ? 'it is a folder' : 'it is not a regular file');
    const file = new WholeFile(target, flag);
    try {
      await (await open(file.#temporary, 'w')).close();
      await rm(file.#temporary);
    } catch (cause) {
      throw unwritable(flag, path, reason(cause), cause);
    }
    return file;
  }

  /** Not to be called again before it has settled. Throws OUTPUT, and leaves the old text, if the disk does not take it. */
  async write(text: string): Promise<void> {
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
      const problem = `${this.#flag} ${this.path}: could not be written: ${reason(cause)}`;
      throw new EventmillError('OUTPUT', problem, { cause });
    }
  }
}

function unwritable(flag: string, path: string, why: string, cause?: unknown): EventmillError {
  const text = `${flag} ${path}: expected a file that can be written, but ${why}; name a file in a folder of yours`;
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
