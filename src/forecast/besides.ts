/** What a run does beside making and sending records: a line for each flag that asks for it, so that none is passed over in silence. */
import type { RunSettings } from '../config/run-settings.js';
import { KINDS } from '../disorder.js';
import { bytes, count, milliseconds, plural } from '../figures.js';
import type { Profile, SecurityProtocol, Shard, WorkloadSource } from '../types.js';

/** One thing that would happen. */
export interface Beside {
  /** The flag that asks for it. */
  readonly flag: string;
  /** A sentence without a full stop. */
  readonly text: string;
}

/** What was asked for, where it was. */
export interface Circumstances
  extends Partial<
    Pick<
      RunSettings,
      | 'createTopics'
      | 'digest'
      | 'envelope'
      | 'expectDigest'
      | 'manifest'
      | 'out'
      | 'replicationFactor'
      | 'sandboxFault'
      | 'sandboxMemory'
      | 'sandboxMinInsyncReplicas'
      | 'sandboxNodes'
      | 'verify'
    >
  > {
  /** Of a file with client settings. */
  readonly security?: SecurityProtocol | undefined;
  /** Of the workload. */
  readonly faults?: readonly string[];
  /** When the process is killed, ms after its first record. */
  readonly crashAfterMs?: number;
}

interface Asked extends Circumstances {
  readonly shard: Shard;
  readonly workers: number;
  readonly profiles: readonly Profile[];
  /** In each profile; null where only running it tells. */
  readonly records: number | null;
  readonly sources: readonly WorkloadSource[];
}

interface Line {
  readonly flag: string;
  /** Undefined where it was not asked for. */
  readonly say: (asked: Asked) => string | undefined;
}

const LINES: readonly Line[] = [
  {
    flag: '--shard',
    say: ({ shard: { index, of } }) =>
      when(
        of > 1,
        `part ${index} of 0 to ${of - 1}: the records whose keys are its own, and their rates; limits are counted over all parts`,
      ),
  },
  { flag: '--workers', say: workers },
  {
    flag: '--sandbox-nodes',
    say: ({ sandboxNodes: nodes }) =>
      given(nodes, (brokers) => `${plural(brokers, 'broker')}, each on a port of its own`),
  },
  {
    flag: '--sandbox-min-insync-replicas',
    say: ({ sandboxMinInsyncReplicas }) =>
      given(
        sandboxMinInsyncReplicas,
        (least) => `acks all is refused while fewer than ${plural(least, 'replica')} are up`,
      ),
  },
  {
    flag: '--sandbox-memory',
    say: ({ sandboxMemory }) =>
      given(
        sandboxMemory,
        (memory) => `the sandbox keeps the newest ${bytes(memory)}, and evicts what is older`,
      ),
  },
  { flag: '--sandbox-fault', say: faults },
  {
    flag: '--replication-factor',
    say: ({ replicationFactor }) =>
      given(replicationFactor, (copies) => `topics that are created get ${plural(copies, 'replica')}`),
  },
  {
    flag: '--no-create-topics',
    say: ({ createTopics }) =>
      when(createTopics === false, 'a topic that is missing ends it before the first record'),
  },
  {
    flag: '--command-config',
    say: ({ security }) => given(security, (protocol) => `the brokers are spoken to in ${protocol}`),
  },
  {
    flag: '--out',
    say: ({ out }) =>
      given(out, (folder) => `a file TOPIC.jsonl for each topic in ${folder}, in place of one that is there`),
  },
  {
    flag: '--envelope',
    say: ({ envelope }) =>
      when(envelope, 'lines are { key, value, timestamp, headers } instead of the value alone'),
  },
  { flag: '--disorder', say: spoiled },
  {
    flag: '--manifest',
    say: ({ manifest }) =>
      given(manifest, (file) => `${file} gets a line for each event that something was done to`),
  },
  {
    flag: '--verify',
    say: ({ verify }) =>
      when(
        verify,
        'everything is read back and compared with what the seed makes; what is lost or wrong, against the promise of its profile, ends it with exit 1',
      ),
  },
  {
    flag: '--digest',
    say: ({ digest }) => when(digest, 'what is made is hashed, in all and by topic, and told at the end'),
  },
  {
    flag: '--expect-digest',
    say: ({ expectDigest }) =>
      given(
        expectDigest,
        (digest) => `what is made is hashed, and anything but ${digest} ends it with exit 1`,
      ),
  },
  {
    flag: '--crash-after',
    say: ({ crashAfterMs }) =>
      given(
        crashAfterMs,
        (ms) =>
          `the process is killed ${milliseconds(ms)} after its first record: what its buffers hold then is never sent`,
      ),
  },
];

function when(asked: boolean | undefined, text: string): string | undefined {
  return asked === true ? text : undefined;
}

function given<T>(value: T | undefined, text: (value: T) => string): string | undefined {
  return value === undefined ? undefined : text(value);
}

/** All that was asked for, in the order of `LINES`. */
export function besides(asked: Asked): Beside[] {
  return LINES.flatMap(({ flag, say }) => {
    const text = say(asked);
    return text === undefined ? [] : [{ flag, text }];
  });
}

function workers({ workers: threads, profiles }: Asked): string | undefined {
  if (threads === 1) return undefined;
  const [first] = profiles;
  const each = profiles.length === 1 ? ` of ${bytes(first!.settings.bufferBytes)}` : '';
  return `${threads} threads for each profile, each a producer with keys, connections and a buffer${each} of its own`;
}

function faults({ sandboxFault = [], faults: ofWorkload = [] }: Asked): string | undefined {
  const all = [...ofWorkload.map((fault) => `${fault} (the workload's own)`), ...sandboxFault];
  return all.length === 0 ? undefined : all.join(', ');
}

/** How many events each kind of disorder is expected to befall, where it is known how many there are. */
function spoiled({ sources, records }: Asked): string | undefined {
  const parts = sources.flatMap(({ name, disorder }) => {
    const kinds = KINDS.flatMap((kind) => {
      const share = disorder?.[kind] ?? 0;
      return share === 0 ? [] : [`${kind} ${Number((100 * share).toPrecision(3))} %`];
    });
    return kinds.length === 0 ? [] : [`${name}: ${kinds.join(', ')}`];
  });
  if (parts.length === 0) return undefined;
  return `${parts.join('; ')} of the events${records === null ? '' : ` (${count(records)} records in all)`}`;
}
