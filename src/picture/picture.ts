/** A picture: panels, one below the other, over the same time. */
import type { Fields } from '../types.js';

export interface Panel {
  readonly title: string;
  /** One value per slot of the picture's time; NaN where there is nothing to tell. */
  readonly values: Float64Array;
  /** Bars and dots stand on zero, lines are between their least and greatest value. */
  readonly style: 'bars' | 'line' | 'dots';
  /** A value for people. */
  readonly shown: (value: number) => string;
}

export interface Picture {
  readonly title: string;
  readonly facts: readonly string[];
  /** Moments to be named below, each with its place from 0 to 1. */
  readonly ticks: readonly (readonly [place: number, words: string])[];
  readonly panels: readonly Panel[];
}

/** Looks at events one after another. */
export interface Sketch {
  /** Epoch ms of the model's time from which on, and for how long, events are wanted. */
  readonly from: number;
  readonly duration: number;
  see(value: unknown): void;
  picture(): Picture;
}

/** Reads a field of an event by its declaration: the word of a code, the number of a decimal. */
export function reader(fields: Fields, name: string): (value: unknown) => string | number | undefined {
  const field = fields[name];
  const raw = (value: unknown) => (value as { readonly [name: string]: string | number | undefined })[name];
  if (field?.type === 'code') return (value) => field.values[raw(value) as number];
  if (field?.type === 'decimal') return (value) => (raw(value) as number) / 10 ** field.scale;
  return raw;
}

/** How far a zone's clocks are ahead of UTC, ms. */
export function zoneOffset(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return local - Math.floor(at / 60_000) * 60_000;
}
