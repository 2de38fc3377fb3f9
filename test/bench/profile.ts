/** Where CPU time goes and what is allocated, by source file: engines inline functions into one another, but rarely files. */
import { Session } from 'node:inspector/promises';

/** One file, or what the engine calls (garbage collector) and (program). */
export interface Share {
  readonly where: string;
  /** Microseconds, or bytes. */
  readonly amount: number;
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

/** Microseconds of CPU on the main thread while `run` goes on; waiting is left out. */
export async function cpuShares<T>(run: () => Promise<T>): Promise<{ result: T; shares: Share[] }> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  const result = await run();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const deltas = profile.timeDeltas ?? [];
  const amounts = new Map<string, number>();
  for (const [i, id] of (profile.samples ?? []).entries()) add(amounts, frames.get(id)!, deltas[i]!);
  amounts.delete('(idle)');
  return { result, shares: sorted(amounts) };
}

interface Allocation {
  readonly callFrame: Frame;
  readonly selfSize: number;
  readonly children: readonly Allocation[];
}

/** Bytes of the JavaScript heap allocated while `run` goes on, whether they are still used at its end or not, by sampling. */
export async function heapShares<T>(run: () => Promise<T>): Promise<{ result: T; shares: Share[] }> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 16_384,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as { samplingInterval: number });
  const result = await run();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const amounts = new Map<string, number>();
  const visit = ({ callFrame, selfSize, children }: Allocation) => {
    add(amounts, callFrame, selfSize);
    for (const child of children) visit(child);
  };
  visit(profile.head);
  return { result, shares: sorted(amounts) };
}

function add(amounts: Map<string, number>, { url, functionName }: Frame, amount: number): void {
  const own = /\/dist\/(.+)\.js$/.exec(url)?.[1];
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  const where = own ?? library ?? (url.startsWith('node:') ? url : functionName || '(engine)');
  amounts.set(where, (amounts.get(where) ?? 0) + amount);
}

function sorted(amounts: ReadonlyMap<string, number>): Share[] {
  return [...amounts].map(([where, amount]) => ({ where, amount })).sort((a, b) => b.amount - a.amount);
}
