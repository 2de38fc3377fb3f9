/** Who is compared: every profile under every driver, sweep and workload that was asked for. */
import type { Candidate } from './types.js';

/** A name in topics, client ids and labels: letters, digits, "_", "." and "-". */
export function slugOf({ name }: Pick<Candidate, 'name'>): string {
  return name.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replaceAll(/^[^A-Za-z0-9]+/g, '');
}

export interface Sweep {
  readonly key: string;
  readonly values: readonly string[];
}

/** All combinations, the last key changing fastest; one without anything where nothing is swept. */
export function combinations(sweeps: readonly Sweep[]): Readonly<{ [key: string]: string }>[] {
  return sweeps.reduce<{ [key: string]: string }[]>(
    (all, { key, values }) => all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
}

/**
 * Names that hold only what tells candidates apart: `async`, `async lingerMs=5`, `demo: async kafkajs`. One that
 * comes twice (a profile held against itself) is `async` and `async#2`.
 */
export function named(unnamed: readonly Omit<Candidate, 'name'>[], severalDrivers: boolean): Candidate[] {
  const severalWorkloads = new Set(unnamed.map(({ workload }) => workload)).size > 1;
  const times = new Map<string, number>();
  return unnamed.map((candidate) => {
    const { workload, profile, driver, sweep } = candidate;
    const words = [
      ...(severalWorkloads ? [`${workload}:`] : []),
      profile,
      ...(severalDrivers ? [driver] : []),
      ...Object.entries(sweep).map(([key, value]) => `${key}=${value}`),
    ];
    const plain = words.join(' ');
    const time = (times.get(plain) ?? 0) + 1;
    times.set(plain, time);
    return { name: time === 1 ? plain : `${plain}#${time}`, ...candidate };
  });
}

/** One for each workload: the first of that name or of that profile, or just the first. Undefined when nobody is called so. */
export function baselinesOf(
  candidates: readonly Candidate[],
  asked: string | undefined,
): string[] | undefined {
  const found: string[] = [];
  for (const workload of new Set(candidates.map((candidate) => candidate.workload))) {
    const here = candidates.filter((candidate) => candidate.workload === workload);
    const one =
      asked === undefined
        ? here[0]
        : (here.find(({ name }) => name === asked) ?? here.find(({ profile }) => profile === asked));
    if (one !== undefined) found.push(one.name);
  }
  const whole = found.length === new Set(candidates.map(({ workload }) => workload)).size;
  return whole || (asked !== undefined && candidates.some(({ name }) => name === asked)) ? found : undefined;
}
