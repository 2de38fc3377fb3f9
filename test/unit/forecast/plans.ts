/** Forecasts of small workloads, for tests. */
import { systemClock } from '../../../src/clock.js';
import { readProfiles } from '../../../src/config/load.js';
import { Mistakes } from '../../../src/config/mistakes.js';
import { readWorkload } from '../../../src/config/workload.js';
import { type Forecast, forecast } from '../../../src/forecast/forecast.js';
import type { Shard } from '../../../src/types.js';

export interface Wishes {
  readonly profiles?: readonly string[];
  readonly set?: readonly string[];
  readonly partitions?: number;
  readonly workers?: number;
  readonly shard?: Shard;
  readonly brokers?: readonly string[];
}

/** The forecast of a workload as it stands in a file. */
export async function planOf(workload: object, wishes: Wishes = {}): Promise<Forecast> {
  const { profiles = ['async'], set = [], brokers = [], ...rest } = wishes;
  const mistakes = new Mistakes();
  const read = await readWorkload(workload, 'test', 'test.json', systemClock.now(), mistakes);
  const loaded = await readProfiles(profiles, set, mistakes);
  mistakes.settle();
  return forecast({ workload: read!, profiles: loaded, brokers, clock: systemClock, ...rest });
}

/** One source of stock ticks. */
export function ticks(rate: unknown, more: object = {}, limits: object = { duration: '10s' }): object {
  return { ...limits, sources: { ticks: { generator: 'stock', rate, ...more } } };
}
