/** `eventmill sandbox`: the in-memory broker alone. */
import type { Command } from '../command.js';

const sandbox: Command = {
  name: 'sandbox',
  doc: 'start the in-memory Kafka broker alone, on a port',
  flags: [
    { flags: '--port <P>', doc: 'its port; 0 takes any free one (default: 9092)' },
    { flags: '--host <H>', doc: 'its address (default: 127.0.0.1)' },
    { flags: '--partitions <N>', doc: 'partitions of topics created on first use (default: 6)' },
    { flags: '--memory <B>', doc: 'what it keeps, the oldest evicted first (default: 256MiB)' },
    {
      flags: '--fault <SPEC>',
      doc: 'API:what[=value][,matcher…], such as produce:delay=50ms (repeatable)',
      repeat: true,
    },
  ],
  notes:
    'Prints `listening on HOST:PORT` and serves until SIGINT or SIGTERM, then ends with 0. One node, memory only, ' +
    'no transactions: for development and tests, never for data that matters.',
  examples: [
    ['sandbox', 'a broker on 127.0.0.1:9092'],
    [
      'sandbox --port 19092 --fault produce:error=NOT_LEADER_OR_FOLLOWER,every=7',
      'one that sends producers away now and then',
    ],
  ],
  async run(invocation, context) {
    const { serveSandbox } = await import('./bodies/sandbox.js');
    return serveSandbox(invocation, context);
  },
};
export default sandbox;
