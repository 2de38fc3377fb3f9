/**
 * Composition: where a lane's topics ended before its first record and after its last. Acknowledgements name offsets;
 * where there are none (acks 0, and drivers that pass none on) only this tells what of a topic is the run's own.
 */
import type { PlannedLane } from './lanes.js';
import { READER } from './reader.js';
import type { TopicTally } from './tally.js';
import { TopicReader } from './transport/read.js';
import type { Bootstrap, Clock } from './types.js';

/** Between looks at where a topic ends. */
const LOOK_MS = 100;
/** What was written without acknowledgement may still be on its way; it no longer is when nothing came for so long. */
const SETTLED_MS = 2000;
/** Whoever waits for longer wants to know what for. */
const SLOW_MS = 2500;
/** A broker that does not say so within this time is not asked any longer. */
const PATIENCE_MS = 5000;

export class Bounds {
  readonly #lane: PlannedLane['lane'];
  readonly #at: Bootstrap;
  readonly #clock: Clock;
  readonly #warn: (line: string) => void;
  /** By topic, where each partition ended before the run. */
  readonly #starts = new Map<string, ReadonlyMap<number, number>>();
  readonly #shared: boolean;
  #closed = false;

  /**
   * Looks where the topics of a connected lane end now. A broker that does not tell leaves them unknown. `shared`: others write
   * into them at the same time, as other shards do.
   */
  static async note(
    planned: PlannedLane,
    at: Bootstrap,
    clock: Clock,
    warn: (line: string) => void,
    shared = false,
  ): Promise<Bounds> {
    const bounds = new Bounds(planned.lane, at, clock, warn, shared);
    await Promise.all([...new Set(planned.topics)].map((topic) => bounds.#begin(topic)));
    return bounds;
  }

  private constructor(
    lane: PlannedLane['lane'],
    at: Bootstrap,
    clock: Clock,
    warn: (line: string) => void,
    shared: boolean,
  ) {
    this.#warn = warn;
    this.#lane = lane;
    this.#at = at;
    this.#clock = clock;
    this.#shared = shared;
  }

  /** Everything has its fate: looks where the topics end, for those of which the acknowledgements did not tell. */
  async finish(): Promise<void> {
    const unnamed = [...this.#lane.tally.topics].filter(([, tally]) => tally.unnamed > 0);
    await Promise.all(unnamed.map(([topic, tally]) => this.#end(topic, tally)));
  }

  /** Stops looking. */
  close(): void {
    this.#closed = true;
  }

  async #begin(topic: string): Promise<void> {
    const starts = await this.#asking(topic, (reader) => this.#ends(reader));
    if (starts === undefined) return;
    this.#starts.set(topic, starts);
    this.#lane.tally.topic(topic, this.#lane.driver.partitionCount(topic)).began(starts);
  }

  async #end(topic: string, tally: TopicTally): Promise<void> {
    const starts = this.#starts.get(topic);
    if (starts === undefined) return;
    const words = `waiting up to ${PATIENCE_MS / 1000} s for the broker to say where topic ${topic} ends`;
    const slow = this.#clock.after(SLOW_MS, () => this.#warn(words));
    const ends = await this.#asking(topic, (reader) => this.#settledEnds(reader, starts, tally)).finally(() =>
      slow.cancel(),
    );
    if (ends !== undefined) tally.ended(ends);
  }

  /** Where the partitions end once as much has come as was written, or nothing comes any more. */
  async #settledEnds(
    reader: TopicReader,
    starts: ReadonlyMap<number, number>,
    tally: TopicTally,
  ): Promise<Map<number, number>> {
    let grown = -1;
    let lastGrowth = this.#clock.now();
    const beganAt = lastGrowth;
    for (;;) {
      const ends = await this.#ends(reader);
      const now = [...ends].reduce((sum, [p, end]) => sum + end - (starts.get(p) ?? 0), 0);
      if (now > grown) lastGrowth = this.#clock.now();
      grown = now;
      // What others write grows it, too: then only time tells that nothing of our own is on its way.
      const quiet = this.#clock.now() - (this.#shared ? beganAt : lastGrowth) > SETTLED_MS;
      const come = !this.#shared && grown >= tally.fates.acked + tally.fates.unacknowledged;
      if (come || quiet || this.#closed) return ends;
      await this.#clock.sleep(LOOK_MS);
    }
  }

  #ends(reader: TopicReader): Promise<Map<number, number>> {
    return this.#timely(reader.offsets('end'));
  }

  /** A broker that takes packets and never answers would be waited for longer than a run may take to end. */
  async #timely<T>(work: Promise<T>): Promise<T> {
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      const timer = this.#clock.after(PATIENCE_MS, () => reject(new Error('no answer')));
      cancel = () => timer.cancel();
    });
    // Should it fail later, nobody listens any more.
    work.catch(() => {});
    return Promise.race([work, late]).finally(cancel);
  }

  /** Asks with a reader of its own, more than once if need be: leaders of a fresh topic take a moment. */
  async #asking<T>(topic: string, ask: (reader: TopicReader) => Promise<T>): Promise<T | undefined> {
    const giveUpAt = this.#clock.now() + PATIENCE_MS;
    while (!this.#closed) {
      const clock = this.#clock;
      const reader = new TopicReader({ ...this.#at, topic, clientId: READER, clock, codecs: new Map() });
      try {
        await this.#timely(reader.connect());
        return await ask(reader);
      } catch {
        if (clock.now() > giveUpAt) return undefined;
        await clock.sleep(LOOK_MS);
      } finally {
        reader.close();
      }
    }
    return undefined;
  }
}
