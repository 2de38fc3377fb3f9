/** `eventmill sample`: a few events on standard output. */
import type { Command } from '../command.js';

const sample: Command = {
  name: 'sample',
  arguments: [
    { name: 'GENERATOR', doc: 'a name in `eventmill list generators`, or the path of a .js or .ts file' },
  ],
  doc: 'print a few events of a generator; needs no broker',
  flags: [
    { flags: '-n, --count <N>', doc: 'how many (default: 10)' },
    { flags: '--seed <N>', doc: 'the same seed makes the same events (default: 1)' },
    { flags: '--rate <R>', doc: 'how far apart they are due; nothing waits for it (default: 1/s)' },
    {
      flags: '--speed <N>',
      doc: "how fast the model's life runs: at 60 half an hour takes 30 s (default: 60)",
    },
    {
      flags: '--backfill <D>',
      doc: 'begin so long ago (7d) or then (2026-01-31) and follow the calendar; with --rate, at that rate from then on',
    },
    {
      flags: '--option <KEY=VALUE>',
      doc: 'an option of the generator; lists as a,b or as JSON (repeatable)',
      repeat: true,
    },
    {
      flags: '--plot [FILE]',
      doc: 'draw a day of it instead (web shops: a fortnight), here or into a .svg or .html file',
    },
    { flags: '--envelope', doc: 'whole records: { key, value, timestamp, headers }' },
    { flags: '--headers', doc: 'the same as --envelope', hidden: true },
  ],
  notes: 'Prints one JSON value a line.',
  examples: [
    ['sample pizza', 'ten events of pizza orders'],
    ['sample stock --count 3 --envelope', 'three ticks with their keys and timestamps'],
    ['sample pizza --backfill 7d', 'how a history of a week would begin'],
    ['sample stock --option symbols=AAPL,MSFT --seed 7', 'two symbols only, by another seed'],
    ['sample pizza --plot', 'a Friday evening at the busiest pizzeria'],
    ['sample stock --plot market.html', 'a day of the market, as a page'],
    ['sample ./my/generator.ts', 'a generator of your own'],
  ],
  async run(invocation, context) {
    const { printSample } = await import('./bodies/sample.js');
    return printSample(invocation, context);
  },
};
export default sample;
