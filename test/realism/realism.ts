/**
 * `npm run realism`: what is generated is measured against what real data give, line by line, over several seeds. The
 * table's bands come from real markets and shops; nothing in it is adjusted to what is made here.
 */
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Column, table } from '../../src/table.js';
import { pizzaFamily, stockFamily, storefrontFamily } from './families.js';
import { type Family, judge, type Verdict } from './line.js';
import { throughKafka } from './round-trip.js';

const HELP = `npm run realism -- [stock] [pizza] [storefront] [--seeds N] [--from N] [--fast] [--kafka] [--plots DIR]

  --seeds N     how many (default 10)
  --from N      the first of them (default 1)
  --fast        a quarter of the days: minutes become seconds, and lines noisier
  --events N    instead of the table: no rule may be broken in so many events of one seed
  --tape FILE   instead: events that were kept, as JSON lines (- for standard input), in simulated time; days in number
                and shares in number are not asked for
  --kafka       instead: --count events (default 1e7) of one seed, sent into a real Kafka and read back; needs Java and Maven,
                or --brokers HOST:PORT where topics realism-GENERATOR are not there yet
  --plots DIR   where drawings go (default docs/realism; off: none)

Exit code 1 when a line fails: when the median over the seeds is out of its band, or fewer than 8 of 10 seeds are in the
band widened by a quarter, or an event breaks a rule.
`;

const FAMILIES: readonly Family<unknown>[] = [
  stockFamily as Family<unknown>,
  pizzaFamily as Family<unknown>,
  storefrontFamily as Family<unknown>,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    fast: { type: 'boolean', default: false },
    events: { type: 'string' },
    tape: { type: 'string' },
    kafka: { type: 'boolean', default: false },
    count: { type: 'string', default: '1e7' },
    brokers: { type: 'string' },
    plots: { type: 'string', default: 'docs/realism' },
    help: { type: 'boolean', default: false },
  },
});

const COLUMNS: readonly Column[] = [
  { title: 'id', align: 'left' },
  { title: 'statistic', align: 'left' },
  { title: 'band' },
  { title: 'ours' },
  { title: 'seeds' },
  { title: 'real' },
  { title: 'verdict', align: 'left' },
];

/** Three significant digits, as the yardstick has them. */
function figure(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '';
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'none';
}

function rowOf({ id, words, band, real, median, within, of, passed }: Verdict): string[] {
  const range = Number.isFinite(band[1]) ? `${figure(band[0])} … ${figure(band[1])}` : `> ${figure(band[0])}`;
  return [id, words, range, figure(median), `${within}/${of}`, real, passed ? 'in' : 'OUT'];
}

/** Prints a family's table; returns whether all is well. */
async function report(family: Family<unknown>, seeds: readonly number[], fast: boolean): Promise<boolean> {
  const measured = family.lines.map((): number[] => []);
  const broken: string[] = [];
  for (const seed of seeds) {
    const sample = await family.sample(seed, fast);
    family.lines.forEach((line, index) => {
      measured[index]!.push(line.measure(sample));
    });
    broken.push(...family.violations(sample).map((rule) => `seed ${seed}: ${rule}`));
    if (seed === seeds[0] && values.plots !== 'off') draw(family.plots(sample));
    process.stderr.write(`${family.name}: seed ${seed} measured\n`);
  }
  const verdicts = family.lines.map((line, index) => judge(line, measured[index]!));
  return print(`${family.name}, seeds ${seeds[0]} to ${seeds.at(-1)}`, verdicts, broken);
}

function print(title: string, verdicts: readonly Verdict[], broken: readonly string[]): boolean {
  const passed = verdicts.filter((verdict) => verdict.passed).length;
  const rows = table(COLUMNS, verdicts.map(rowOf), { framed: false, color: false });
  process.stdout.write(`${title}\n${rows}\n`);
  process.stdout.write(
    `${passed} of ${verdicts.length} lines in their bands; rules broken: ${broken.length || 'none'}\n`,
  );
  for (const rule of broken) process.stdout.write(`  ${rule}\n`);
  return passed === verdicts.length && broken.length === 0;
}

/** Measures events that were kept. */
function reportTape(family: Family<unknown>, path: string): Promise<boolean> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  return reportKept(family, lines, `${family.name} in ${path}`);
}

/** Measures events that a Kafka kept for a while. */
function reportThroughKafka(family: Family<unknown>, seed: number): Promise<boolean> {
  const count = Number(values.count);
  const trip = { generator: family.name, seed, count, brokers: values.brokers };
  return throughKafka(trip, (lines) =>
    reportKept(family, lines, `${family.name}, seed ${seed}, ${count} events read back from Kafka`),
  );
}

async function reportKept(
  family: Family<unknown>,
  kept: AsyncIterable<string>,
  title: string,
): Promise<boolean> {
  if (family.read === undefined) throw new Error(`${family.name} cannot be read from lines`);
  let read = 0;
  const counted = (async function* () {
    for await (const line of kept) {
      read++;
      yield line;
    }
  })();
  const { sample, lines } = await family.read(counted);
  if (read === 0) throw new Error(`${title}: expected events, got none`);
  const verdicts = lines.map((line) => judge(line, [line.measure(sample)]));
  return print(`${title} (${read} lines)`, verdicts, family.violations(sample));
}

/** Looks for broken rules alone. */
function check(family: Family<unknown>, seed: number, events: number): boolean {
  const broken = family.check(seed, events);
  process.stdout.write(
    `${family.name}, seed ${seed}: ${events} events, rules broken: ${broken.length === 0 ? 'none' : ''}\n`,
  );
  for (const rule of broken) process.stdout.write(`  ${rule}\n`);
  return broken.length === 0;
}

function draw(plots: Readonly<{ [file: string]: string }>): void {
  for (const [file, svg] of Object.entries(plots)) {
    mkdirSync(values.plots, { recursive: true });
    writeFileSync(`${values.plots}/${file}`, svg);
  }
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  const unknown = positionals.filter((name) => !FAMILIES.some((family) => family.name === name));
  if (unknown.length > 0)
    throw new Error(`expected ${FAMILIES.map(({ name }) => name).join(' or ')}, got ${unknown}`);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => Number(values.from) + index);
  let good = true;
  for (const family of FAMILIES) {
    if (positionals.length > 0 && !positionals.includes(family.name)) continue;
    good =
      (values.tape !== undefined
        ? await reportTape(family, values.tape)
        : values.kafka
          ? await reportThroughKafka(family, seeds[0]!)
          : values.events === undefined
            ? await report(family, seeds, values.fast)
            : check(family, seeds[0]!, Number(values.events))) && good;
  }
  if (!good) process.exitCode = 1;
}
