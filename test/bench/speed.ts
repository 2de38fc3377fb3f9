/** `npm run bench -- speed`: what one core and two make, and what it takes of the memory, against what they must. */
import { type Column, table } from '../../src/table.js';
import { lowest, median } from './middle.js';
import type { Measured } from './stages.js';

type Stage = (args: readonly string[]) => Promise<Measured>;

interface Row {
  readonly what: string;
  readonly args: readonly string[];
  /** Records a second that there must be. */
  readonly must?: number;
  /** By whose speed this one's is divided. */
  readonly against?: string;
}

const MEMORY_MAX = 300e6;

const stock = (symbols: number) => ['--generator', 'stock', '--options', JSON.stringify({ symbols })];
const ONE = 'stock, 500 symbols';

/**
 * Nearly every order of so many a day is somebody's first, so that by the end of the run a million customers are known: an order
 * has seven events.
 */
const MILLION = ['--generator', 'pizza', '--options', '{"ordersPerDay":2000000}'];

const ROWS: readonly Row[] = [
  { what: ONE, args: stock(500), must: 1e6 },
  { what: 'stock, 10,000 symbols', args: stock(10_000), must: 0.7e6 },
  { what: 'pizza', args: ['--generator', 'pizza'], must: 0.7e6 },
  { what: 'pizza, customers by the million', args: MILLION },
  { what: `${ONE}, two workers`, args: [...stock(500), '--workers', '2'], against: ONE },
];

const COLUMNS: readonly Column[] = [
  { title: 'what', align: 'left' },
  { title: 'records/s' },
  { title: 'least' },
  { title: 'must' },
  { title: 'to one worker' },
  { title: 'CPU µs' },
  { title: 'memory MB' },
  { title: '' },
];

export interface SpeedOptions {
  /** Of each measurement. */
  readonly seconds: number;
  readonly rounds: number;
  /** host:port instead of nowhere. */
  readonly brokers: string | undefined;
}

/** Each row in turn, `rounds` times; false when one misses what it must. What a broker takes, none of them promises. */
export async function speed(
  { seconds, rounds, brokers }: SpeedOptions,
  stage: Stage,
  look: Parameters<typeof table>[2],
  print: (text: string) => void,
): Promise<boolean> {
  const into = brokers === undefined ? ['--stage', 'null'] : ['--stage', 'kafka', '--brokers', brokers];
  const found = new Map(ROWS.map(({ what }) => [what, [] as Measured[]]));
  for (let round = 0; round < rounds; round++) {
    for (const { what, args } of ROWS)
      found.get(what)!.push(await stage([...into, '--seconds', String(seconds), ...args]));
  }
  const speeds = (what: string) => found.get(what)!.map(({ records, seconds: took }) => records / took);
  let well = true;
  const rows = ROWS.map(({ what, args: _, must, against }) => {
    const all = found.get(what)!;
    const held = Math.max(...all.map(({ peakBytes = 0 }) => peakBytes));
    const fast = brokers !== undefined || must === undefined || median(speeds(what)) >= must;
    const small = held <= MEMORY_MAX;
    well &&= fast && small;
    return [
      what,
      shown(median(speeds(what))),
      shown(lowest(speeds(what))),
      must === undefined || brokers !== undefined ? '' : shown(must),
      against === undefined ? '' : (median(speeds(what)) / median(speeds(against))).toFixed(2),
      median(all.map(({ cpuSeconds, records }) => (cpuSeconds / records) * 1e6)).toFixed(2),
      (held / 1e6).toFixed(0),
      [fast ? '' : 'too slow', small ? '' : `more than ${MEMORY_MAX / 1e6} MB`].filter(Boolean).join(', '),
    ];
  });
  print(`${table(COLUMNS, rows, look)}\n`);
  return well;
}

const shown = (perSecond: number) => Math.round(perSecond).toLocaleString('en');
