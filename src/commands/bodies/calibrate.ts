/** Measures this machine's ceilings and says what they mean. */
import { availableParallelism, cpus } from 'node:os';
import { type Ceiling, ceilings, generatorMistakes, type Unit } from '../../ceilings.js';
import type { Context, Invocation } from '../../command.js';
import { duration, integer } from '../../config/formats.js';
import { count, milliseconds, seconds } from '../../figures.js';
import { wantsColor } from '../../paint.js';
import { type Column, table } from '../../table.js';
import { version } from '../../version.js';
import { FlagReader } from './flag-reader.js';

const GENERATORS = ['stock', 'pizza'];
/** Measurements that do not depend on the generators: codecs, checksum, timer. */
const OTHERS = 6;
const EACH = 4;

const COLUMNS: readonly Column[] = [
  { title: 'what', align: 'left' },
  { title: 'median' },
  { title: 'least' },
  { title: 'most' },
  { title: 'unit', align: 'left' },
  { title: 'note', align: 'left' },
];

export async function calibrate({ flags }: Invocation, context: Context): Promise<number> {
  const reader = new FlagReader(flags);
  const generators = reader.read('generator', namesOf, GENERATORS);
  const rounds = reader.read('rounds', integer(1, 1000).parse, 5);
  const roundMs = reader.read('round', duration(10, 600_000).parse, 500);
  const { clock, stderr, stdout, signals } = context;
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  const unhandle = signals.handle({ first: stop, second: stop });
  try {
    for (const mistake of await generatorMistakes(generators)) reader.wrong('generator', mistake);
    reader.settle();
    const expectedMs = (rounds + 1) * (generators.length * EACH + OTHERS) * roundMs;
    stderr.write(`calibrating: about ${seconds(expectedMs / 1000)}; leave the machine alone meanwhile\n`);
    const found = await ceilings({ generators, rounds, roundMs, clock, goOn: () => !stopped });
    const whole = found.filter((one) => one.rounds.length > 0);
    if (reader.has('json')) stdout.write(`${JSON.stringify(asJson(whole), null, 2)}\n`);
    else if (whole.length > 0) stdout.write(`${asText(whole, context)}\n`);
    return stopped ? 130 : 0;
  } finally {
    unhandle();
  }
}

function namesOf(raw: string) {
  const names = raw.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return { value: names };
  return { problem: `expected names or paths of generators, such as stock,pizza, got "${raw}"` };
}

function machine() {
  const [first] = cpus();
  return {
    eventmill: version(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    processors: availableParallelism(),
    processor: first?.model.trim() ?? '',
  };
}

function asJson(found: readonly Ceiling[]) {
  const results = found.map((one) => ({ ...one, median: median(one.rounds) }));
  return { machine: machine(), ceilings: results };
}

function asText(found: readonly Ceiling[], { stdout, environment }: Context): string {
  const { processors, processor, node, platform } = machine();
  const rows = found.map(({ of, name, unit, note = '', rounds }) => {
    const figures = [median(rounds), Math.min(...rounds), Math.max(...rounds)];
    const what = of === undefined ? name : `${of}: ${name}`;
    return [what, ...figures.map((figure) => shown(figure, unit)), unit === 'ms' ? '' : unit, note];
  });
  const width = stdout.columns === undefined ? {} : { width: stdout.columns };
  const look = { framed: stdout.isTTY === true, color: wantsColor(stdout, environment, true), ...width };
  return [
    `${processors} processors (${processor}), Node ${node}, ${platform}; ${found[0]!.rounds.length} rounds`,
    table(COLUMNS, rows, look),
    ...new Set(found.map(({ name, meaning }) => `${name}: ${meaning}`)),
  ].join('\n');
}

function shown(figure: number, unit: Unit): string {
  return unit === 'ms' ? milliseconds(figure) : count(figure);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
