/** What is asked of a run, and what one gives back. */
import type { Controls } from './controls.js';
import type { Peeked } from './source.js';
import type { Clock, Profile, Security, Shard, Snapshot, Workload } from './types.js';

export interface RunRequest {
  readonly workload: Workload;
  readonly profiles: readonly Profile[];
  /** How many threads make and send each profile's events; 1 unless given. */
  readonly workers?: number;
  /** Which part of the whole is made; all of it unless given. */
  readonly shard?: Shard;
  /** host:port, …; without them the sandbox is started in the process, if a driver needs a broker. */
  readonly brokers?: readonly string[];
  /** TLS and SASL for those brokers; plain text without. */
  readonly security?: Security;
  /** What brokers know each profile's producer by; `eventmill-PROFILE` by default. */
  readonly clientId?: string;
  readonly sandbox?: {
    readonly faults?: readonly string[];
    readonly memoryBytes?: number;
    /** How many brokers; 1. */
    readonly nodes?: number;
    /** How many of them must be up for acks all; 1. */
    readonly minInsyncReplicas?: number;
  };
  /** Asked for explicitly: a topic that has another number is then refused. */
  readonly partitions?: number;
  readonly replicationFactor?: number;
  /** Whether missing topics are created; true by default. */
  readonly createTopics?: boolean;
  /** false: profiles one after another, each on a machine that does nothing else. */
  readonly sideBySide?: boolean;
  /** For the driver `file`. */
  readonly folder?: string;
  readonly envelope?: boolean;
  /** For the driver `stdout`. */
  readonly output?: NodeJS.WritableStream;
  /** A file that is told of every event that came wrong on purpose; see manifest.ts. */
  readonly manifest?: string;
  /** Hash what is made, so that two runs can be compared; see verify/digest.ts. */
  readonly digest?: boolean;
  /** What every profile's digest must be; anything else is a failure. */
  readonly expectDigest?: string;
  /** Read everything back at the end and judge it. */
  readonly verify?: boolean;
  /** A file that is given the counts every few milliseconds, for whoever outlives this process; see pulse.ts. */
  readonly pulse?: string;
  readonly clock?: Clock;
  readonly warn?: (message: string) => void;
}

export interface RunResult {
  readonly snapshot: Snapshot;
  readonly exitCode: 0 | 1 | 130;
  /** Why it is not 0, in words. */
  readonly reasons: readonly string[];
  /** Worth knowing, though no promise was broken by it. */
  readonly remarks: readonly string[];
}

export interface Run {
  /** Facts worth knowing before it begins, such as the broker's address. */
  readonly lines: readonly string[];
  /** What may be changed by hand while it goes on. */
  readonly controls: Controls;
  snapshot(): Snapshot;
  /** Shows the next `count` events of each source as they are made, of the first profile that makes any; costs nothing otherwise. */
  peek(count: number, show: (event: Peeked) => void): void;
  /** Ends it in order: nothing more is made, what was made is sent. */
  stop(): void;
  /** Ends it at once; what is under way is given up. */
  abort(): void;
  /** Does not reject: whatever happens after the start is told in the result. */
  readonly done: Promise<RunResult>;
}
