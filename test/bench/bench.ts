/**
 * `npm run bench`: records per second and CPU seconds per million records, stage by stage; with `-- --against` other
 * producers and ours in turns on a real Kafka, as ratios.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type Column, table } from '../../src/table.js';
import { againstAll, RIVALS_TEXT, ROWS_TEXT, writeDocuments } from './against-all.js';
import { memoryTable } from './bounded.js';
import { curves } from './curve.js';
import { installSize, startTimes } from './footprint.js';
import { ingest } from './ingest.js';
import { overheads } from './overhead.js';
import type { Share } from './profile.js';
import { rates } from './rates.js';
import { resident } from './resident.js';
import { speed } from './speed.js';
import type { Measured } from './stages.js';

const HELP = `npm run bench -- [speed|rates|memory|curve|profile|footprint|verify-memory] [--records N] [--generator stock,pizza] [--overhead [--into null,sandbox]] [--pairs N]
npm run bench -- --against java,librdkafka,franz-go,kafkajs,platformatic [--rows …] [--workers 1,2] [--pairs N] [--write]
npm run bench -- --ingest [--pairs N]

  speed              what one core and two make, and what it takes of the memory, against what they must
  rates              whether rates from ten a second to near the ceiling are held, and how late events are
  memory             what sending at full speed holds in memory, and whether it grows (needs Java and Maven)
  profile            where the pipeline's CPU time goes, and what it allocates, file by file
  footprint          how soon commands say something, and what an installation takes
  verify-memory      what judging so many records holds, also of --generator made-up, which costs next to nothing
  curve              how the cost grows: symbols, partitions, profiles, brokers, sizes
  --records N        records of each measurement (default 1000000)
  --generator A,B    which generators (default stock,pizza)
  --overhead         the pipeline with all measuring and with it taken out, in turn, and 95 % intervals
  --into A,B         what for --overhead (default null,sandbox)
  --pairs N          so many measurements of each, in turn (default 5)
  --seconds N        how long speed, against (default 5), rates (60) and memory (180) measure each time

  --against A,B      other producers and ours in turns on one real Kafka, or all of them; what cannot be built here is left out
${RIVALS_TEXT}
  --rows A,B         GENERATOR:CODEC:ACKS each (default ${ROWS_TEXT})
  --workers 1,2      our threads
  --kafka HOST:PORT  this broker instead of one that is started (needs Java and Maven); speed, rates and profile go into it, too
  --write            put what is known of this machine into docs/speed.md and README.md
  --ingest           what the sandbox takes in, in turns with a real Kafka
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: 'string', default: '1000000' },
    generator: { type: 'string', default: 'stock,pizza' },
    against: { type: 'string' },
    rows: { type: 'string' },
    workers: { type: 'string', default: '1,2' },
    write: { type: 'boolean', default: false },
    ingest: { type: 'boolean', default: false },
    kafka: { type: 'string' },
    overhead: { type: 'boolean', default: false },
    into: { type: 'string', default: 'null,sandbox' },
    pairs: { type: 'string', default: '5' },
    seconds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function stageText(args: readonly string[]): Promise<string> {
  const file = fileURLToPath(new URL('./stages.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args]);
  return stdout;
}

async function stage(args: readonly string[]): Promise<Measured> {
  return JSON.parse(await stageText(args)) as Measured;
}

async function profileOf(args: readonly string[]): Promise<{ result: Measured; shares: Share[] }> {
  return JSON.parse(await stageText(args)) as { result: Measured; shares: Share[] };
}

const COLUMNS: readonly Column[] = [
  { title: 'what', align: 'left' },
  { title: 'records/s' },
  { title: 'CPU s per million' },
  { title: 'bytes a record' },
];

function row(what: string, { records, seconds, cpuSeconds, valueBytes }: Measured): string[] {
  const perSecond = Math.round(records / seconds).toLocaleString('en');
  return [
    what,
    perSecond,
    ((cpuSeconds / records) * 1e6).toFixed(2),
    valueBytes === 0 ? '' : String(valueBytes),
  ];
}

const LOOK = { framed: process.stdout.isTTY === true, color: false };

async function alone(): Promise<void> {
  const rows: string[][] = [];
  for (const generator of values.generator.split(',')) {
    const own = ['--generator', generator, '--records', values.records];
    rows.push(row(`${generator}: generator`, await stage([...own, '--stage', 'generator'])));
    rows.push(row(`${generator}: and serializer`, await stage([...own, '--stage', 'serializer'])));
    rows.push(row(`${generator}: verifying`, await stage([...own, '--stage', 'verify'])));
    rows.push(row(`${generator}: pipeline into null`, await stage([...own, '--stage', 'null'])));
    rows.push(row(`${generator}: into the sandbox`, await stage([...own, '--stage', 'sandbox'])));
  }
  process.stdout.write(`${table(COLUMNS, rows, LOOK)}\n`);
}

/** Into the broker given, else into nowhere: each file with a hundredth of the CPU time, or more than a byte a record. */
async function profiled(): Promise<void> {
  for (const generator of values.generator.split(',')) {
    const into =
      values.kafka === undefined ? ['--stage', 'null'] : ['--stage', 'kafka', '--brokers', values.kafka];
    const own = ['--generator', generator, '--records', values.records, ...into];
    const cpu = await profileOf([...own, '--profiled', 'cpu']);
    const heap = await profileOf([...own, '--profiled', 'heap']);
    const whole = cpu.shares.reduce((sum, { amount }) => sum + amount, 0);
    const shown = cpu.shares.filter(({ amount }) => amount >= whole / 100);
    const percent = shown.map(({ where, amount }) => [where, `${((100 * amount) / whole).toFixed(1)} %`]);
    const bytes = heap.shares.map(({ where, amount }) => [where, (amount / heap.result.records).toFixed(1)]);
    const allocated = bytes.filter(([, each]) => Number(each) >= 1);
    const where = { title: 'where', align: 'left' } as const;
    process.stdout.write(`${generator}\n${table([where, { title: 'CPU' }], percent, LOOK)}\n`);
    process.stdout.write(`${table([where, { title: 'bytes a record' }], allocated, LOOK)}\n`);
  }
}

