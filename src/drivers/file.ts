/**
 * A folder of JSON-lines files, one a topic. A file that already holds something is refused rather than overwritten
 * or added to: eventmill does not destroy what it may not have written, and a file with two runs in it would be
 * neither of them. Lines stand in the order in which batches were closed; within a partition that is the order made.
 */
import { type FileHandle, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EventmillError } from '../errors.js';
import { LineDriver } from '../line-driver.js';
import { behind } from '../lines.js';
import type { DriverContext, DriverPart } from '../types.js';

/** Buffers in one write; systems take 1,024 at most. */
const GROUP_MAX = 256;

/** Creates a folder and those above it. Node's own recursive mkdir never returns where a file system takes no folders and says ENOENT, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined) return;
  const above = dirname(folder);
  if (above !== folder) await makeFolder(above);
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another profile's driver may have been faster.
    if (error.code !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
  });
}

class FileDriver extends LineDriver {
  readonly #folder: string;
  readonly #files = new Map<string, Promise<TopicFile>>();
  #closing: Promise<void> | undefined;

  constructor(context: DriverContext) {
    super(context);
    this.#folder = context.folder ?? '.';
  }

  async connect(topics: readonly string[]): Promise<void> {
    try {
      await makeFolder(resolve(this.#folder));
    } catch (error) {
      throw notWritable(this.#folder, 'a folder that can be created or written to', error);
    }
    const opened = await Promise.allSettled(topics.map((topic) => this.#file(topic)));
    const failure = opened.find((result) => result.status === 'rejected');
    if (failure === undefined) return;
    // Nothing half made stays behind.
    for (const result of opened) if (result.status === 'fulfilled') await result.value.discard();
    this.#files.clear();
    throw failure.reason;
  }

  protected override async write(topic: string, text: Buffer): Promise<string> {
    try {
      await (await this.#file(topic)).append(text);
      return 'NONE';
    } catch (error) {
      const { code } = (error instanceof EventmillError ? (error.cause ?? error) : error) as {
        code?: string;
      };
      return code ?? 'EIO';
    }
  }

  #file(topic: string): Promise<TopicFile> {
    let file = this.#files.get(topic);
    if (file === undefined) {
      file = openNew(join(this.#folder, `${topic}.jsonl`));
      this.#files.set(topic, file);
    }
    return file;
  }

  close(): Promise<void> {
    this.closed = true;
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const files = await Promise.allSettled(this.#files.values());
    for (const file of files) if (file.status === 'fulfilled') await file.value.close();
  }
}

interface Append {
  readonly text: Buffer;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** A file that only grows. What comes in while a write is under way goes out together in the next. */
class TopicFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #existed: boolean;
  #size = 0;
  #waiting: Append[] = [];
  #writing: Promise<void> | undefined;

  constructor(path: string, handle: FileHandle, existed: boolean) {
    this.#path = path;
    this.#handle = handle;
    this.#existed = existed;
  }

  append(text: Buffer): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ text, done, failed });
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP_MAX);
      try {
        await this.#write(group.map(({ text }) => text));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(texts: readonly Buffer[]): Promise<void> {
    const start = this.#size;
    try {
      let rest = texts;
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest, this.#size);
        this.#size += bytesWritten;
        rest = behind(rest, bytesWritten);
      }
    } catch (error) {
      // Lines that failed must not be found in the file; on a full disk cutting them off needs no room.
      if (this.#size > start) await this.#handle.truncate(start).catch(() => {});
      this.#size = start;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.close();
    if (!this.#existed) await unlink(this.#path).catch(() => {});
  }
}

async function openNew(path: string): Promise<TopicFile> {
  try {
    const existing = await stat(path).catch(() => undefined);
    if (existing !== undefined && !existing.isDirectory() && existing.size > 0) {
      throw new EventmillError(
        'NOT_WRITABLE',
        `${path}: expected no file or an empty one, got ${existing.size} bytes; remove it or choose another folder with --out`,
      );
    }
    return new TopicFile(path, await open(path, 'w'), existing !== undefined);
  } catch (error) {
    throw error instanceof EventmillError ? error : notWritable(path, 'a file that can be created', error);
  }
}

function notWritable(path: string, expected: string, error: unknown): EventmillError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new EventmillError(
    'NOT_WRITABLE',
    `${path}: expected ${expected}, got ${code ?? message}; choose another folder with --out or mend its permissions`,
    { cause: error },
  );
}

const part: DriverPart = {
  doc: 'One JSON-lines file a topic, DIR/TOPIC.jsonl, in the folder given by --out; refuses files that hold something.',
  needsBrokers: false,
  partitions: 1,
  create: (context) => new FileDriver(context),
};

export default part;
