/**
 * Volatility that remembers: log variance is a sum of Ornstein-Uhlenbeck processes of very different memories, which
 * together decay like a power law. They advance by any stretch of time, so that no speed changes what they are.
 */
import type { Random } from '../../src/types.js';

export interface Memory {
  /** Standard deviation of its part of log variance. */
  readonly sigma: number;
  /** Trading days after which a 2.7th is left. */
  readonly days: number;
  /** How much the log of activity follows it. */
  readonly busier: number;
}

/** A model begins on an ordinary day: its memories stray half as far as they will later. */
export function beginning(memory: Memory, random: Random): number {
  return 0.5 * memory.sigma * random.normal();
}

/** One step of an Ornstein-Uhlenbeck process over any number of days. */
export function remember(state: number, memory: Memory, days: number, normal: number): number {
  const kept = Math.exp(-days / memory.days);
  return state * kept + memory.sigma * Math.sqrt(1 - kept * kept) * normal;
}

/** A normal deviate that has the given correlation with another. */
export function leveraged(random: Random, correlation: number, other: number): number {
  return correlation * other + Math.sqrt(1 - correlation * correlation) * random.normal();
}

/** What to take off a log variance so that the mean variance is 1. */
export function varianceExcess(memories: readonly Memory[]): number {
  return memories.reduce((sum, { sigma }) => sum + (sigma * sigma) / 2, 0);
}

/** The same for a log activity. */
export function activityExcess(memories: readonly Memory[]): number {
  return memories.reduce((sum, { sigma, busier }) => sum + (busier * sigma) ** 2 / 2, 0);
}
