/**
 * `npm run soak`: half an hour at 100,000 records a second while every kind of fault strikes in turn, one each ten
 * seconds. Everything is read back and compared meanwhile; every record must have one fate, none may be lost, doubled
 * or out of order, and the memory must not grow.
 */
import { parseArgs } from 'node:util';
import { bytes, count, milliseconds, seconds } from '../../src/figures.js';
import { broken, type SoakFinding, type SoakTerms, soak, warmUpSeconds } from './endurance.js';
import { growth } from './memory.js';

const HELP = `npm run soak -- [--minutes N] [--rate N] [--fault-every SECONDS] [--profile NAME] [--seed N] [--no-verify]

  --minutes N          how long records are made (default 30)
  --rate N             records a second (default 100000)
  --fault-every S      seconds between two faults (default 10)
  --profile NAME       one that promises no loss (default durable)
  --seed N             draws the faults (default 1)
  --no-verify          nothing is read back: only the account and the memory are judged

Growth of the memory is judged from ten minutes on. Needs nothing but Node. Exit code 1 when a promise is broken.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '100000' },
    'fault-every': { type: 'string', default: '10' },
    profile: { type: 'string', default: 'durable' },
    seed: { type: 'string', default: '1' },
    'no-verify': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function report({ exit, summary, samples, faults, held }: SoakFinding, terms: SoakTerms): string[] {
  const { due, acked, failed, expired, dropped, unacknowledged, retries, verify, latencyMs } = summary;
  const { p50, p99, max: latest } = latencyMs.total;
  const lines = [
    `exit ${exit} after ${seconds(summary.seconds)}, ${count(acked / summary.seconds)} records/s, ${count(retries)} retries`,
    `from due to acknowledged: p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}, at most ${milliseconds(latest)}`,
    `${count(due)} due = ${count(acked)} acked + ${count(failed)} failed + ${count(expired)} expired + ${count(dropped)} dropped + ${count(unacknowledged)} unacknowledged`,
  ];
  if (verify !== undefined) {
    const { read, lost, duplicated, reordered, corrupted } = verify;
    lines.push(
      `read back ${count(read)}: ${count(lost)} lost, ${count(duplicated)} duplicated, ${count(reordered)} reordered, ${count(corrupted)} corrupted; Produce waited ${count(held.waits)} times for the reader, ${count(held.stalls)} in vain`,
    );
  }
  const told = [...faults].map(([kind, { ordered, struck }]) => `${kind} ${struck} of ${ordered}`);
  lines.push(`faults that struck: ${told.join(', ')}`);
  for (const of of ['rss', 'heap', 'external'] as const) {
    const found = growth(samples, of, warmUpSeconds(terms));
    if (found === undefined) continue;
    const { perMinute, early, late, max } = found;
    const sign = perMinute < 0 ? '-' : '+';
    lines.push(
      `${of}: ${bytes(early)} after the warm-up, ${bytes(late)} at the end, at most ${bytes(max)}, ${sign}${bytes(Math.abs(perMinute))} a minute`,
    );
  }
  return lines;
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const terms: SoakTerms = {
    profile: values.profile,
    rate: Number(values.rate),
    durationMs: 60_000 * Number(values.minutes),
    faultEveryMs: 1000 * Number(values['fault-every']),
    sampleEveryMs: 10_000,
    seed: Number(values.seed),
    verify: !values['no-verify'],
    tell: (line) => process.stderr.write(`${line}\n`),
  };
  const finding = await soak(terms);
  const wrong = broken(finding, terms);
  const verdict = wrong.length === 0 ? 'as promised' : `NOT as promised: ${wrong.join('; ')}`;
  process.stdout.write(`${[...report(finding, terms), verdict].join('\n')}\n`);
  return wrong.length === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main();
