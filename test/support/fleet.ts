/** A workload whose bytes depend on the seed alone, run by one process or by several, and what each key has got of it. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStored } from './stored.js';
import { eventmill } from './tools-cli.js';

export const TOPICS = ['stock', 'pizza', 'bare'] as const;

/** Writes the workload's file: two sources with keys, and one without. In simulated time nothing follows the wall clock. */
export function writeWorkload(folder: string): string {
  const time = { start: '2024-03-04T14:30:00Z' };
  const path = join(folder, 'fleet.json');
  const sources = {
    stock: { generator: 'stock', rate: 'max', time, options: { symbols: 50 } },
    pizza: { generator: 'pizza', rate: 'max', time },
    bare: { generator: 'stock', rate: 'max', time, key: null },
  };
  writeFileSync(path, JSON.stringify({ sources, seed: 11 }));
  return path;
}

export interface Made {
  /** By topic and key, the digest of its values in their order; without a key, of all values in any order. */
  readonly digests: Readonly<{ [key: string]: string }>;
  readonly total: number;
}

/** Runs the workload into topics of their own, with one command line for each of `parts`, all at once. */
export async function runParts(
  brokers: string,
  workload: string,
  name: string,
  parts: readonly (readonly string[])[],
): Promise<Made> {
  const topics = TOPICS.flatMap((source) => ['--topic', `${source}=${name}-${source}`]);
  const common = ['run', workload, ...topics, '--brokers', brokers, '--metrics-port', 'off', '--quiet'];
  const [first = [], ...others] = parts;
  const all = await Promise.all([first, ...others].map((part) => eventmill([...common, ...part])));
  for (const { code, stderr } of all)
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${stderr}`);
  return madeIn(brokers, name);
}

async function madeIn(brokers: string, name: string): Promise<Made> {
  const values = new Map<string, string[]>();
  let total = 0;
  for (const source of TOPICS) {
    for (const { records } of await readStored(brokers, `${name}-${source}`)) {
      for (const { key, value } of records) {
        const of = `${source} ${key}`;
        const list = values.get(of) ?? [];
        if (list.length === 0) values.set(of, list);
        list.push(value ?? '');
        total++;
      }
    }
  }
  const digest = (of: string, list: string[]) =>
    createHash('sha256')
      .update((of === 'bare null' ? list.sort() : list).join('\n'))
      .digest('hex');
  return { digests: Object.fromEntries([...values].map(([of, list]) => [of, digest(of, list)])), total };
}
