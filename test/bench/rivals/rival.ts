/** What every producer in the comparison is asked to do: the same records, sent in the same way, by a process of its own. */
import type { Payload } from '../payload.js';

/** What is sent, and what is asked of the broker. */
export interface Terms {
  readonly generator: string;
  readonly compression: string;
  readonly acks: '1' | 'all';
}

export interface Task extends Terms {
  /** host:port of the one broker. */
  readonly broker: string;
  /** A topic of its own, which is there and empty. */
  readonly topic: string;
  readonly records: number;
  /** For those that run up to a time. */
  readonly seconds: number;
  /** Keys and values as our generator makes them, to be sent over and over. */
  readonly payload: Payload;
}

/** What a producer says of itself, and what the system says that it took. */
export interface Effort {
  /** Those that it says were acknowledged. */
  readonly records: number;
  /** By its own clock, from its first record to the last acknowledgement. */
  readonly seconds: number;
  /** User and system time of the whole process, its start and all of its threads included. */
  readonly cpuSeconds: number;
}

/** A producer that is here and works. */
export interface Rival {
  /** What it is, with its version. */
  readonly title: string;
  /** Whether it sends our keys too; Kafka's own tool of this version has none. */
  readonly keyed: boolean;
  /** It runs for `Task.seconds`, and not up to `Task.records`. */
  readonly timed?: boolean;
  produce(task: Task): Promise<Effort>;
}

export interface RivalKind {
  /** One line for the table. */
  readonly doc: string;
  /** Fetches and builds what it needs into the cache; rejects with the reason why it cannot be had. */
  open(): Promise<Rival>;
}

/** The same for all: what `kafka-producer-perf-test` calls batch.size, linger.ms and buffer.memory. */
export const BATCH_BYTES = 64 * 1024;
export const LINGER_MS = 5;
export const BUFFER_BYTES = 32 * 1024 * 1024;
/**
 * What the sources are told. With a few symbols half of all trades are of one partition; 200 are what the workload
 * `stock-steady` has. A pizza order has about 600 bytes when it is placed and a third of that in what follows: all are
 * filled up to that size.
 */
export const SOURCES: {
  readonly [generator: string]: {
    readonly options?: { readonly [name: string]: number };
    readonly valueBytes?: number;
  };
} = {
  stock: { options: { symbols: 200 } },
  pizza: { valueBytes: 600 },
};
/** Where a codec has levels, all use this one; the others have one way only. */
export const LEVELS: { readonly [codec: string]: number } = { gzip: 6, zstd: 3 };

/** As Kafka's own producer does it unless told otherwise: numbered batches wherever all replicas are asked. */
export const isIdempotent = ({ acks }: Terms): boolean => acks === 'all';
