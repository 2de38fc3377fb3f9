/** `eventmill console`: kafka-console-producer's flags, lines from standard input. */
import type { Command, Flag } from '../command.js';

const WHERE = 'Where to:';
const LINES = 'How lines become records:';
const BATCHES = 'How they are batched:';
const SENT = 'How they are sent:';
const FILES = 'Settings by name:';

/** Kafka's tool takes each of these once; read as a list, a second one is seen and refused. */
const once = (flags: string, group: string, doc: string): Flag => ({ flags, doc, group, repeat: true });
const repeatable = once;

const consoleCommand: Command = {
  name: 'console',
  doc: 'send lines of standard input to a topic, as kafka-console-producer does',
  looseArguments: true,
  flags: [
    once(
      '--bootstrap-server <HOST:PORT,…>',
      WHERE,
      'the broker, or several of them, to ask first (required)',
    ),
    { ...once('--broker-list <HOST:PORT,…>', WHERE, 'its name until Kafka 3'), hidden: true },
    once('--topic <TOPIC>', WHERE, 'the topic (required); the broker creates it if it is set up to'),
    once('--partition <N>', WHERE, "one partition for all records; Kafka's tool has no such flag"),

    repeatable(
      '--property <KEY=VALUE>',
      LINES,
      'parse.key=false, key.separator=TAB, parse.headers=false, headers.delimiter=TAB, headers.separator=",", ' +
        'headers.key.separator=":", ignore.error=false, null.marker (repeatable)',
    ),
    repeatable('--reader-property <KEY=VALUE>', LINES, 'the same'),
    once('--reader-config <FILE>', LINES, 'a file of such properties; --property wins'),
    { ...once('--line-reader <CLASS>', LINES, 'a class of Java’s'), hidden: true },

    once('--batch-size <BYTES>', BATCHES, 'bytes in a batch, and records in one, at most (default: 16384)'),
    once('--max-batch-size <BYTES>', BATCHES, 'the same, by its old name'),
    once('--max-partition-memory-bytes <BYTES>', BATCHES, 'bytes in a batch; wins over --batch-size (16384)'),
    once('--max-memory-bytes <BYTES>', BATCHES, 'memory for all records that wait (default: 33554432)'),
    once('--timeout <MS>', BATCHES, 'how long a batch waits for more records (default: 1000)'),
    once(
      '--compression-codec [CODEC]',
      BATCHES,
      'none, gzip, snappy, lz4 or zstd; gzip when bare (default: none)',
    ),

    { flags: '--sync', doc: 'one record at a time: the next waits for its acknowledgement', group: SENT },
    once('--request-required-acks <ACKS>', SENT, 'all (or -1), 1 or 0 (default: -1)'),
    once('--request-timeout-ms <MS>', SENT, 'how long to wait for the answer to a request (default: 1500)'),
    once('--message-send-max-retries <N>', SENT, 'attempts after the first one (default: 3)'),
    once('--retry-backoff-ms <MS>', SENT, 'the pause before a retry; it grows (default: 100)'),
    once(
      '--max-block-ms <MS>',
      SENT,
      'how long a record may wait for the topic, or for room (default: 60000)',
    ),
    once('--metadata-expiry-ms <MS>', SENT, 'how often to ask who leads what (default: 300000)'),
    once('--socket-buffer-size <BYTES>', SENT, 'taken, and without effect: Node leaves it to the system'),

    repeatable('--producer-property <KEY=VALUE>', FILES, "a producer config by Kafka's name (repeatable)"),
    { ...repeatable('--command-property <KEY=VALUE>', FILES, 'the same'), hidden: true },
    once('--producer.config <FILE>', FILES, 'a .properties file of such configs; --producer-property wins'),
    once('--command-config <FILE>', FILES, 'the same'),
    { flags: '--version', doc: 'print the version', group: FILES },
  ],
  notes:
    "Defaults are those of Kafka 4.1's tool, and so is the meaning of the exit code: 0 even if records were lost, " +
    'unless --sync; every loss is told. 1 a line could not be read or, with --sync, a record was lost; what was ' +
    'read before is sent. 2 bad command line. 130 interrupted, after what was read is sent. On a terminal > asks ' +
    'for a line, and Ctrl-D ends. A flag wins over --producer-property, and that over a file.',
  examples: [
    ['console --bootstrap-server localhost:9092 --topic test', 'type lines, end with Ctrl-D'],
    [
      'console --bootstrap-server localhost:9092 --topic test --property parse.key=true --property key.separator=:',
      'lines such as key:value',
    ],
    [
      'console --bootstrap-server localhost:9092 --topic test --compression-codec zstd --timeout 5 < lines.txt',
      'a file, compressed',
    ],
    [
      'console --bootstrap-server localhost:9092 --topic test --sync --request-required-acks all < lines.txt',
      'each record acknowledged before the next is sent',
    ],
  ],
  async check({ flags }) {
    const { consoleSettings } = await import('../console/settings.js');
    consoleSettings(flags, () => {});
  },
  async run(invocation, context) {
    const body = await import('./bodies/console.js');
    return body.consoleCommand(invocation, context);
  },
};
export default consoleCommand;
