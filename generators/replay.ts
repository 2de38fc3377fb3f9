/** Past events once more: a file's rows as they were, at their own pace or another, with new times or their own. */
import { defineGenerator } from '../src/generator.js';
import { type Past, PastFile } from '../src/past.js';
import type { Feed, Made } from '../src/types.js';

export default defineGenerator<unknown>({
  doc: 'Past events from a file of JSON lines or CSV: with the rate natural at their own pace, times the speed.',
  topic: 'replayed_events',
  key: null,
  options: {
    file: {
      doc: 'The file, .jsonl, .csv or .tsv, oldest first; what --driver file wrote will do.',
      type: 'string',
      default: '',
    },
    field: {
      doc: 'Where a row has its time: ISO, or seconds or milliseconds since 1970.',
      type: 'string',
      default: 'timestamp',
    },
    restamp: {
      doc: 'Whether the record and that field are given the time at which the event is due; else both keep their own.',
      type: 'boolean',
      default: true,
    },
    loop: { doc: 'Whether it begins again at the end, for ever.', type: 'boolean', default: false },
  },
  create({ options, time }) {
    const field = String(options['field'] ?? 'timestamp');
    const tape = new Tape(String(options['file'] ?? ''), field, options['loop'] === true);
    const restamp = options['restamp'] !== false;
    const epochOf = (elapsed: number) => time.start + elapsed;
    return {
      get perSecond() {
        return tape.perSecond;
      },
      nextAt: () => (tape.upcoming === null ? Number.POSITIVE_INFINITY : epochOf(tape.elapsed)),
      next(dueAt): Made {
        const now = Math.floor(time.kind === 'live' ? dueAt : epochOf(tape.elapsed));
        const { row, at } = tape.take();
        const timestamp = restamp ? now : Math.floor(at);
        // An envelope, as --driver file --envelope writes it, has key and headers beside the value.
        if (!('value' in row && 'key' in row && 'timestamp' in row)) {
          return { value: restamp ? { ...row, [field]: now } : row, timestamp };
        }
        const { value, key, headers } = row as {
          value: unknown;
          key: string | null;
          headers?: { [name: string]: string };
        };
        const inner = restamp && isRow(value) && field in value ? { ...value, [field]: now } : value;
        return { value: inner, timestamp, key, ...(headers === undefined ? {} : { headers }) };
      },
    } satisfies Feed<unknown>;
  },
});

function isRow(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MEAN_OVER = 1_000_000;

/** A file that knows what comes next, and may begin again. */
class Tape {
  upcoming: Past | null;
  /** Milliseconds from the first event to the upcoming one; never falls. */
  elapsed = 0;
  readonly #path: string;
  readonly #field: string;
  readonly #loop: boolean;
  readonly #first: number;
  #file: PastFile;
  /** Elapsed when the present round began. */
  #round = 0;
  #taken = 0;
  #perSecond: number | undefined;

  constructor(path: string, field: string, loop: boolean) {
    this.#path = path;
    this.#field = field;
    this.#loop = loop;
    this.#file = new PastFile(path, field);
    this.upcoming = this.#file.next();
    if (this.upcoming === null) throw new Error(`file: expected events, got an empty file, ${path}`);
    this.#first = this.upcoming.at;
  }

  take(): Past {
    const taken = this.upcoming;
    if (taken === null) throw new Error(`${this.#path}: no more events; set loop to begin again`);
    this.#taken++;
    this.upcoming = this.#file.next() ?? (this.#loop ? this.#again() : null);
    if (this.upcoming !== null)
      this.elapsed = Math.max(this.elapsed, this.#round + this.upcoming.at - this.#first);
    return taken;
  }

  /** The gap between the rounds is the mean gap, so that the pace goes on. */
  #again(): Past | null {
    this.#round = this.elapsed + this.elapsed / Math.max(1, this.#taken - 1);
    this.#file = new PastFile(this.#path, this.#field);
    return this.#file.next();
  }

  /** The mean over the file, which is read once more for that; of a large one over its beginning, so that nobody waits long. */
  get perSecond(): number {
    if (this.#perSecond !== undefined) return this.#perSecond;
    const file = new PastFile(this.#path, this.#field);
    let events = 0;
    let last = this.#first;
    for (let one = file.next(); one !== null && events < MEAN_OVER; one = file.next()) {
      events++;
      last = Math.max(last, one.at);
    }
    file.close();
    this.#perSecond = last > this.#first ? ((events - 1) / (last - this.#first)) * 1000 : events;
    return this.#perSecond;
  }
}
