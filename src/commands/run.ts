/** `eventmill run`: the main job. */
import type { Command } from '../command.js';

const MADE = 'What is made:';
const SENT = 'How it is sent:';
const WHERE = 'Where to:';
const SHOWN = 'What is shown:';

const run: Command = {
  name: 'run',
  arguments: [
    {
      name: 'WORKLOAD',
      doc: 'a name in `eventmill list workloads`, or the path of a JSON file (default: demo)',
      optional: true,
    },
  ],
  doc: 'make the events of a workload and produce them',
  flags: [
    {
      flags: '--rate <R>',
      doc: 'total rate over all sources: 500/s, 30/min, max or natural; or of one: stock=5000/s (repeatable)',
      repeat: true,
      group: MADE,
    },
    { flags: '--duration <D>', doc: 'stop after this time, such as 30s; 0: until interrupted', group: MADE },
    { flags: '--count <N>', doc: 'stop after this many records in each profile, such as 200k', group: MADE },
    { flags: '--bytes <B>', doc: 'stop after this much data in each profile, such as 1GiB', group: MADE },
    { flags: '--seed <N>', doc: 'the same seed makes the same events', group: MADE },
    {
      flags: '--backfill <D>',
      doc: 'begin so long ago (7d) or then (2026-01-31): first the past as fast as it goes, then live without a gap',
      group: MADE,
    },
    {
      flags: '--disorder <KIND=P>',
      doc: 'what goes wrong with events, labelled: late=0.01, stock.duplicate=1%, lateBy=10s (repeatable)',
      repeat: true,
      group: MADE,
    },
    {
      flags: '--profile <A,B>',
      doc: 'profiles to run side by side, each with topics of its own (default: async)',
      group: SENT,
    },
    {
      flags: '--driver <NAME>',
      doc: 'kafka, kafkajs, null, stdout, file, or a path; for all profiles of this run',
      group: SENT,
    },
    {
      flags: '--set <KEY=VALUE>',
      doc: 'a setting for all profiles of this run (repeatable)',
      repeat: true,
      group: SENT,
    },
    {
      flags: '--brokers <HOST:PORT,…>',
      doc: 'a real Kafka; without it a sandbox broker is started in this process',
      group: WHERE,
    },
    {
      flags: '--command-config <FILE>',
      doc: "TLS and SASL: a .properties file with Kafka's own names",
      group: WHERE,
    },
    {
      flags: '--topic <SOURCE=NAME>',
      doc: "another topic for a source's events (repeatable)",
      repeat: true,
      group: WHERE,
    },
    {
      flags: '--key <SOURCE=FIELD>',
      doc: "another field as the key of a source's records, or none: stock=venue (repeatable)",
      repeat: true,
      group: MADE,
    },
    { flags: '--partitions <N>', doc: 'partitions of topics that are created (default: 6)', group: WHERE },
    { flags: '--replication-factor <N>', doc: "their replicas (default: the broker's)", group: WHERE },
    { flags: '--no-create-topics', doc: 'fail when a topic is missing', group: WHERE },
    { flags: '--out <FOLDER>', doc: 'for the driver file: one TOPIC.jsonl per topic in it', group: WHERE },
    {
      flags: '--envelope',
      doc: 'for file and stdout: { key, value, timestamp, headers } instead of the value alone',
      group: WHERE,
    },
    {
      flags: '--sandbox-fault <SPEC>',
      doc: 'a fault of the sandbox, such as produce:delay=50ms (repeatable); `eventmill sandbox --help` lists them',
      repeat: true,
      group: WHERE,
    },
    {
      flags: '--sandbox-nodes <N>',
      doc: 'brokers of the sandbox, 1 to 9, each on a port of its own (default: 1)',
      group: WHERE,
    },
    {
      flags: '--sandbox-min-insync-replicas <N>',
      doc: 'of these, how many must be up for acks all (default: 1)',
      group: WHERE,
    },
    {
      flags: '--sandbox-memory <B>',
      doc: 'what the sandbox keeps, oldest evicted first (default: 256MiB)',
      group: WHERE,
    },
    {
      flags: '--crash-after <D>',
      doc: 'a lesson: kill the producing process after this time, and tell what died with it (default profiles: sync,async)',
      group: SHOWN,
    },
    {
      flags: '--verify',
      doc: 'read everything back and check it: lost, duplicated, out of order, corrupted',
      group: SHOWN,
    },
    {
      flags: '--show <A,B>',
      doc: 'tables at the end: partitions, batches, latency',
      group: SHOWN,
    },
    {
      flags: '--manifest <FILE>',
      doc: 'write what --disorder did to which event, as JSON lines',
      group: SHOWN,
    },
    { flags: '--summary <FILE>', doc: 'write the figures as JSON, each second and at the end', group: SHOWN },
    {
      flags: '--metrics-port <P>',
      doc: 'port of the live page and /metrics, or off (default: 9464, or the next free one)',
      group: SHOWN,
    },
    {
      flags: '--metrics-host <H>',
      doc: 'address for it; 0.0.0.0 opens it to other machines (default: 127.0.0.1)',
      group: SHOWN,
    },
    {
      flags: '--metrics-hold <D>',
      doc: 'keep it up for so long after the run, for a last scrape',
      group: SHOWN,
    },
    {
      flags: '--metrics-file <FILE>',
      doc: 'write the metrics into a file too, such as eventmill.prom for node_exporter',
      group: SHOWN,
    },
    {
      flags: '--pushgateway <URL>',
      doc: 'push the metrics to a Prometheus Pushgateway too, while it runs and at the end',
      group: SHOWN,
    },
    {
      flags: '--reporter <NAME>',
      doc: 'terminal, lines, none, or a path (default: terminal on a terminal, else lines)',
      group: SHOWN,
    },
    { flags: '-q, --quiet', doc: 'print nothing but errors', group: SHOWN },
    { flags: '--no-color', doc: 'no colours (NO_COLOR does the same)', group: SHOWN },
    { flags: '--log-level <L>', doc: 'error, warn, info or debug (default: info)', group: SHOWN },
    {
      flags: '--digest',
      doc: 'tell the digest of what was made: the same events have the same one',
      group: SHOWN,
    },
    {
      flags: '--expect-digest <HEX>',
      doc: 'fail with exit 1 unless every profile has this digest',
      group: SHOWN,
    },
    { flags: '--pulse <FILE>', doc: 'counts every few milliseconds, for --crash-after', hidden: true },
    {
      flags: '--workers <N>',
      doc: 'threads that make and send the events of each profile, each a producer with keys of its own (default: 1)',
      group: MADE,
    },
    {
      flags: '--shard <I/N>',
      doc: 'make part I (from 0) of N of the run; rates and limits are those of the whole',
      group: MADE,
    },
  ],
  notes:
    'Each of these can also be set as EVENTMILL_NAME, such as EVENTMILL_BROKERS; a flag wins. ' +
    'The limits of the command line replace all of the workload; the first one reached ends the run.',
  examples: [
    ['run', 'the demo workload into a sandbox'],
    ['run stock-steady --rate 5000/s --duration 1m', 'stock ticks at a rate, for a minute'],
    ['run demo --profile durable,throughput,kafkajs', 'the same events through three profiles'],
    ['run demo --brokers localhost:9092 --duration 0', 'into a real Kafka, until interrupted'],
    [
      'run demo --count 200k --rate max --verify --summary out.json',
      'as fast as it goes, read back and checked',
    ],
    ['run demo --rate max --workers 2 --brokers localhost:9092', 'as fast as two threads can'],
    [
      'run demo --brokers localhost:9092 --shard 0/4',
      'the first of four processes that make one run together',
    ],
    ['run lunch-rush --driver stdout --envelope --count 1000 | jq .key', 'as JSON lines, into a pipe'],
    [
      'run demo --sandbox-fault broker:gone=5s,at=5s --verify',
      'a broker that is gone for 5 s: what was lost?',
    ],
    [
      'run demo --rate 20000/s --sandbox-fault produce:delay=50ms --crash-after 5s',
      'kill -9 in the middle, sync against async',
    ],
    [
      'run demo --disorder late=1%,duplicate=0.5%,malformed=0.1% --manifest truth.jsonl --verify',
      'events that come wrong, and which',
    ],
    [
      'run demo --rate natural --backfill 7d --duration 0 --brokers localhost:9092',
      'a week of history, then what happens now',
    ],
    ['run demo --set lingerMs=20 --sandbox-fault produce:delay=50ms', 'a slow broker and a longer linger'],
  ],
  async check(invocation, context) {
    const { readRun } = await import('./bodies/run.js');
    await readRun(invocation, context);
  },
  async run(invocation, context) {
    // A run that is interrupted while it loads leaves a summary too.
    if (invocation.flags['crashAfter'] === undefined) context.signals.hold();
    const { runCommand } = await import('./bodies/run.js');
    return runCommand(invocation, context);
  },
};
export default run;
