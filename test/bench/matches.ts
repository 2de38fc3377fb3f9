/** What came of our producer's runs against another's, pair by pair, and the ratios that follow. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import type { Terms } from './rivals/rival.js';

/** One run. */
export interface Found {
  /** Found in the log. */
  readonly records: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Two runs, one soon after the other. */
export interface Pair {
  readonly ours: Found;
  readonly theirs: Found;
}

/** Us against one of the others, on the same terms. */
export interface Match extends Terms {
  readonly rival: string;
  /** The rival with its version. */
  readonly title: string;
  /** Our threads. */
  readonly workers: number;
  /** Where it was played: figures of different machines are not put into one table. */
  readonly machine: string;
  readonly pairs: readonly Pair[];
}

/** A median with the least and the greatest. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  if (numbers.length === 0) throw new RangeError('expected a number or more, got none');
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}

export const perSecond = ({ records, seconds }: Found): number => records / seconds;
export const cpuPerMillion = ({ records, cpuSeconds }: Found): number => (cpuSeconds / records) * 1e6;

/** How many times as many records a second we sent; the median of the pairs' ratios, not the ratio of medians. */
export function speedRatio({ pairs }: Match): Spread {
  return spreadOf(pairs.map(({ ours, theirs }) => perSecond(ours) / perSecond(theirs)));
}

/** How much of their CPU time a record of ours took. */
export function cpuRatio({ pairs }: Match): Spread {
  return spreadOf(pairs.map(({ ours, theirs }) => cpuPerMillion(ours) / cpuPerMillion(theirs)));
}

/** `1.52 (1.44 to 1.60)` */
export function spreadText({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

export const termsText = ({ generator, compression, acks }: Terms): string =>
  `${generator}, ${compression === 'none' ? 'not compressed' : compression}, acks ${acks}`;

/** Such as `2 × Intel Xeon, linux x64, Node 20.20.0`. */
export function thisMachine(): string {
  const all = cpus();
  const model = all[0]?.model.replace(/\((R|TM)\)|CPU|@.*/g, '').replace(/\s+/g, ' ');
  return `${all.length} × ${model?.trim()}, ${platform()} ${arch()}`;
}

const identity = ({ generator, compression, acks, rival, workers }: Match): string =>
  [generator, compression, acks, rival, workers].join(' ');

/** The new take the places of those on the same terms; those of other machines go. */
export function merged(old: readonly Match[], found: readonly Match[]): Match[] {
  const machine = found[0]?.machine;
  const replaced = new Set(found.map(identity));
  return [...old.filter((one) => one.machine === machine && !replaced.has(identity(one))), ...found];
}

/** One match a line, so that a change shows as the lines that changed. */
export function readMatches(path: string): Match[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Match);
}

export function writeMatches(path: string, matches: readonly Match[]): void {
  const sorted = [...matches].sort((a, b) => identity(a).localeCompare(identity(b)));
  writeFileSync(path, sorted.map((match) => `${JSON.stringify(match)}\n`).join(''));
}
