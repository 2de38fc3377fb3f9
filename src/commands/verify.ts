/** `eventmill verify`: a run's topics read back and checked. */
import type { Command } from '../command.js';

const verify: Command = {
  name: 'verify',
  doc: "read a run's topics back and check them: lost, duplicated, out of order, corrupted",
  flags: [
    { flags: '--summary <FILE>', doc: 'what a run has claimed: the file that its --summary wrote' },
    {
      flags: '--brokers <HOST:PORT,…>',
      doc: "where to read (default: EVENTMILL_BROKERS, or the summary's; without a summary 127.0.0.1:9092)",
    },
    { flags: '--command-config <FILE>', doc: "TLS and SASL: a .properties file with Kafka's own names" },
    { flags: '--topic <NAME>', doc: 'without a summary: the topic to check, or SOURCE=NAME' },
    { flags: '--workload <W>', doc: 'without a summary: what made it, a name or a path (default: demo)' },
    { flags: '--seed <N>', doc: "without a summary: the run's seed (default: the workload's)" },
    { flags: '--json', doc: 'one JSON object' },
  ],
  notes:
    'Each value is compared with what the seed makes again; timestamp and promisedAt are taken from the record ' +
    'unless time was simulated. With a summary only the offsets that it names are read. Without one nobody knows ' +
    'where the run ended: records missing behind the last one of their key cannot be noticed. Exit codes: 0 the ' +
    "profiles' promises were kept, 1 they were not, 2 nothing could be checked.",
  examples: [
    ['verify --summary out.json', 'the run that wrote it'],
    ['verify --summary out.json --brokers localhost:9092', 'the same, from another address'],
    [
      'verify --topic new_pizza_orders --workload demo --seed 42 --brokers localhost:9092',
      'all of a topic, without a summary',
    ],
  ],
  async run(invocation, context) {
    const { verifyCommand } = await import('./bodies/verify.js');
    return verifyCommand(invocation, context);
  },
};
export default verify;
