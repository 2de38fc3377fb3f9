/** `eventmill plan`: what a run would do. */
import type { Command, Flag } from '../command.js';
import run from './run.js';

/** What `run` takes and a plan is the same with, and why. */
export const WITHOUT_EFFECT: Readonly<{ [flag: string]: string }> = {
  '--show': 'tables of what became of records, of which there are none yet',
  '--summary': 'the figures of a run',
  '--metrics-port': 'the figures of a run',
  '--metrics-host': 'the figures of a run',
  '--metrics-hold': 'the figures of a run',
  '--metrics-file': 'the figures of a run',
  '--pushgateway': 'the figures of a run',
  '--reporter': 'how a run is watched',
  '--quiet': 'how a run is watched; a plan has nothing else to say than itself',
  '--log-level': 'how a run is watched',
  '--pulse': 'counts for --crash-after, between its processes',
};

const plan: Command = {
  name: 'plan',
  ...(run.arguments === undefined ? {} : { arguments: run.arguments }),
  doc: 'what a run would do: rates, records, bytes, batches, buffers and risks; sends nothing, needs no broker',
  // Those of `run`, so that one word turns a run into its plan.
  flags: [
    { flags: '--json', doc: 'the whole plan as JSON' },
    ...run.flags.map((flag) =>
      longName(flag) in WITHOUT_EFFECT ? { ...flag, hidden: true as const } : flag,
    ),
  ],
  notes:
    'Takes the flags of `run`, so that one word turns a run into its plan; those about progress and figures have no effect. What a run ' +
    'would refuse, a plan refuses too. Sizes and ' +
    'compression are measured on the first records, which are really made; what only a broker can tell is left open. With --brokers ' +
    'topics that exist keep the partitions that they have, which a plan does not ask for.',
  examples: [
    ['plan demo --profile durable,throughput,sync', 'three profiles, side by side'],
    ['plan demo --rate 50000/s --workers 2 --shard 0/4', 'what one of four machines would do'],
    ['plan lunch-rush --rate 20000/s --set lingerMs=50', 'what a linger of 50 ms would do at that rate'],
    ['plan demo --json | jq .profiles[].notes', 'what is worth knowing, for a script'],
  ],
  // What a run would refuse, a plan refuses too.
  check: (invocation, context) => run.check!(invocation, context),
  async run(invocation, context) {
    const { printPlan } = await import('./bodies/plan.js');
    return printPlan(invocation, context);
  },
};
/** `-q, --quiet` → `--quiet`. */
function longName({ flags }: Flag): string {
  return /--[\w-]+/.exec(flags)![0];
}

export default plan;
