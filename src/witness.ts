/** Composition: what the broker itself says of a run's lanes: where their topics end, and, if asked for, every record read back. */
import { Bounds } from './bounds.js';
import { systemClock } from './clock.js';
import type { PlannedLane } from './lanes.js';
import type { PreparedSource } from './prepare.js';
import { canReadApart, ReadApart } from './read-apart.js';
import { claimsOf, ReadBack } from './read-back.js';
import { expectedOf } from './replay.js';
import type { Bootstrap, Clock, Workload } from './types.js';
import type { Authors } from './verify/verifier.js';

export class Witness {
  readonly #bounds: readonly Bounds[];
  readonly #readers: { readonly lane: PlannedLane['lane']; readonly reader: ReadBack | ReadApart }[] = [];
  #closed = false;

  /** Looks at the topics of connected lanes before the first record. */
  static async of(
    planned: readonly PlannedLane[],
    at: Bootstrap,
    clock: Clock,
    warn: (line: string) => void,
    shared = false,
  ): Promise<Witness> {
    return new Witness(await Promise.all(planned.map((one) => Bounds.note(one, at, clock, warn, shared))));
  }

  private constructor(bounds: readonly Bounds[]) {
    this.#bounds = bounds;
  }

  /**
   * Begins to read what the lanes write: each in a thread of its own, unless what it takes cannot leave this one, or time
   * is not the real one.
   */
  async read(
    planned: readonly PlannedLane[],
    sources: readonly PreparedSource[],
    workload: Workload,
    at: Bootstrap,
    clock: Clock,
    warn: (line: string) => void,
    authors?: Authors,
  ): Promise<void> {
    const apart = clock === systemClock && canReadApart(workload, at);
    const open = async (one: PlannedLane) => {
      const { lane, topics } = one;
      const reader = apart
        ? await ReadApart.ofLane(one, workload, at, clock, warn, authors)
        : await ReadBack.following({
            settings: lane.profile.settings,
            expected: sources.map((source, i) => expectedOf(source, topics[i]!, authors?.shard)),
            topics,
            claims: () => claimsOf(lane),
            at,
            clock,
            tell: warn,
            authors,
          });
      this.#readers.push({ lane, reader });
    };
    await Promise.all(planned.map(open));
  }

  /** Processor time (s) of the threads that read: none of the profiles'. */
  async cpuSeconds(): Promise<number> {
    const used = this.#readers.map(({ reader }) => (reader instanceof ReadApart ? reader.cpuSeconds() : 0));
    return (await Promise.all(used)).reduce((sum, seconds) => sum + seconds, 0);
  }

  get reads(): boolean {
    return this.#readers.length > 0;
  }

  /** Every record has its fate: looks where the topics end now. */
  async finishBounds(): Promise<void> {
    await Promise.all(this.#bounds.map((bounds) => bounds.finish()));
  }

  /** Reads the rest and gives each lane its verdict, unless it was closed half-way: that would tell losses that are none. */
  async finishReading(): Promise<void> {
    await Promise.all(
      this.#readers.map(async ({ lane, reader }) => {
        const verify = await reader.finish();
        if (!this.#closed) lane.verify = verify;
      }),
    );
  }

  /** Gives up whatever is still looked at. */
  close(): void {
    this.#closed = true;
    for (const bounds of this.#bounds) bounds.close();
    for (const { reader } of this.#readers) reader.close();
  }
}
