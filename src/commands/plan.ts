/** `eventmill plan`: what a run would do. */
import type { Command } from '../command.js';
import run from './run.js';

const plan: Command = {
  name: 'plan',
  ...(run.arguments === undefined ? {} : { arguments: run.arguments }),
  doc: 'what a run would do: rates, records, bytes, batches, buffers and risks; sends nothing, needs no broker',
  // Those of `run`, so that one word turns a run into its plan.
  flags: [
    { flags: '--json', doc: 'the whole plan as JSON' },
    ...run.flags.map(({ group, ...flag }) =>
      group?.startsWith('What is shown')
        ? { ...flag, hidden: true as const }
        : { ...flag, ...(group === undefined ? {} : { group }) },
    ),
  ],
  notes:
    'Takes the flags of `run`, so that one word turns a run into its plan; those about progress and output have no effect. Sizes and ' +
    'compression are measured on the first records, which are really made; what only a broker can tell is left open. With --brokers ' +
    'topics that exist keep the partitions that they have, which a plan does not ask for.',
  examples: [
    ['plan demo --profile durable,throughput,sync', 'three profiles, side by side'],
    ['plan lunch-rush --rate 20000/s --set lingerMs=50', 'what a linger of 50 ms would do at that rate'],
    ['plan demo --json | jq .profiles[].notes', 'what is worth knowing, for a script'],
  ],
  async run(invocation, context) {
    const { printPlan } = await import('./bodies/plan.js');
    return printPlan(invocation, context);
  },
};
export default plan;
