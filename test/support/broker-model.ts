/**
 * A driver over a cluster that exists in memory and in virtual time only, with what makes a real one hard: requests of
 * one connection are served in order, a cut connection takes a prefix of what was under way, leaders move and vanish,
 * and the last five batches of a producer are known again (and no more of them).
 */
import type { Batch, Builder, Clock, Driver, Entry, Outcome } from '../../src/types.js';

export const FAULTS = ['none', 'refuse', 'refuse-after', 'cut', 'silence'] as const;
export interface Fault {
  /** `refuse`: an error before the append, `refuse-after`: after it. */
  readonly kind: (typeof FAULTS)[number] | 'too-large';
  readonly delayMs: number;
  /** Of a refused request: whether only its first batch is. Of a cut connection: how many requests were still stored. */
  readonly share: number;
}

/** From then on a partition has this leader; −1 is none. */
export interface Move {
  readonly atMs: number;
  readonly partition: number;
  readonly leader: number;
}

/** How background compression goes, batch by batch; what is not listed is not compressed. */
export interface Compression {
  readonly ms: number;
  readonly fails: boolean;
}

export interface BrokerModelOptions {
  readonly clock: Clock;
  readonly partitions: number;
  readonly leaders: number;
  readonly acks: 0 | 1 | 'all';
  readonly idempotent: boolean;
  readonly requestTimeoutMs: number;
  readonly faults: readonly Fault[];
  readonly moves: readonly Move[];
  readonly compressions: readonly Compression[];
}

interface Known {
  epoch: number;
  next: number;
  recent: { sequence: number; count: number; offset: number }[];
}

interface Request {
  readonly batches: readonly Batch[];
  readonly fault: Fault;
  readonly resolve: (outcomes: Outcome[]) => void;
}

const CALM: Fault = { kind: 'none', delayMs: 1, share: 0 };
const WINDOW = 5;
/** Others' failures have the metadata refreshed, too. */
const METADATA_AGE_MS = 20;
const BATCH_BYTES = 61;
const refusal = (code: string, isRetriable = true): Outcome => ({ code, retriable: isRetriable, offset: -1 });

/** The value of each entry is the record's number. */
export class ModelBuilder implements Builder {
  readonly numbers: number[] = [];
  bytes = BATCH_BYTES;
  released = 0;
  readonly #most: number;
  readonly #recordBytes: number;
  readonly #compress: () => Promise<void> | undefined;

  constructor(most: number, recordBytes: number, compress: () => Promise<void> | undefined) {
    this.#most = most;
    this.#recordBytes = recordBytes;
    this.#compress = compress;
  }

  get count(): number {
    return this.numbers.length;
  }

