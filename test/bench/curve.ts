/** `npm run bench -- curve`: how the cost grows with what there is more of. Nothing should grow faster than it. */
import { type Column, table } from '../../src/table.js';
import type { Measured } from './stages.js';

type Stage = (args: readonly string[]) => Promise<Measured>;

interface Curve {
  readonly what: string;
  /** What is counted, and what its cost is held against. */
  readonly unit: string;
  readonly points: readonly number[];
  /** How many records of a point are enough. */
  readonly records: (point: number) => number;
  readonly args: (point: number) => readonly string[];
  /** CPU microseconds by which points are compared. */
  readonly cost: (measured: Measured) => number;
}

const microseconds = ({ cpuSeconds }: Measured) => cpuSeconds * 1e6;
const perRecord = (measured: Measured) => microseconds(measured) / measured.records;
const records = () => 300_000;

const CURVES: readonly Curve[] = [
  {
    what: 'symbols',
    unit: 'a record',
    points: [1, 10, 100, 1000, 10_000],
    records,
    args: (point) => ['--options', JSON.stringify({ symbols: point })],
    cost: perRecord,
  },
  {
    what: 'partitions',
    unit: 'a record',
    points: [1, 10, 100, 1000],
    records,
    args: (point) => ['--options', '{"symbols":10000}', '--partitions', String(point)],
    cost: perRecord,
  },
  {
    what: 'profiles side by side',
    unit: 'a record',
    points: [1, 2, 4, 8, 16],
    records: (point) => 640_000 / point,
    args: (point) => ['--side-by-side', String(point)],
    cost: perRecord,
  },
  {
    what: 'brokers, told by the metadata',
    unit: 'a broker',
    points: [1, 10, 50, 200],
    records: (point) => Math.ceil(40_000 / point),
    args: (point) => ['--stage', 'metadata', '--brokers', String(point)],
    cost: perRecord,
  },
  {
    what: 'bytes a value',
    unit: 'a KiB',
    points: [256, 1024, 10_240, 102_400, 1_000_000],
    records: (point) => Math.ceil(256_000_000 / point),
    args: (point) => ['--value-bytes', String(point)],
    cost: (measured) => perRecord(measured) / (measured.valueBytes / 1024),
  },
];

const COLUMNS: readonly Column[] = [
  { title: 'what', align: 'left' },
  { title: 'how many' },
  { title: 'CPU µs' },
  { title: 'of', align: 'left' },
  { title: 'to the first' },
  { title: 'steepness' },
];

/** Twice as many may make each cost this power of two as much; 1 would be twice, and so four times for all of them. */
const EXPONENT_MAX = 0.5;

/** Prints as it goes; false when a step was steeper than it may be. */
export async function curves(
  stage: Stage,
  look: Parameters<typeof table>[2],
  print: (text: string) => void,
): Promise<boolean> {
  const cliffs: string[] = [];
  const rows: string[][] = [];
  for (const { what, unit, points, records: needed, args, cost } of CURVES) {
    let first = 0;
    let last = 0;
    for (const [i, point] of points.entries()) {
      const common = ['--stage', 'null', '--records', String(Math.round(needed(point)))];
      const found = cost(await stage([...common, ...args(point)]));
      if (i === 0) first = found;
      const before = points[i - 1] ?? point;
      const exponent = i === 0 ? 0 : Math.log(found / last) / Math.log(point / before);
      if (exponent > EXPONENT_MAX) cliffs.push(`${what}: from ${before} to ${point}`);
      last = found;
      const shown = [
        found.toPrecision(3),
        unit,
        (found / first).toFixed(2),
        i === 0 ? '' : exponent.toFixed(2),
      ];
      rows.push([i === 0 ? what : '', point.toLocaleString('en'), ...shown]);
    }
  }
  print(`${table(COLUMNS, rows, look)}\n`);
  print(cliffs.length === 0 ? 'no cliff\n' : `steeper than it may be: ${cliffs.join('; ')}\n`);
  return cliffs.length === 0;
}
