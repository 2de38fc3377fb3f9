/** Processor time of a thread of ours, so that it can be told apart from the process's. */
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel's own tick (USER_HZ). */
const TICKS_PER_SECOND = 100;

interface ThreadUsage {
  /** Microseconds, from Node 22.19 and 23.9 on. */
  threadCpuUsage?(): { readonly user: number; readonly system: number };
}

/** The user and system time that the calling thread has used, in seconds; null where nobody tells. */
export function threadCpuSeconds(): number | null {
  const usage = (process as ThreadUsage).threadCpuUsage?.();
  if (usage !== undefined) return (usage.user + usage.system) / 1e6;
  try {
    const stat = readFileSync('/proc/thread-self/stat', 'latin1');
    // The name in parentheses may hold spaces; utime and stime are the 12th and 13th fields behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks / TICKS_PER_SECOND : null;
  } catch {
    return null;
  }
}
