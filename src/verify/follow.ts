/** Reads one topic back within the offsets that a run names, while it goes on and after it. */
import { EventmillError } from '../errors.js';
import type { Clock } from '../types.js';
import { isReadDisordered } from './headers.js';
import { Turns } from './turns.js';
import type { Evidence, Verifier } from './verifier.js';

/** What this island needs of a reader; the transport's TopicReader is one. */
export interface RangeReader {
  /** Where each partition goes on; a partition that is not in here is not read. */
  readonly positions: Map<number, number>;
  connect(): Promise<void>;
  offsets(of: 'beginning' | 'end'): Promise<Map<number, number>>;
  /** Asks for these partitions, the first one before all others. Returns how many records came; 0 after a moment of waiting. */
  poll(visit: (record: Evidence) => void, partitions: readonly number[]): Promise<number>;
  close(): void;
}

/** First offset and the one behind the last, by partition, as far as acknowledgements have named them. */
export type Ranges = ReadonlyMap<number, readonly [first: number, next: number]>;

/** Nothing came for so long although offsets say that there is more. */
const SILENCE_MS = 15_000;
/** The same where the run itself could not deliver everything, and has waited for the broker already. */
const BROKEN_SILENCE_MS = 3000;
/** Whatever patience is left: a busy broker takes its time. */
const POLL_MS_MIN = 5000;
/** A broker that does not say within this where its topic ends is taken for silent. */
const ANSWER_MS = 1000;
/** Without acknowledgements nobody knows the last offset: nothing came for so long, so nothing more will. */
const SETTLED_MS = 2000;
/** Between looks at what the run has named since. */
const IDLE_MS = 20;

export interface FollowOptions {
  readonly topic: string;
  readonly reader: RangeReader;
  readonly verifier: Verifier;
  readonly clock: Clock;
  /** What the run has named so far; `null` when it asks for no acknowledgements, so that everything new is looked at. */
  readonly ranges: () => Ranges | null;
  /** Whether all that was made has come, where no offset tells the end. */
  readonly complete?: () => boolean;
  /** Whether the run could not deliver all: then its end is not put off for as long. */
  readonly broken?: () => boolean;
  /** Hears what is waited for, once. */
  readonly tell?: ((line: string) => void) | undefined;
  /** Where the run is over the reading begins at the first offset named; else at the end of what is there. */
  readonly over: boolean;
}

