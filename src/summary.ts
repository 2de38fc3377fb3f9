/** The JSON of `--summary`: rewritten whole each second, so that even a killed process leaves its last claim. */
import { Outlet } from './outlet.js';
import type { Snapshot, Summary } from './types.js';
import { WholeFile } from './whole-file.js';

/** What of a snapshot lasts beyond the run. */
export function summaryOf(snapshot: Snapshot): Summary {
  const { eventmill, seed, workload, driver, brokers, sandbox, startedAt, sources } = snapshot;
  const { shard, workers, changes } = snapshot;
  const profiles = snapshot.profiles.map((live) => live.profile);
  const parts = {
    ...(shard === undefined ? {} : { shard }),
    ...(workers === undefined ? {} : { workers }),
    ...(changes === undefined ? {} : { changes }),
  };
  return { eventmill, seed, workload, driver, brokers, sandbox, startedAt, sources, ...parts, profiles };
}

/** The file of `--summary`; throws NOT_WRITABLE if it cannot be written. */
export async function openSummary(path: string): Promise<Outlet> {
  const file = await WholeFile.open(path, '--summary');
  return new Outlet((snapshot) => file.write(`${JSON.stringify(summaryOf(snapshot), null, 2)}\n`));
}
