/** `eventmill merge`: the summaries of a fleet's shards as one. */
import type { Command } from '../command.js';

const merge: Command = {
  name: 'merge',
  doc: "put the summaries of a fleet's shards together: one run's figures",
  arguments: [
    {
      name: 'SUMMARY',
      doc: 'what each `run --shard I/N --summary FILE` wrote, all N of them',
      several: true,
    },
  ],
  flags: [
    { flags: '--summary <FILE>', doc: 'write the whole as one summary, as a single run would have' },
    {
      flags: '--expect-digest <HEX>',
      doc: 'fail with exit 1 unless the whole has this digest (`run --digest`)',
    },
    { flags: '--json', doc: 'print that summary instead of a table' },
    { flags: '--no-color', doc: 'no colours (NO_COLOR does the same)' },
  ],
  notes:
    'Counts add up and percentiles are read off the merged histograms; seconds is the span from the first record of ' +
    'any shard to the last acknowledgement of any. Shards that are missing, given twice, or of another seed, workload ' +
    'or number are refused. Exit codes: 0 the whole kept its promises, 1 it did not, 2 these are not the parts of one run.',
  examples: [
    ['merge shard-0.json shard-1.json', 'a run of two shards'],
    ['merge out/*.json --summary whole.json', 'the same as a file, for `verify --summary whole.json`'],
  ],
  async run(invocation, context) {
    const { mergeCommand } = await import('./bodies/merge.js');
    return mergeCommand(invocation, context);
  },
};
export default merge;
