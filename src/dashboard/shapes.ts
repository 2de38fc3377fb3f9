/** What the server tells the page in its browser, as JSON. Imports nothing, since both sides are compiled with it. */

/** One profile's figures over the time since the point before; null where there was nothing to measure. */
export interface Point {
  /** Records acknowledged (acks 0: written) per second. */
  readonly rate: number;
  /** Due per second by the rate; null for as fast as it goes. */
  readonly asked: number | null;
  /** Milliseconds from due to settled, of what was settled since. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** Bytes waiting or under way, now. */
  readonly buffer: number;
  /** Attempts repeated, per second. */
  readonly retries: number;
}

/** How many records met which fate so far; those without one yet are pending. */
export interface Fates {
  readonly acked: number;
  readonly written: number;
  readonly failed: number;
  readonly expired: number;
  readonly dropped: number;
  readonly pending: number;
}

/** All profiles at one moment. */
export interface Moment {
  /** Seconds since the start of the run. */
  readonly at: number;
  /** In the order of the profiles. */
  readonly points: readonly Point[];
}

export interface Text {
  readonly text: string;
  readonly bad: boolean;
}

export interface Frame {
  readonly moment: Moment;
  /** Such as `Running for 12 s`. */
  readonly status: string;
  /** The table, row by row, without the names. */
  readonly rows: readonly (readonly Text[])[];
  readonly fates: readonly Fates[];
  readonly accounts: readonly Text[];
  readonly events: readonly ShownEvent[];
  readonly controls: ControlState | null;
}

export interface ShownEvent {
  readonly source: string;
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: string;
  /** Epoch ms. */
  readonly timestamp: number;
}

export interface ControlState {
  readonly rateFactor: number;
  /** Whether rates can be turned, and not only paused. */
  readonly turnable: boolean;
  /** In force now; null without a sandbox. */
  readonly faults: readonly string[] | null;
}

/** The first words to each client: all that it needs, however much it has missed. */
export interface Hello {
  /** When the run began: the page's own says for which one it was rendered. */
  readonly run: string;
  readonly profiles: readonly string[];
  /** What in the page depends on the run: HTML by the id of its element. */
  readonly html: Readonly<{ [id: string]: string }>;
  readonly history: readonly Moment[];
  readonly frame: Frame;
}
