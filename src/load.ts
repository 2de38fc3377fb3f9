/** What the whole machine does, and which part of it is ours: the processor times that the system keeps. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { cpus } from 'node:os';
import type { MachineLoad } from './types.js';

/** Processor time in seconds since some moment in the past. */
export interface Work {
  /** Of all cores, by whomever. */
  readonly busy: number;
  /** What all cores could have done. */
  readonly possible: number;
  /** Of the brokers on this machine; null where there are some that cannot be told from others. */
  readonly brokers: number | null;
}

/** Linux counts a process's time in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/** `brokers`: processes as `brokerProcesses` finds them, null for unknown ones. */
export function workSoFar(brokers: readonly number[] | null): Work {
  let busy = 0;
  let possible = 0;
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq;
    busy += working / 1000;
    possible += (working + times.idle) / 1000;
  }
  return {
    busy,
    possible,
    brokers: brokers === null ? null : brokers.reduce((sum, pid) => sum + cpuOf(pid), 0),
  };
}

/**
 * The processes that listen on these addresses of this machine; empty when all brokers are elsewhere, null when one is
 * here and its process is not to be found (another user's, a container's, or no Linux).
 */
export function brokerProcesses(addresses: readonly string[]): number[] | null {
  const local = addresses.filter((address) => /^(?:localhost|127\.[\d.]+|\[::1\]):/.test(address));
  if (local.length === 0) return [];
  try {
    const ports = new Set(local.map((address) => Number(address.slice(address.lastIndexOf(':') + 1))));
    const inodes = listeningOn(ports);
    const found = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => holdsSocket(pid, inodes));
    return found.length > 0 ? found : null;
  } catch {
    return null;
  }
}

/** Inodes of sockets that listen on one of the ports: columns of /proc/net/tcp, see proc(5). */
function listeningOn(ports: ReadonlySet<number>): Set<string> {
  const LISTEN = '0A';
  const inodes = new Set<string>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of textOf(file).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
      if (state === LISTEN && ports.has(port) && inode !== undefined) inodes.add(inode);
    }
  }
  return inodes;
}

function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false;
  }
}

/** User and system time, fields 14 and 15; the name before them may hold blanks and brackets. */
function cpuOf(pid: number): number {
  const text = textOf(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND || 0;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** What happened between two looks; `own`: the seconds that eventmill itself and what it measures used meanwhile. */
export function loadBetween(before: Work, after: Work, own: number): MachineLoad {
  const possible = after.possible - before.possible;
  if (possible <= 0) return { all: 0, others: null };
  const busy = after.busy - before.busy;
  const brokers = after.brokers === null || before.brokers === null ? null : after.brokers - before.brokers;
  const others = brokers === null ? null : Math.max(0, busy - own - brokers) / possible;
  return { all: busy / possible, others };
}
