/** Why a trial's figures do not count. What is closed out is named and kept; nothing is dropped because it looks odd. */
import type { LiveSnapshot } from '../types.js';
import { middle } from './statistics.js';
import type { Load, Reason, Second, Trial } from './types.js';

/** Others may use this much more of the machine than is usual in this comparison, as a share of all cores. */
const BUSY_ABOVE_USUAL = 0.15;
/** Share of a trial's time for which brokers held the producer back. */
const THROTTLED = 0.05;
/** Share of the records due that must have been made. */
const REACHED = 0.98;
/** So much later than the first records the last ones may be settled: seconds, and share of the trial, whichever is more. */
const GROWN_SECONDS = 1;
const GROWN_SHARE = 0.03;
/** From here on the machine counts as busy throughout. */
const BUSY_THROUGHOUT = 0.25;

export interface Ended {
  readonly live: LiveSnapshot;
  readonly series: readonly Second[];
  readonly load: Load;
  /** Whether a rate was asked for, so that throughput is given and not found. */
  readonly atRate: boolean;
  /** Whether the brokers were told to throttle. */
  readonly throttlingAsked: boolean;
}

/** `before`: the trials of this comparison so far. */
export function closingReasons(ended: Ended, before: readonly Trial[]): Reason[] {
  return [busy(ended.load, before), throttled(ended), behind(ended)].filter((reason) => reason !== undefined);
}

function busy({ others }: Load, before: readonly Trial[]): Reason | undefined {
  if (others === null) return undefined;
  const usual = usualLoad(before);
  if (Number.isNaN(usual) || others <= usual + BUSY_ABOVE_USUAL) return undefined;
  const words = `the machine was busy with something else: ${percent(others)} of it, where ${percent(usual)} was usual`;
  return { code: 'MACHINE_BUSY', words };
}

function throttled({ load: { throttledMs }, live, throttlingAsked }: Ended): Reason | undefined {
  const share = throttledMs / 1000 / live.profile.seconds;
  if (throttlingAsked || !(share > THROTTLED)) return undefined;
  const words = `brokers asked the producer to wait for ${Math.round(throttledMs)} ms in all (a quota?)`;
  return { code: 'THROTTLED', words };
}

/**
 * A backlog shows in the end alone, wherever it lies (not made in time, in the buffer, at the broker): the last records
 * are settled later after their due time than the first were. A stall that was caught up with is none, however long,
 * and neither is a latency that is long from the start.
 */
function behind({ live: { profile }, series, atRate }: Ended): Reason | undefined {
  if (!atRate || profile.due === 0) return undefined;
  const made = (profile.due - (profile.errors['NEVER_MADE'] ?? 0)) / profile.due;
  const [last, grown] = lateness(series);
  if (made >= REACHED && grown <= Math.max(GROWN_SECONDS, GROWN_SHARE * profile.seconds)) return undefined;
  const words =
    `the rate was not reached: ${Math.round(profile.recordsPerSecond)} records/s, ` +
    `${percent(made)} of those due made, the last ones settled ${last.toFixed(1)} s after they were due`;
  return { code: 'RATE_NOT_REACHED', words };
}

/** How long after its due time the middle record of the trial's end was settled, and how much more that is than at its start, seconds. */
function lateness(series: readonly Second[]): readonly [last: number, grown: number] {
  const middles = series.map(({ p50Ms }) => p50Ms).filter((ms) => ms !== null);
  const [first = 0, last = 0] = [middles[0], middles.at(-1)];
  return [last / 1000, (last - first) / 1000];
}

/** Made anew it may go better; a rate that is too high stays too high. */
export function isWorthAnother(reasons: readonly Reason[]): boolean {
  return reasons.length > 0 && reasons.every(({ code }) => code !== 'RATE_NOT_REACHED');
}

/** The median of what others used of the machine; NaN where nobody can tell. */
export function usualLoad(trials: readonly Trial[]): number {
  return middle(
    trials.map(({ figures }) => figures?.load.others ?? null).filter((others) => others !== null),
  );
}

/** What a reader should know of the whole. */
export function loadNotes(trials: readonly Trial[]): string[] {
  const usual = usualLoad(trials);
  if (Number.isNaN(usual))
    return ['What else this machine did meanwhile could not be told apart from the brokers.'];
  if (usual < BUSY_THROUGHOUT) return [];
  return [
    `Others used ${percent(usual)} of this machine on the median: ratios suffer less from it than figures, and both from its ups and downs.`,
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
