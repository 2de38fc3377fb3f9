/** Other people's programs for tests: whether one is here, how to run one, and where fetched ones are kept. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The project's folder: tests are always started there. */
export const root = process.cwd();

/** Where fetched tools live: ignored by git, safe to delete at any time. */
export const cacheFolder = join(root, '.cache');

/** Something beyond Node that tests need. */
export interface Need {
  /** Said aloud, such as `kcat`. */
  readonly name: string;
  /** How a person gets it, in one line. */
  readonly remedy: string;
  /** Makes sure that it is here, fetching it if it can; throws, saying what is missing, if it is not. */
  ready(): Promise<void>;
}

/** The path of a program on PATH, or undefined. */
export function programPath(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return undefined;
}

/** What a finished program left behind. `code` is null when a signal ended it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Buffer;
  /** Added to this process's environment. */
  readonly env?: Readonly<{ [name: string]: string | undefined }>;
  readonly cwd?: string;
  /** After this long the program is killed and the promise rejects, with what it had said. Default 60,000. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end and resolves whatever its exit code is. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, spawnOptions(options));
    const stdout = collected(child.stdout);
    const stderr = collected(child.stderr);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const ended = { code, signal, stdout: stdout(), stderr: stderr() };
      if (late) reject(new Error(`${said(program, args, ended)}\nstill ran after ${timeoutMs} ms`));
      else resolve(ended);
    });
    // A program that ends without reading all of its input is judged by its exit code, not by our EPIPE.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.stdin ?? '');
  });
}

/** Runs a program that must end with 0, and returns what it wrote to standard output. */
export async function output(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const ended = await run(program, args, options);
  if (ended.code !== 0) throw new Error(said(program, args, ended));
  return ended.stdout;
}

function spawnOptions(options: RunOptions): SpawnOptions {
  return { cwd: options.cwd ?? root, env: { ...process.env, ...options.env }, stdio: 'pipe' };
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** A failed program in words. */
export function said(program: string, args: readonly string[], ended: Ended): string {
  const how = ended.signal === null ? `exit code ${ended.code}` : `signal ${ended.signal}`;
  return `${program} ${args.join(' ')}\nended with ${how}\n${tail(ended.stderr)}\n${tail(ended.stdout)}`;
}

function tail(text: string): string {
  return text.length > 4000 ? `…${text.slice(-4000)}` : text;
}

/** Asks a child to end, and makes it after `graceMs`; resolves when it is gone. */
export async function ended(child: ChildProcess, graceMs = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      server.close(() => resolve(address.port));
    });
  });
}

/**
 * A folder in the cache, made once: `make` fills a folder beside it, which is then renamed, so that a half-fetched
 * one is never taken for whole. Test files run in several processes, so a lock file keeps the others waiting.
 */
export async function fetched(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  const lock = `${folder}.lock`;
  await mkdir(cacheFolder, { recursive: true });
  for (;;) {
    if (existsSync(folder)) return folder;
    if (await locked(lock)) break;
    await sleep(200);
  }
  try {
    if (existsSync(folder)) return folder;
    const half = `${folder}.half`;
    await rm(half, { recursive: true, force: true });
    await mkdir(half);
    await make(half);
    await rename(half, folder);
    return folder;
  } finally {
    await rm(lock, { force: true });
  }
}

async function locked(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // Its owner may have died with it; the next try, by whoever comes first, gets it then.
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (owner > 0 && !alive(owner)) await rm(lock, { force: true });
    return false;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