export class Follower {
  readonly #options: FollowOptions;
  readonly #turns = new Turns();
  /** Where reading began. */
  #starts = new Map<number, number>();
  #over: boolean;
  #closed = false;
  #told = false;
  #failure: unknown;
  #done: Promise<void> | null = null;
  /** Records within what was named that the broker did not give any more; Infinity where nobody can tell how many. */
  unread = 0;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#over = options.over;
  }

  /** Throws VERIFY when what is to be read has been deleted already. */
  async start(): Promise<void> {
    const { reader, over } = this.#options;
    await reader.connect();
    this.#starts = over ? await this.#named() : await reader.offsets('end');
    for (const [partition, offset] of this.#starts) reader.positions.set(partition, offset);
    this.#done = this.#read().catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** The run is over: reads what is left and closes. */
  async finish(): Promise<void> {
    this.#over = true;
    await this.#done;
    this.#options.reader.close();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Gives up. */
  close(): void {
    this.#closed = true;
    this.#options.reader.close();
  }

  async #named(): Promise<Map<number, number>> {
    const { reader, ranges, topic } = this.#options;
    const beginnings = await reader.offsets('beginning');
    const named = ranges();
    if (named === null) return beginnings;
    const starts = new Map<number, number>();
    for (const [partition, [first]] of named) {
      const beginning = beginnings.get(partition) ?? 0;
      if (beginning > first) {
        throw new EventmillError(
          'VERIFY',
          `topic ${topic}, partition ${partition}: expected records from offset ${first}, but the broker has deleted those below ${beginning}; give the topic a longer retention, or verify while the run goes on (run --verify)`,
        );
      }
      starts.set(partition, first);
    }
    return starts;
  }

  async #read(): Promise<void> {
    const { clock, reader } = this.#options;
    const all = reader.positions;
    let lastProgress = clock.now();
    while (!this.#closed) {
      const over = this.#over;
      const ranges = this.#options.ranges();
      const behind = ranges === null || this.#isBehind(ranges);
      if (over && (!behind || (ranges === null && this.#options.complete?.()))) return;
      if (!behind) {
        await clock.sleep(IDLE_MS);
        lastProgress = clock.now();
        continue;
      }
      const came = over
        ? await this.#readInTime(ranges, lastProgress + this.#patienceMs())
        : await this.#readOnce(ranges);
      if ((came ?? 0) > 0 || !over) lastProgress = clock.now();
      else if (clock.now() - lastProgress > SETTLED_MS) {
        const unread = ranges === null ? await this.#behindEnd() : this.#behindBy(ranges);
        // Whoever is away for a moment gives the rest when it is back.
        if (unread > 0 && came !== undefined && clock.now() - lastProgress <= this.#patienceMs()) {
          this.#tellWaiting();
          continue;
        }
        this.unread = unread;
        return;
      }
      if (all.size === 0) return;
    }
  }

  /** undefined when a broker that has fallen silent is not to be waited for any longer: then no other read may begin. */
  async #readInTime(ranges: Ranges | null, until: number): Promise<number | undefined> {
    const { clock } = this.#options;
    const slow = clock.after(SETTLED_MS, () => this.#tellWaiting());
    const ms = Math.max(POLL_MS_MIN, until - clock.now());
    return this.#within(this.#readOnce(ranges), ms).finally(() => slow.cancel());
  }

  #tellWaiting(): void {
    if (this.#told) return;
    this.#told = true;
    const { topic, tell } = this.#options;
    tell?.(`waiting up to ${this.#patienceMs() / 1000} s for the broker to give the rest of topic ${topic}`);
  }

  /** undefined when it took longer; what it comes to then nobody hears. */
  async #within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
    let cancel = () => {};
    const late = new Promise<undefined>((resolve) => {
      const timer = this.#options.clock.after(ms, () => resolve(undefined));
      cancel = () => timer.cancel();
    });
    work.catch(() => {});
    return Promise.race([work, late]).finally(() => cancel());
  }

  #patienceMs(): number {
    return this.#options.broken?.() ? BROKEN_SILENCE_MS : SILENCE_MS;
  }

  /** How much is there that has not come. Silence of a broker that is gone may hide anything: Infinity. */
  async #behindEnd(): Promise<number> {
    const { positions } = this.#options.reader;
    const behind = (ends: ReadonlyMap<number, number>) =>
      [...ends].reduce((sum, [p, end]) => sum + Math.max(0, end - (positions.get(p) ?? end)), 0);
    const asked = this.#options.reader.offsets('end').then(behind, () => Number.POSITIVE_INFINITY);
    return (await this.#within(asked, ANSWER_MS)) ?? Number.POSITIVE_INFINITY;
  }

  #behindBy(ranges: Ranges): number {
    const { positions } = this.#options.reader;
    let behind = 0;
    for (const [partition, [first, next]] of ranges)
      behind += Math.max(0, next - Math.max(first, positions.get(partition) ?? first));
    return behind;
  }

  #isBehind(ranges: Ranges): boolean {
    const { positions } = this.#options.reader;
    for (const [partition, [first, next]] of ranges) {
      const position = positions.get(partition);
      // A partition that appeared later, or one that is read only now.
      if (position === undefined) positions.set(partition, first);
      if ((position ?? first) < next) return true;
    }
    return false;
  }

  /** Records that nobody has named yet are left for the next time. */
  async #readOnce(ranges: Ranges | null): Promise<number> {
    const { reader, verifier, topic } = this.#options;
    const { positions } = reader;
    const behind = [...positions.keys()].filter((partition) => this.#wants(partition, ranges));
    let came = 0;
    await reader.poll((record) => {
      const { partition, offset, timestamp } = record;
      const range = ranges?.get(partition);
      if (ranges !== null && (range === undefined || offset >= range[1])) return;
      came++;
      // When it was made is told by what came when it was due.
      if (!isReadDisordered(record.headers)) this.#turns.came(partition, timestamp);
      if (range === undefined || offset >= range[0]) verifier.see(topic, record);
    }, this.#turns.next(behind));
    this.#turns.answered();
    if (ranges === null) return came;
    for (const [partition, position] of positions) {
      const next = ranges.get(partition)?.[1] ?? this.#starts.get(partition) ?? position;
      if (position > next) positions.set(partition, next);
    }
    return came;
  }

  #wants(partition: number, ranges: Ranges | null): boolean {
    if (ranges === null) return true;
    const range = ranges.get(partition);
    return range !== undefined && this.#options.reader.positions.get(partition)! < range[1];
  }
}
