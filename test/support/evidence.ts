/** Made-up runs for whoever judges them: what should have come, and what did. */
import type { Expected } from '../../src/verify/expectations.js';
import type { Evidence } from '../../src/verify/verifier.js';

/** What the seed makes: the n-th event belongs to the key that `keyOf` says, and has that key's next sequence number. */
export interface MadeEvent {
  readonly key: string | null;
  readonly sequence: number | null;
  readonly value: string;
  /** Whether nothing more is made of its key. */
  readonly last?: boolean;
}

export const DUE = 1_700_000_000_000;

/** Events of some keys in turn: `orders-000001` and so on, or as `keyOf` says. */
export function madeEvents(
  count: number,
  keyOf: (index: number) => string | null = (index) => `shop-${String(index % 7).padStart(6, '0')}`,
): MadeEvent[] {
  const last = new Map<string | null, number>();
  return Array.from({ length: count }, (_, index) => {
    const key = keyOf(index);
    const sequence = (last.get(key) ?? 0) + 1;
    last.set(key, sequence);
    return { key, sequence, value: valueText(index, sequence, DUE) };
  });
}

export function valueText(index: number, sequence: number, timestamp: number): string {
  const times = `"timestamp":${timestamp},"promisedAt":${timestamp + 1000}`;
  return `{"type":"made",${times},"sequence":${sequence},"price":${index * 7 + 1}}`;
}

/** The events as a source that can be made again. */
export function expectedEvents(events: readonly MadeEvent[], more: Partial<Expected> = {}): Expected {
  return {
    topic: 't',
    compares: 'times',
    ordered: true,
    stamped: true,
    promises: true,
    open() {
      let at = -1;
      const bytes = (text: string) => Buffer.from(text);
      const event = () => events[at]!;
      return {
        topic: more.topic ?? 't',
        next: () => ++at < events.length,
        get key() {
          const { key } = event();
          return key === null ? null : bytes(key);
        },
        keyStart: 0,
        get keyLength() {
          return bytes(event().key ?? '').length;
        },
        get value() {
          return bytes(event().value);
        },
        get last() {
          return event().last === true;
        },
        get valueLength() {
          return bytes(event().value).length;
        },
      };
    },
    ...more,
  };
}

/** An event as it would be read back, an hour later. */
export function evidence(event: MadeEvent, more: Partial<Evidence> = {}): Evidence {
  const timestamp = more.timestamp ?? DUE + 3_600_000;
  const shifted = event.value.replaceAll(
    /(timestamp|promisedAt)":(\d+)/g,
    (_, name: string, time: string) => {
      return `${name}":${Number(time) - DUE + timestamp}`;
    },
  );
  return {
    partition: 0,
    offset: 0,
    timestamp,
    key: event.key === null ? null : Buffer.from(event.key),
    value: Buffer.from(shifted),
    producerId: 7,
    ...more,
  };
}
