/** What a fault can be: the words of its spec, and what they become. The README beside this file lists them all. */
import type { ApiName } from '../protocol/keys.js';

/** One fault, as read. Names of clients and topics may end with `*`. */
export interface Fault {
  readonly spec: string;
  /** `broker`: a matter of whole brokers, by the time or by the Produce requests that they get. */
  readonly api: ApiName | 'any' | 'broker';
  readonly kind: Kind;
  /** Whether it strikes only after the request was carried out. */
  readonly after: boolean;
  /** For delay, throttle and gone. */
  readonly ms: number;
  /** For errors. */
  readonly code: number;
  readonly client?: string;
  readonly topic?: string;
  readonly partition?: number;
  /** The broker that is called, or, where nobody calls, that is struck. */
  readonly node?: number;
  /** Requests that fit but are let pass first. */
  readonly skip: number;
  /** Of the rest, each n-th is struck. */
  readonly every: number;
  /** Instead: one in so many milliseconds; 0 for none. */
  readonly everyMs: number;
  /** Begins so long after the faults were set, or after the cue; undefined: at once. */
  readonly atMs?: number;
  /** Ends so long after it began. */
  readonly forMs: number;
  /** At most so many. */
  readonly count: number;
  readonly probability: number;
}

export type Kind =
  | 'delay'
  | 'throttle'
  | 'error'
  | 'partition-error'
  | 'drop'
  | 'silence'
  | 'lose'
  | 'leader-move'
  | 'gone';

export interface What {
  readonly kind: Kind;
  readonly after: boolean;
  readonly value: 'duration' | 'code' | 'none';
}

/** What can be asked for, and what its value is. */
export const WHATS: { readonly [what: string]: What } = {
  delay: { kind: 'delay', after: false, value: 'duration' },
  throttle: { kind: 'throttle', after: false, value: 'duration' },
  error: { kind: 'error', after: false, value: 'code' },
  'error-after': { kind: 'error', after: true, value: 'code' },
  'partition-error': { kind: 'partition-error', after: false, value: 'code' },
  drop: { kind: 'drop', after: false, value: 'none' },
  'drop-after': { kind: 'drop', after: true, value: 'none' },
  silence: { kind: 'silence', after: false, value: 'none' },
  'silence-after': { kind: 'silence', after: true, value: 'none' },
  lose: { kind: 'lose', after: false, value: 'none' },
  'leader-move': { kind: 'leader-move', after: false, value: 'none' },
  gone: { kind: 'gone', after: false, value: 'duration' },
  'gone-after': { kind: 'gone', after: true, value: 'duration' },
};

/** What happens to brokers and not to requests: the only faults of the API `broker`. */
export const OF_BROKERS: ReadonlySet<Kind> = new Set(['leader-move', 'gone']);

export const MATCHERS = [
  'client',
  'topic',
  'partition',
  'node',
  'count',
  'after',
  'every',
  'probability',
  'at',
  'for',
] as const;
export type Matcher = (typeof MATCHERS)[number];

/** Whether nobody needs to ask for it: it strikes by the clock alone. */
export function isTimed({ api, atMs, everyMs }: Fault): boolean {
  return api === 'broker' && (atMs !== undefined || everyMs > 0);
}
