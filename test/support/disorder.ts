/** A disordered feed over a small made-up source, asked for as a run asks, and what came of it. */
import { DISORDER_HEADER, DISORDER_ID_HEADER, type Truth } from '../../src/disorder.js';
import { DisorderedFeed } from '../../src/disordered.js';
import { compileKey } from '../../src/key.js';
import json from '../../src/serializers/json.js';
import { takingWritten } from '../../src/spoil.js';
import type { Disorder, Feed } from '../../src/types.js';

export const DUE = Date.UTC(2025, 0, 1);

export interface Came {
  readonly key: string | null;
  /** null: a tombstone. */
  readonly text: string | null;
  readonly timestamp: number;
  readonly disorder: string | null;
  readonly id: string | null;
}

/** Events of so many keys in turn, a millisecond apart, each key counting up. Simulated, it ends after `count`. */
export function counting(count: number, keys: readonly string[], simulated = false): Feed {
  const value = { key: '', sequence: 0, timestamp: 0, promisedAt: 0, price: 1.5, words: ['a', 'b'] };
  const made = { value, timestamp: 0 };
  let index = 0;
  return {
    ...(simulated ? { nextAt: () => (index < count ? DUE + index : Number.POSITIVE_INFINITY) } : {}),
    next(dueAt) {
      value.key = keys[index % keys.length]!;
      value.sequence = Math.floor(index / keys.length);
      made.timestamp = simulated ? DUE + index : dueAt;
      value.timestamp = made.timestamp;
      value.promisedAt = made.timestamp + 500;
      index++;
      return made;
    },
  };
}

export interface Wishes {
  readonly keys?: readonly string[];
  readonly simulated?: boolean;
  readonly salt?: number;
  readonly holds?: boolean;
}

/** Asks for so many records, or, simulated, for all of so many events. */
export function disorderly(disorder: Disorder, count: number, wishes: Wishes = {}) {
  const { keys = ['a', 'b', 'c'], simulated = false, salt = 7, holds = true } = wishes;
  const truths: Truth[] = [];
  const serializer = json.compile(undefined);
  const feed = new DisorderedFeed({
    feed: counting(count, keys, simulated),
    serializer,
    disorder,
    keyOf: compileKey('key', undefined),
    entityOf: compileKey('key', undefined),
    salt,
    simulated,
    holds,
    tell: (truth) => truths.push(truth),
  });
  const writer = takingWritten(serializer);
  const buffer = Buffer.alloc(4096);
  const came: Came[] = [];
  for (let i = 0; simulated ? feed.nextAt!() < Number.POSITIVE_INFINITY : i < count; i++) {
    const { value, timestamp, key, headers } = feed.next(DUE + i);
    const own =
      key === undefined ? (value as { key: string }).key : key === null ? null : Buffer.from(key).toString();
    const text = value === null ? null : buffer.toString('utf8', 0, writer.write(value, buffer, 0));
    const said = (name: string) => (headers?.[name] as string | undefined) ?? null;
    came.push({ key: own, text, timestamp, disorder: said(DISORDER_HEADER), id: said(DISORDER_ID_HEADER) });
  }
  feed.close();
  return { came, truths };
}