async function overhead(): Promise<void> {
  const wishes = {
    generators: values.generator.split(','),
    into: values.into.split(','),
    records: Number(values.records),
    pairs: Number(values.pairs),
    stage,
  };
  for await (const line of overheads(wishes)) process.stdout.write(line);
}

const print = (text: string) => process.stdout.write(text);

/** False when something is not what it must be. */
async function bench(word: string | undefined): Promise<boolean> {
  const [generator = 'stock'] = values.generator.split(',');
  const seconds = (usual: number) => Number(values.seconds ?? usual);
  const brokers = values.kafka;
  switch (word) {
    case 'speed':
      return speed({ seconds: seconds(5), rounds: Number(values.pairs), brokers }, stage, LOOK, print);
    case 'rates':
      return rates({ generator, seconds: seconds(60), brokers }, LOOK, print);
    case 'memory':
      return resident({ generator, seconds: seconds(180), brokers }, LOOK, print);
    case 'curve':
      return curves(stage, LOOK, print);
    case 'profile':
      await profiled();
      break;
    case 'footprint':
      print(`${await startTimes(9, LOOK)}\n${installSize(LOOK)}\n`);
      break;
    case 'verify-memory':
      for (const each of values.generator.split(',')) {
        const args = ['--generator', each, '--records', values.records, '--stage', 'verify-memory'];
        print(memoryTable(each, await stageText(args), LOOK));
      }
      break;
    default:
      if (values.overhead) await overhead();
      else if (values.ingest) return ingest(Number(values.pairs), LOOK, print);
      else if (values.against !== undefined || brokers !== undefined)
        await againstAll({ ...values, seconds: values.seconds ?? '5' }, LOOK);
      else if (!values.write) await alone();
  }
  return true;
}

if (values.help) print(HELP);
else if (!(await bench(positionals[0]))) process.exitCode = 1;
if (values.write) writeDocuments();
