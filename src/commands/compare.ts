/** `eventmill compare`: which profile is better, by how much, and how sure that is. */
import type { Command } from '../command.js';

const COMPARED = 'What is compared:';
const MEASURED = 'How it is measured:';
const MADE = 'What is made:';
const WHERE = 'Where to:';
const TOLD = 'What is told:';

const compare: Command = {
  name: 'compare',
  arguments: [
    {
      name: 'WORKLOAD',
      doc: 'a name in `eventmill list workloads`, or the path of a JSON file (default: demo)',
      optional: true,
    },
  ],
  doc: 'the same events through several profiles, fairly, with a report',
  flags: [
    {
      flags: '--profile <A,B>',
      doc: 'names or paths (default: kafkajs,async,throughput,durable); one named twice is held against itself',
      group: COMPARED,
    },
    { flags: '--drivers <A,B>', doc: 'each profile under each of these drivers', group: COMPARED },
    { flags: '--workloads <A,B>', doc: 'each profile with each of these workloads', group: COMPARED },
    {
      flags: '--sweep <KEY=V1,V2>',
      doc: 'each profile with each of these values of a setting (repeatable: all combinations)',
      repeat: true,
      group: COMPARED,
    },
    { flags: '--driver <NAME>', doc: 'for all profiles: kafka, kafkajs, null, or a path', group: COMPARED },
    {
      flags: '--set <KEY=VALUE>',
      doc: 'a setting for all profiles (repeatable)',
      repeat: true,
      group: COMPARED,
    },
    {
      flags: '--baseline-profile <NAME>',
      doc: 'whom ratios are taken to (default: the first)',
      group: COMPARED,
    },
    { flags: '--trials <N>', doc: 'rounds; each has a trial of everyone (default: 3)', group: MEASURED },
    {
      flags: '--warmup <D>',
      doc: 'made before each trial and thrown away (default: 1s)',
      group: MEASURED,
    },
    {
      flags: '--duration <D>',
      doc: "a trial ends after this time (default: the workload's limits, and 10s at most)",
      group: MEASURED,
    },
    { flags: '--count <N>', doc: 'a trial ends after this many records, such as 1M', group: MEASURED },
    { flags: '--bytes <B>', doc: 'a trial ends after this much data, such as 1GiB', group: MEASURED },
    {
      flags: '--rate <R>',
      doc: "max (default), 500/s, stock=5000/s (repeatable), or own for the workload's; below max latency is compared, at max throughput",
      repeat: true,
      group: MADE,
    },
    { flags: '--seed <N>', doc: 'the same seed makes the same events', group: MADE },
    {
      flags: '--brokers <HOST:PORT,…>',
      doc: 'a real Kafka; without it each trial gets a sandbox of its own',
      group: WHERE,
    },
    {
      flags: '--command-config <FILE>',
      doc: "TLS and SASL: a .properties file with Kafka's own names",
      group: WHERE,
    },
    {
      flags: '--topic <SOURCE=NAME>',
      doc: "what a source's topics begin with (repeatable)",
      repeat: true,
      group: WHERE,
    },
    { flags: '--partitions <N>', doc: 'partitions of each topic (default: 6)', group: WHERE },
    { flags: '--replication-factor <N>', doc: "their replicas (default: the broker's)", group: WHERE },
    { flags: '--keep-topics', doc: 'leave the topics of all trials where they are', group: WHERE },
    {
      flags: '--sandbox-fault <SPEC>',
      doc: 'a fault of the sandbox, such as produce:delay=50ms (repeatable); `eventmill sandbox --help` lists them',
      repeat: true,
      group: WHERE,
    },
    {
      flags: '--sandbox-nodes <N>',
      doc: 'brokers of the sandbox, 1 to 9 (default: 1)',
      group: WHERE,
    },
    {
      flags: '--sandbox-memory <B>',
      doc: 'what the sandbox keeps for reading back (default: a quarter of what is free, 256MiB to 1GiB)',
      group: WHERE,
    },
    {
      flags: '--report <DIR>',
      doc: 'write report.html, report.md, report.json and trials.csv there; an unfinished comparison in it goes on',
      group: TOLD,
    },
    { flags: '--resume <DIR>', doc: 'go on with the interrupted comparison in this folder', group: TOLD },
    {
      flags: '--baseline <FILE>',
      doc: 'the report.json of an earlier comparison, for --fail-if',
      group: TOLD,
    },
    {
      flags: '--fail-if <CONDITION>',
      doc: 'exit 1 if so (repeatable): "throughput < 0.9x", "async: p99 > 50ms", "lost > 0"',
      repeat: true,
      group: TOLD,
    },
    { flags: '--junit <FILE>', doc: 'JUnit XML: a case for each profile and each condition', group: TOLD },
    {
      flags: '--step-summary <FILE>',
      doc: 'append report.md to this file (default: $GITHUB_STEP_SUMMARY, where there is one)',
      group: TOLD,
    },
    { flags: '-q, --quiet', doc: 'print nothing but errors', group: TOLD },
    { flags: '--no-color', doc: 'no colours (NO_COLOR does the same)', group: TOLD },
    { flags: '--log-level <L>', doc: 'error, warn, info or debug (default: info)', group: TOLD },
    { flags: '--verify', doc: 'always done', hidden: true },
    { flags: '--metrics-port <P>', doc: 'only off', hidden: true },
  ],
  notes:
    'Trials are interleaved in rotated order (A B C, B C A, …), each in a process of its own and into fresh topics, and read ' +
    'back when it is over. Ratios are taken between trials of the same round; where their interval includes 1, no difference ' +
    'is shown. Trials that were disturbed (machine busy with something else, throttled by a broker, rate not reached) are closed ' +
    'out by name, and made anew once where that may help. docs/compare.md says more.',
  examples: [
    ['compare', 'the default profiles with the demo workload, into sandboxes'],
    [
      'compare stock-steady --profile sync,async,throughput --trials 5 --report out',
      'five rounds, with a report in a folder',
    ],
    ['compare demo --brokers localhost:9092 --rate 5000/s', 'latency and cost at a rate, on a real Kafka'],
    [
      'compare demo --profile async --sweep lingerMs=0,5,20 --sweep compression=none,lz4',
      'six candidates from one profile',
    ],
    [
      'compare demo --baseline main/report.json --fail-if "throughput<0.9x" --fail-if "lost>0"',
      'in CI: exit 1 when it got slower',
    ],
    ['compare --resume out', 'go on after an interruption'],
  ],
  async check(invocation, context) {
    const { readAsked } = await import('./bodies/compare/asked.js');
    await readAsked(invocation, context);
  },
  async run(invocation, context) {
    const { compareCommand } = await import('./bodies/compare/command.js');
    return compareCommand(invocation, context, compare);
  },
};
export default compare;
