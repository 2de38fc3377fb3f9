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
import type { Measured } from './stages.js';

const HELP = `npm run bench -- [curve|profile|footprint|verify-memory] [--records N] [--generator stock,pizza] [--overhead [--into null,sandbox]] [--pairs N]
npm run bench -- --against java,librdkafka,franz-go,kafkajs,platformatic [--rows …] [--workers 1,2] [--pairs N] [--write]
npm run bench -- --ingest [--pairs N]

  profile            where the pipeline's CPU time goes, and what it allocates, file by file
  footprint          how soon commands say something, and what an installation takes
  verify-memory      what judging so many records holds; --records 200000000 takes ten minutes a generator
  curve              how the cost grows: symbols, partitions, profiles, brokers, sizes
  --records N        records of each measurement (default 1000000)
  --generator A,B    which generators (default stock,pizza)
  --overhead         the pipeline with all measuring and with it taken out, in turn, and 95 % intervals
  --into A,B         what for --overhead (default null,sandbox)
  --pairs N          so many measurements of each, in turn (default 5)

  --against A,B      other producers and ours in turns on one real Kafka, or all of them; what cannot be built here is left out
${RIVALS_TEXT}
  --rows A,B         GENERATOR:CODEC:ACKS each (default ${ROWS_TEXT})
  --workers 1,2      our threads
  --seconds N        about how long each run takes (default 5)
  --kafka HOST:PORT  this broker instead of one that is started (needs Java and Maven)
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
    seconds: { type: 'string' },
    write: { type: 'boolean', default: false },
    ingest: { type: 'boolean', default: false },
    kafka: { type: 'string' },
    overhead: { type: 'boolean', default: false },
    into: { type: 'string', default: 'null,sandbox' },
    pairs: { type: 'string', default: '5' },
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

if (values.help) process.stdout.write(HELP);
else if (positionals[0] === 'profile') await profiled();
else if (positionals[0] === 'footprint') {
  process.stdout.write(`${await startTimes(9, LOOK)}\n${installSize(LOOK)}\n`);
} else if (positionals[0] === 'curve') {
  const flat = await curves(stage, LOOK, (text) => process.stdout.write(text));
  if (!flat) process.exitCode = 1;
} else if (positionals[0] === 'verify-memory') {
  for (const generator of values.generator.split(',')) {
    const args = ['--generator', generator, '--records', values.records, '--stage', 'verify-memory'];
    process.stdout.write(memoryTable(generator, await stageText(args), LOOK));
  }
} else if (values.overhead) await overhead();
else if (values.ingest) {
  const kept = await ingest(Number(values.pairs), LOOK, (text) => process.stdout.write(text));
  if (!kept) process.exitCode = 1;
} else if (values.against !== undefined || values.kafka !== undefined) await againstAll(values, LOOK);
else if (!values.write) await alone();

if (values.write) writeDocuments();
