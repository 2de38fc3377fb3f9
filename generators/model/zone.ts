/** Local days of a time zone, by the platform's own zone tables. */

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const KNOWN_MAX = 1000;

/** A day is counted as a date is written: days since 1970-01-01 on the local calendar, whatever the zone. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** Offsets by quarter of an hour, between which no zone changes: formatting costs thousands of times as much. */
  readonly #known = new Map<number, number>();

  /** `name` as the IANA database has it, such as America/New_York. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** What local clocks are ahead of UTC at an epoch time, ms. */
  offsetAt(epochMs: number): number {
    const quarter = Math.floor(epochMs / QUARTER_MS);
    let offset = this.#known.get(quarter);
    if (offset === undefined) {
      if (this.#known.size >= KNOWN_MAX) this.#known.clear();
      offset = this.#offsetOf(quarter * QUARTER_MS);
      this.#known.set(quarter, offset);
    }
    return offset;
  }

  #offsetOf(whole: number): number {
    const part: { [type: string]: number } = {};
    for (const { type, value } of this.#format.formatToParts(whole)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  }

  /** The local day that an epoch time falls on. */
  dayOf(epochMs: number): number {
    return Math.floor((epochMs + this.offsetAt(epochMs)) / DAY_MS);
  }

  /**
   * The epoch time at which local clocks would show 00:00 on that day if they were not changed during its night: the
   * offset is noon's, so that opening hours are right on days on which clocks change.
   */
  startOf(day: number): number {
    const noon = day * DAY_MS + 12 * HOUR_MS;
    return day * DAY_MS - this.offsetAt(noon - this.offsetAt(noon));
  }
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
