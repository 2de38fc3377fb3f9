/** A topic's records shown as they come. */
import type { Context, Invocation } from '../../command.js';
import { integer, parseTopic } from '../../config/formats.js';
import { EventmillError } from '../../errors.js';
import { loadCodecsById } from '../../lanes.js';
import { wantsColor } from '../../paint.js';
import { TopicReader } from '../../transport/read.js';
import { expected, type Parsed } from '../../units.js';
import { clientOf, environmentFlags } from './client-flags.js';
import { drained } from './drain.js';
import { FlagReader } from './flag-reader.js';
import { recordFormat } from './record-format.js';

const DEFAULT_BROKERS: readonly string[] = ['127.0.0.1:9092'];
/** Long enough for a topic that was created this moment to be known. */
const UNKNOWN_TOPIC_MS = 1_000;
const OFFSETS = integer(0, Number.MAX_SAFE_INTEGER);

export async function tailTopic(
  { arguments: [name = ''], flags }: Invocation,
  context: Context,
): Promise<number> {
  const reader = new FlagReader({ ...environmentFlags(context.environment), ...flags });
  const from = reader.read('from', parseFrom, 'end' as const);
  const count = reader.read('count', integer(1, Number.MAX_SAFE_INTEGER).parse, Number.POSITIVE_INFINITY);
  const { brokers, security, clientId, warnings } = clientOf(reader);
  reader.settle();
  for (const warning of warnings) context.stderr.write(`warning: ${warning}\n`);
  const topic = parseTopic(name);
  if ('problem' in topic) throw new EventmillError('USAGE', topic.problem);
  const { stdout } = context;
  const format = recordFormat({
    json: reader.has('json'),
    terminal: stdout.isTTY === true,
    color: wantsColor(stdout, context.environment, flags['color'] !== false),
  });
  const topicReader = new TopicReader({
    brokers: brokers.length > 0 ? brokers : DEFAULT_BROKERS,
    topic: topic.value,
    clientId: clientId ?? 'eventmill-tail',
    security,
    clock: context.clock,
    codecs: await loadCodecsById(),
    unknownTopicMs: UNKNOWN_TOPIC_MS,
  });
  try {
    return await follow(topicReader, from, count, (text) => stdout.write(text), format, context);
  } finally {
    topicReader.close();
  }
}

/** Polls until `count` records were shown (0), a signal came (130), or nobody reads any more (0). */
async function follow(
  reader: TopicReader,
  from: 'beginning' | 'end' | number,
  count: number,
  write: (text: string) => boolean,
  format: ReturnType<typeof recordFormat>,
  context: Context,
): Promise<number> {
  await reader.connect();
  if (typeof from === 'number')
    for (const partition of reader.partitions) reader.positions.set(partition, from);
  else for (const [partition, offset] of await reader.offsets(from)) reader.positions.set(partition, offset);
  let interrupted = false;
  const stop = () => {
    interrupted = true;
  };
  const unhandle = context.signals.handle({ first: stop, second: stop });
  let left = count;
  try {
    while (left > 0 && !interrupted && !context.closed.aborted) {
      let flowing = true;
      await reader.poll((record) => {
        if (left <= 0) return;
        left--;
        flowing = write(format(record));
      });
      // A slow reader of the pipe holds the polling, so that memory stays bounded.
      if (!flowing) await drained(context.stdout, context.closed);
    }
  } finally {
    unhandle();
  }
  return interrupted ? 130 : 0;
}

function parseFrom(raw: string): Parsed<'beginning' | 'end' | number> {
  if (raw === 'beginning' || raw === 'end') return { value: raw };
  const offset = OFFSETS.parse(raw);
  return 'value' in offset ? offset : expected('beginning, end or an offset', raw);
}
