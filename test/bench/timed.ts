/** A program run to its end, with the CPU time that the system says it took. */
import { output, type RunOptions, run, said } from '../support/tools.js';

export interface Timed {
  readonly stdout: string;
  /** User and system time of all of its threads, and of the processes it waited for. */
  readonly cpuSeconds: number;
}

/** Rejects, with what it said, unless it ends with 0. */
export async function timed(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Timed> {
  // The shell's `time` reads the process's own accounting, which Node does not hand out for a child.
  const script = 'TIMEFORMAT="%U %S"; time "$0" "$@"';
  const ended = await run('bash', ['-c', script, program, ...args], { timeoutMs: 300_000, ...options });
  if (ended.code !== 0) throw new Error(said(program, args, ended));
  const [user, system] = ended.stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { stdout: ended.stdout, cpuSeconds: user! + system! };
}

/** What a program says of its version, or '' where it cannot be asked. */
export async function versionOf(program: string, args: readonly string[]): Promise<string> {
  const text = await output(program, args).catch(() => '');
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? '';
}
