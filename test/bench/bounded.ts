/** `npm run bench -- verify-memory`: what judging so many records holds, at each power of two. */
import { bytes, count } from '../../src/figures.js';
import { type Column, table } from '../../src/table.js';

/** What the stage prints, a line of JSON each. */
interface Held {
  readonly records: number;
  readonly verifierBytes: number;
  /** Of the whole process, the source's own memory and the engine's among it. */
  readonly rss: number;
  readonly cpuSeconds: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'records judged' },
  { title: 'held for them' },
  { title: 'process (RSS)' },
  { title: 'CPU s per million' },
];

/** Rows below this are all start-up. */
const LEAST = 1_000_000;

export function memoryTable(generator: string, printed: string, look: Parameters<typeof table>[2]): string {
  const held = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Held)
    .filter(({ records }, i, all) => records >= LEAST || i === all.length - 1);
  const rows = held.map(({ records, verifierBytes, rss, cpuSeconds }) => [
    count(records),
    bytes(verifierBytes),
    bytes(rss),
    ((cpuSeconds / records) * 1e6).toFixed(2),
  ]);
  return `${generator}\n${table(COLUMNS, rows, look)}\n`;
}
