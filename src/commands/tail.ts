/** `eventmill tail`: a topic's records as they come. */
import type { Command } from '../command.js';

const tail: Command = {
  name: 'tail',
  arguments: [{ name: 'TOPIC', doc: 'the topic to read' }],
  doc: 'print records as they come: partition, offset, timestamp, key, value, headers',
  flags: [
    {
      flags: '--brokers <HOST:PORT,…>',
      doc: 'where to read (default: EVENTMILL_BROKERS, or 127.0.0.1:9092)',
    },
    { flags: '--command-config <FILE>', doc: "TLS and SASL: a .properties file with Kafka's own names" },
    { flags: '--from <WHERE>', doc: 'beginning, end, or an offset for all partitions (default: end)' },
    { flags: '-n, --count <N>', doc: 'end after so many records' },
    { flags: '--json', doc: 'one JSON object a line' },
    { flags: '--no-color', doc: 'no colours (NO_COLOR does the same)' },
  ],
  notes:
    'On a terminal the columns are aligned; in a pipe they are separated by tabs, with tabs and line ends ' +
    'inside of them escaped. Ends when interrupted (130) or after --count (0).',
  examples: [
    ['tail stock_price_updates', 'what comes from now on'],
    ['tail new_pizza_orders --from beginning --count 5', 'the first five'],
    [
      'tail stock_price_updates --brokers localhost:9092 --json | jq .value.price',
      'prices, from a real Kafka',
    ],
  ],
  async run(invocation, context) {
    const { tailTopic } = await import('./bodies/tail.js');
    return tailTopic(invocation, context);
  },
};
export default tail;
