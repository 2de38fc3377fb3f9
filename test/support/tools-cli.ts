/** The built command line, run as a person runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../src/types.js';
import { type Ended, ended, type RunOptions, run } from './tools.js';

/** The checkout's own build, or one elsewhere, such as an installed package. */
const CLI = process.env['EVENTMILL_TEST_CLI'] ?? 'dist/src/cli.js';

/** Runs a command to its end; resolves whatever its exit code is. */
export function eventmill(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return run(process.execPath, [built(), ...args], options);
}

export interface RunningCli {
  /** Everything said so far, both streams together. */
  said(): string;
  /** The first match of what it says; rejects if it ends, or says nothing of the kind in time. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Ends it with SIGTERM, as a person's `kill` does, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a command that goes on until it is stopped. */
export function startEventmill(args: readonly string[]): RunningCli {
  const child = spawn(process.execPath, [built(), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const heard = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
  };
  child.stdout.on('data', heard);
  child.stderr.on('data', heard);
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
  return {
    said: () => text,
    says: (pattern, timeoutMs = 20_000) => said(child, () => text, pattern, timeoutMs),
    async stop() {
      await ended(child, 20_000);
      return child.exitCode;
    },
  };
}

async function said(child: ChildProcess, text: () => string, pattern: RegExp, timeoutMs: number) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const match = text().match(pattern);
    if (match) return match;
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}, having said:\n${text()}`);
    if (Date.now() > deadline)
      throw new Error(`it did not say ${pattern} in ${timeoutMs} ms, but:\n${text()}`);
    await sleep(50);
  }
}

/** The file that is run. */
export const cliPath = built;

function built(): string {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not there: npm run build`);
  return CLI;
}

export function readSummary(file: string): Summary {
  return JSON.parse(readFileSync(file, 'utf8'));
}
