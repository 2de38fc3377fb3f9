import { EventmillError } from '../errors.js';

/** What a sandbox can be asked for; everything has a default. */
export interface SandboxOptions {
  /** Of the first broker; the others have those behind it. 0: any free ones. */
  readonly port?: number;
  /** How many brokers, each on a port of its own: 1. */
  readonly nodes?: number;
  /** Where to listen: 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** Of topics that are created on first use, or without saying how many: 6. */
  readonly partitions?: number;
  /** What topics have unless they say otherwise: 1. */
  readonly minInsyncReplicas?: number;
  /** What all records together may take, in bytes: 256 MiB. The oldest go first. */
  readonly memoryBytes?: number;
  /** Fault specs, such as `produce:delay=50ms`. */
  readonly faults?: readonly string[];
  /** Whether the times of faults count from `cue()`; otherwise from when they were set. */
  readonly faultsAwaitCue?: boolean;
  /** For faults that strike by chance: 1. */
  readonly seed?: number;
  /** Whether topics are created on first use: yes. */
  readonly autoCreateTopics?: boolean;
  /**
   * A client id, or the beginning of one with `*` behind it: what this client has not fetched yet is not evicted.
   * Produce waits instead, which slows producers down to the pace of the reader.
   */
  readonly holdFor?: string;
}

export type Settings = Required<Omit<SandboxOptions, 'holdFor'>> & Pick<SandboxOptions, 'holdFor'>;

export interface SandboxStats {
  readonly topics: number;
  readonly partitions: number;
  /** Appended since the start. */
  readonly records: number;
  /** Batches as appended since the start, in bytes. */
  readonly bytes: number;
  /** The memory that logs take now, in bytes. */
  readonly heldBytes: number;
  readonly evictedRecords: number;
  /** How often a Produce has waited for the reader of `holdFor`, and how often in vain. */
  readonly held: { readonly waits: number; readonly stalls: number };
  /** Open now. */
  readonly connections: number;
  /** Requests by API. */
  readonly requests: Readonly<{ [api: string]: number }>;
  /** How often each fault has struck, by its spec. */
  readonly faults: Readonly<{ [spec: string]: number }>;
  /** User and system time of the sandbox's own thread; null where the platform does not tell. */
  readonly cpuSeconds: number | null;
}

const DEFAULTS: Settings = {
  port: 0,
  nodes: 1,
  host: '127.0.0.1',
  partitions: 6,
  minInsyncReplicas: 1,
  memoryBytes: 256 * 1024 * 1024,
  faults: [],
  faultsAwaitCue: false,
  seed: 1,
  autoCreateTopics: true,
};

const MEMORY_BYTES_MIN = 1024 * 1024;
const PARTITIONS_MAX = 10_000;
export const NODES_MAX = 9;

/** Completes the options with defaults. Throws an EventmillError (CONFIG) with a line for each that cannot be. */
export function settle(options: SandboxOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: Settings = { ...DEFAULTS, ...Object.fromEntries(given) };
  const problems = [
    between('nodes', settings.nodes, 1, NODES_MAX),
    between('port', settings.port, 0, 65_536 - (settings.port === 0 ? 1 : settings.nodes)),
    between('minInsyncReplicas', settings.minInsyncReplicas, 1, NODES_MAX),
    between('partitions', settings.partitions, 1, PARTITIONS_MAX),
    between('memoryBytes', settings.memoryBytes, MEMORY_BYTES_MIN, Number.MAX_SAFE_INTEGER),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new EventmillError('CONFIG', problems.join('\n'));
  return settings;
}

function between(name: string, value: number, least: number, most: number): string | undefined {
  if (Number.isInteger(value) && value >= least && value <= most) return undefined;
  return `sandbox ${name}: expected a whole number from ${least} to ${most}, got ${value}`;
}