  add({ value }: Entry): number {
    if (this.count > 0 && this.bytes + this.#recordBytes > this.#most) return -1;
    if (value === null) throw new TypeError('a value that cannot be written');
    this.numbers.push(value as number);
    this.bytes += this.#recordBytes;
    return this.#recordBytes;
  }

  close(): Promise<void> | undefined {
    return this.#compress();
  }

  split(): readonly [ModelBuilder, ModelBuilder] {
    const part = (numbers: readonly number[]) => {
      const half = new ModelBuilder(this.#most, this.#recordBytes, this.#compress);
      half.numbers.push(...numbers);
      half.bytes += numbers.length * this.#recordBytes;
      return half;
    };
    const middle = Math.ceil(this.count / 2);
    const halves = [part(this.numbers.slice(0, middle)), part(this.numbers.slice(middle))] as const;
    this.release();
    return halves;
  }

  release(): void {
    this.released++;
  }
}

export class BrokerModel implements Driver {
  readonly ordered: boolean;
  wireBytes = 0;
  requests = 0;
  /** What each partition holds: the numbers of its records. */
  readonly logs: number[][];
  readonly builders: ModelBuilder[] = [];
  /** What no driver should ever be asked to do. */
  readonly complaints: string[] = [];
  batchBytes = 200;
  recordBytes = 20;
  readonly #options: BrokerModelOptions;
  readonly #startedAt: number;
  readonly #faults: Fault[];
  readonly #compressions: Compression[];
  readonly #known = new Map<number, Known>();
  readonly #connections = new Map<number, Request[]>();
  /** Who leads what as the client believes; brought up to date by `refresh`. */
  #believed: number[] = [];
  #refreshedAt = 0;

  constructor(options: BrokerModelOptions) {
    this.#options = options;
    this.ordered = options.idempotent;
    this.#startedAt = options.clock.now();
    this.#faults = [...options.faults];
    this.#compressions = [...options.compressions];
    this.logs = Array.from({ length: options.partitions }, () => []);
    this.#learn();
  }

  async connect(): Promise<void> {}

  async close(): Promise<void> {}

  partitionCount(): number {
    return this.#options.partitions;
  }

  leaderOf(_topic: string, partition: number): number {
    if (this.#options.clock.now() > this.#refreshedAt + METADATA_AGE_MS) this.#learn();
    return this.#believed[partition]!;
  }

  congested(): boolean {
    return false;
  }

  async refresh(): Promise<void> {
    await this.#options.clock.sleep(2);
    this.#learn();
  }

  #learn(): void {
    this.#refreshedAt = this.#options.clock.now();
    this.#believed = this.logs.map((_, partition) => this.#leaderNow(partition));
  }

  openBatch(): Builder {
    const { clock } = this.#options;
    const builder = new ModelBuilder(this.batchBytes, this.recordBytes, () => {
      const compression = this.#compressions.shift();
      return compression === undefined
        ? undefined
        : clock.sleep(compression.ms).then(() => {
            if (compression.fails) throw new Error('no memory');
          });
    });
    this.builders.push(builder);
    return builder;
  }

  send(leader: number, batches: readonly Batch[]): Promise<readonly Outcome[]> {
    this.requests++;
    for (const batch of batches) {
      if (batch.count === 0) this.complaints.push('an empty batch was sent');
      if ((batch.builder as ModelBuilder).released > 0) this.complaints.push('released before it was sent');
    }
    return new Promise((resolve) => {
      const connection = this.#connections.get(leader) ?? [];
      this.#connections.set(leader, connection);
      connection.push({ batches, fault: this.#faults.shift() ?? CALM, resolve });
      if (connection.length === 1) void this.#serve(leader, connection);
    });
  }

  /** Serves what is under way on one connection, in order, until there is no more or the connection is cut. */
  async #serve(leader: number, connection: Request[]): Promise<void> {
    const { clock, acks, requestTimeoutMs } = this.#options;
    while (connection.length > 0) {
      const { batches, fault } = connection[0]!;
      await clock.sleep(fault.delayMs);
      if (fault.kind === 'cut' || fault.kind === 'silence') {
        const stored = connection.slice(0, fault.share);
        for (const request of stored) for (const batch of request.batches) this.#append(leader, batch);
        if (fault.kind === 'silence') await clock.sleep(requestTimeoutMs);
        const code = fault.kind === 'silence' ? 'REQUEST_TIMED_OUT' : 'NETWORK_EXCEPTION';
        for (const request of connection.splice(0)) this.#answer(request, () => refusal(code));
        return;
      }
      const outcomes = batches.map((batch, i) => {
        const hit = fault.share === 0 || i === 0;
        if (hit && fault.kind === 'refuse') return refusal('NOT_ENOUGH_REPLICAS');
        // A broker looks at the size first, so what it has stored once was never too large.
        if (hit && fault.kind === 'too-large' && !this.#stored(batch))
          return refusal('MESSAGE_TOO_LARGE', false);
        const outcome = this.#append(leader, batch);
        return hit && fault.kind === 'refuse-after' && outcome.code === 'NONE'
          ? refusal('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
          : outcome;
      });
      const written: Outcome = { code: 'NONE', retriable: false, offset: -1 };
      this.#answer(connection.shift()!, (i) => (acks === 0 ? written : outcomes[i]!));
    }
  }

  #stored({ partition, builder }: Batch): boolean {
    return this.logs[partition]!.includes((builder as ModelBuilder).numbers[0]!);
  }

  #answer({ batches, resolve }: Request, of: (i: number) => Outcome): void {
    for (const batch of batches) {
      if ((batch.builder as ModelBuilder).released > 0) this.complaints.push('released while under way');
    }
    resolve(batches.map((_, i) => of(i)));
  }

  #append(leader: number, batch: Batch): Outcome {
    const { partition, sequence, epoch, count } = batch;
    if (this.#leaderNow(partition) !== leader) return refusal('NOT_LEADER_OR_FOLLOWER');
    const log = this.logs[partition]!;
    const offset = log.length;
    if (this.#options.idempotent) {
      const known = this.#known.get(partition) ?? { epoch, next: sequence, recent: [] };
      if (epoch < known.epoch) return refusal('INVALID_PRODUCER_EPOCH');
      if (epoch > known.epoch) Object.assign(known, { epoch, next: 0, recent: [] });
      const same = known.recent.find((old) => old.sequence === sequence && old.count === count);
      if (same !== undefined) return { code: 'NONE', retriable: false, offset: same.offset };
      if (sequence !== known.next) return refusal('OUT_OF_ORDER_SEQUENCE_NUMBER');
      known.next += count;
      known.recent = [...known.recent, { sequence, count, offset }].slice(-WINDOW);
      this.#known.set(partition, known);
    }
    log.push(...(batch.builder as ModelBuilder).numbers);
    return { code: 'NONE', retriable: false, offset };
  }

  #leaderNow(partition: number): number {
    const elapsed = this.#options.clock.now() - this.#startedAt;
    let leader = partition % this.#options.leaders;
    for (const move of this.#options.moves) {
      if (move.partition === partition && move.atMs <= elapsed) leader = move.leader % this.#options.leaders;
    }
    return leader;
  }
}
