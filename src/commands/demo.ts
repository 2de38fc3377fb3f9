/** `eventmill demo`: what `npm start` runs. */
import type { Command } from '../command.js';

const demo: Command = {
  name: 'demo',
  doc: 'watch stock ticks and pizza orders flow through several profiles; ends by itself after 30 s',
  flags: [
    { flags: '--seed <N>', doc: 'the same seed makes the same events' },
    {
      flags: '--metrics-port <P>',
      doc: 'port of the live page and /metrics, or off (default: 9464, or the next free one)',
    },
    { flags: '--metrics-host <H>', doc: 'address for it (default: 127.0.0.1)' },
    { flags: '-q, --quiet', doc: 'print nothing but errors' },
    { flags: '--no-color', doc: 'no colours (NO_COLOR does the same)' },
    { flags: '--log-level <L>', doc: 'error, warn, info or debug (default: info)' },
  ],
  notes:
    'First the demo workload through durable, throughput and kafkajs side by side, at a gentle rate; then a burst ' +
    'at full speed through kafkajs, async, throughput and lz4, one after another, and a table of the four.',
  examples: [
    ['demo', 'the tour'],
    [
      'run demo --brokers localhost:9092 --duration 0',
      'the same events into a real Kafka, until interrupted',
    ],
  ],
  async run(invocation, context) {
    const { runDemo } = await import('./bodies/demo.js');
    return runDemo(invocation, context);
  },
};
export default demo;
