/** Composition: what the broker itself says of a run's lanes: where their topics end, and, if asked for, every record read back. */
import { Bounds } from './bounds.js';
import type { PlannedLane } from './lanes.js';
import type { PreparedSource } from './prepare.js';
import { ReadBack } from './read-back.js';
import type { Bootstrap, Clock } from './types.js';

export class Witness {
  readonly #bounds: readonly Bounds[];
  readonly #readBacks: { readonly lane: PlannedLane['lane']; readonly readBack: ReadBack }[] = [];
  #closed = false;

  /** Looks at the topics of connected lanes before the first record. */
  static async of(planned: readonly PlannedLane[], at: Bootstrap, clock: Clock): Promise<Witness> {
    return new Witness(await Promise.all(planned.map((one) => Bounds.note(one, at, clock))));
  }

  private constructor(bounds: readonly Bounds[]) {
    this.#bounds = bounds;
  }

  /** Begins to read what the lanes write. */
  async read(
    planned: readonly PlannedLane[],
    sources: readonly PreparedSource[],
    at: Bootstrap,
    clock: Clock,
  ): Promise<void> {
    const open = async (one: PlannedLane) => {
      this.#readBacks.push({
        lane: one.lane,
        readBack: await ReadBack.ofLane(one, sources, at, clock),
      });
    };
    await Promise.all(planned.map(open));
  }

  get reads(): boolean {
    return this.#readBacks.length > 0;
  }

  /** Every record has its fate: looks where the topics end now. */
  async finishBounds(): Promise<void> {
    await Promise.all(this.#bounds.map((bounds) => bounds.finish()));
  }

  /** Reads the rest and gives each lane its verdict, unless it was closed half-way: that would tell losses that are none. */
  async finishReading(): Promise<void> {
    await Promise.all(
      this.#readBacks.map(async ({ lane, readBack }) => {
        const verify = await readBack.finish();
        if (!this.#closed) lane.verify = verify;
      }),
    );
  }

  /** Gives up whatever is still looked at. */
  close(): void {
    this.#closed = true;
    for (const bounds of this.#bounds) bounds.close();
    for (const { readBack } of this.#readBacks) readBack.close();
  }
}
