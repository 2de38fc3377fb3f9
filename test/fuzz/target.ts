/** What is attacked, and what must hold of it: it ends in time, in words, and without taking memory it was not sent. */
import fc from 'fast-check';
import { EventmillError } from '../../src/errors.js';
import { ProtocolError } from '../../src/protocol/reader.js';

export interface Target {
  readonly name: string;
  /** How many cases `npm test` tries. */
  readonly runs: number;
  /** Gets what the cases share ready. */
  open(): Promise<Attack>;
}

export interface Attack {
  readonly property: fc.IAsyncProperty<never> | fc.IAsyncProperty<[never]>;
  close(): Promise<void>;
}

/** One case may take so long, on a machine that does other things too. */
const MS_MAX = 5_000;
/** What a case of a few kilobytes may leave behind before anything is collected. */
const GROWTH_BYTES_MAX = 64 * 2 ** 20;
const MESSAGE_LENGTH_MAX = 4_000;

/** A target whose cases share nothing. */
export function target<T>(
  name: string,
  runs: number,
  cases: fc.Arbitrary<T>,
  attack: (one: T) => unknown,
): Target {
  return shared(name, runs, cases, async () => ({ attack, close: async () => {} }));
}

export function shared<T>(
  name: string,
  runs: number,
  cases: fc.Arbitrary<T>,
  open: () => Promise<{ attack: (one: T) => unknown; close: () => Promise<void> }>,
): Target {
  return {
    name,
    runs,
    async open() {
      const { attack, close } = await open();
      const property = fc.asyncProperty(cases, (one) => bounded(() => attack(one)));
      return { property: property as unknown as Attack['property'], close };
    },
  };
}

async function bounded(work: () => unknown): Promise<void> {
  const startedAt = performance.now();
  const before = heldBytes();
  await work();
  const ms = performance.now() - startedAt;
  if (ms > MS_MAX) throw new Error(`it took ${Math.round(ms)} ms, expected ${MS_MAX} at most`);
  const growth = heldBytes() - before;
  if (growth > GROWTH_BYTES_MAX) throw new Error(`it took ${Math.round(growth / 2 ** 20)} MiB of memory`);
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The value, or undefined where it was refused in words; any other error is a bug. */
export async function refused<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EventmillError)) throw error;
    inWords(error.message);
    return undefined;
  }
}

/** The same of a pure reader, whose caller makes words for people of its error. */
export async function unread<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProtocolError || error instanceof EventmillError)) throw error;
    inWords(error.message);
    return undefined;
  }
}

/** For people: short enough to be read, and nothing in it that a terminal would obey. */
export function inWords(message: string): void {
  const fit = message.length > 0 && message.length <= MESSAGE_LENGTH_MAX;
  if (!fit || /[^\P{Cc}\n]|\[object |\bundefined\b/u.test(message)) {
    throw new Error(`these are no words for people: ${JSON.stringify(message.slice(0, MESSAGE_LENGTH_MAX))}`);
  }
}
