/** `eventmill sandbox`: the in-memory broker alone. */
import type { Command } from '../command.js';

const sandbox: Command = {
  name: 'sandbox',
  doc: 'start the in-memory Kafka broker alone, on a port',
  flags: [
    { flags: '--port <P>', doc: 'its port, the first one of several; 0 takes any free ones (default: 9092)' },
    { flags: '--nodes <N>', doc: 'brokers, 1 to 9, each on a port of its own (default: 1)' },
    { flags: '--host <H>', doc: 'its address (default: 127.0.0.1)' },
    { flags: '--partitions <N>', doc: 'partitions of topics created on first use (default: 6)' },
    {
      flags: '--min-insync-replicas <N>',
      doc: 'brokers that must be up for acks all, unless a topic says otherwise (default: 1)',
    },
    { flags: '--memory <B>', doc: 'what it keeps, the oldest evicted first (default: 256MiB)' },
    {
      flags: '--fault <SPEC>',
      doc: 'API:what[=value][,matcher…], such as produce:delay=50ms (repeatable)',
      repeat: true,
    },
  ],
  words: {
    title: 'Faults, each with an example',
    rows: [
      ['produce:delay=50ms', 'requests wait before they are carried out'],
      [
        'produce:throttle=200ms,every=10',
        'the answer names a time in which the client is not served (KIP-219)',
      ],
      ['produce:error=NOT_LEADER_OR_FOLLOWER,every=7', 'refused with that code; nothing is done'],
      ['produce:error-after=REQUEST_TIMED_OUT,probability=0.01', 'done, and refused all the same'],
      ['produce:partition-error=NOT_ENOUGH_REPLICAS,topic=t,partition=3', 'only that partition is refused'],
      ['produce:drop,count=2', 'the connection is closed before anything is done'],
      ['produce:drop-after,every=5', 'done, and the connection closed instead of an answer'],
      ['fetch:silence,at=5s,for=2s', 'no answer, now or ever, on that connection; nothing is done'],
      ['produce:silence-after,client=eventmill-*', 'done, and never answered'],
      [
        'produce:lose,at=5s,for=100ms',
        'with acks 0 and 1 answered and lost, as with a leader that dies before its followers have a copy',
      ],
      [
        'produce:leader-move,topic=t,every=100',
        'what the request speaks of is led by the next broker (--nodes 2 or more)',
      ],
      ['broker:leader-move,every=2s', 'all partitions are led by the next broker, each 2 s'],
      [
        'broker:gone=5s,at=10s,node=2',
        'its connections are cut and its port refuses for 5 s; without node each in turn',
      ],
      [
        'produce:gone-after=5s,after=100,count=1',
        'the broker that is called is gone, once it has done what was asked',
      ],
    ],
  },
  notes:
    "API:what[=value][,matcher=value…]: API is one of Kafka's requests, any, or broker (brokers as a whole: by the " +
    'clock with at or every=10s, otherwise counted by Produce requests, and once unless told otherwise). Matchers: ' +
    'client, topic (with * at the end), partition, node; after=N lets N pass, every=N strikes each N-th, every=10s ' +
    'one in that time, count=N at most N, probability=P by chance (seeded), at=5s not before, for=2s no longer (from ' +
    'when it listens; in `run` from the first record). ' +
    'Prints `listening on HOST:PORT` (HOST:PORT,… for several) and serves until SIGINT or SIGTERM, then ends with 0. ' +
    'Memory only, one copy of everything behind all brokers, no transactions: for development and tests, never for ' +
    'data that matters.',
  examples: [
    ['sandbox', 'a broker on 127.0.0.1:9092'],
    [
      'sandbox --port 19092 --fault produce:error=NOT_LEADER_OR_FOLLOWER,every=7',
      'one that sends producers away now and then',
    ],
    ['sandbox --nodes 3 --fault broker:gone=5s,every=20s', 'three brokers that are restarted in turn'],
  ],
  async run(invocation, context) {
    const { serveSandbox } = await import('./bodies/sandbox.js');
    return serveSandbox(invocation, context);
  },
};
export default sandbox;
