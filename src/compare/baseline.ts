/** Whether an earlier report may be held against this comparison: what forbids it, and what a reader should know of it. */
import type { Candidate, ComparedWorkload, Design, Machine, Report } from './types.js';
import { seedsOf } from './words.js';

/** Of either comparison. */
export interface Measured {
  readonly workloads: readonly ComparedWorkload[];
  readonly design: Pick<Design, 'limits' | 'warmupMs'>;
  /** Whether the size of a trial was asked for, and does not follow from the memory that was free. */
  readonly bytesAsked: boolean;
}

/** Other events, another rate or trials of another length: figures of these say nothing about each other. A sentence each. */
export function unlikeBaseline(old: Report, now: Measured): string[] {
  const parts: readonly (readonly [what: string, of: (one: Measured) => string, remedy: string])[] = [
    ['workload', namesOf, 'name the same one'],
    ['sources', whatOf, 'leave the workload as it was'],
    ['rate', ratesOf, 'give the same --rate'],
    ['limits', limitsOf, 'give the same --duration, --count or --bytes'],
  ];
  const before: Measured = { ...old, bytesAsked: hadBytes(old) };
  const [first] = parts.filter(([, of]) => of(before) !== of(now));
  if (first === undefined) return [];
  const [what, of, remedy] = first;
  return [
    `expected a comparison of the same ${what}, ${short(of(now))}, got ${short(of(before))}; ${remedy}, or make a new baseline`,
  ];
}

type Circumstances = Pick<Report, 'machine' | 'brokers' | 'sandbox' | 'workloads' | 'candidates' | 'design'>;

/** What else differs, and may be why figures do. A sentence each. */
export function baselineNotes(old: Circumstances, now: Circumstances): string[] {
  const found = [
    ...differing('machine', machineOf(old.machine), machineOf(now.machine)),
    ...differing('broker', brokerOf(old), brokerOf(now)),
    ...differing('seed', seedsOf(old.workloads), seedsOf(now.workloads)),
    ...differing('warm-up', `${old.design.warmupMs} ms`, `${now.design.warmupMs} ms`),
    ...now.candidates.flatMap((candidate) => {
      const before = old.candidates.find(({ name }) => name === candidate.name);
      return before === undefined ? [] : settingsDiffering(before, candidate);
    }),
  ];
  return found.map((what) => `The baseline is of another ${what}: that alone may make the difference.`);
}

function settingsDiffering({ settings: before, name }: Candidate, { settings: after }: Candidate): string[] {
  const keys = (Object.keys(after) as (keyof typeof after)[]).filter((key) => before[key] !== after[key]);
  const changes = keys.map((key) => `${key} ${before[key]} there, ${after[key]} here`);
  return changes.length === 0 ? [] : [`setting of ${name} (${changes.join('; ')})`];
}

function differing(what: string, before: string, after: string): string[] {
  return before === after ? [] : [`${what} (${before} there, ${after} here)`];
}

function machineOf({ cpu, cores, memoryBytes, os, node }: Machine): string {
  return `${cpu}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${os}, Node ${node}`;
}

function brokerOf({ brokers, sandbox }: Circumstances): string {
  return sandbox ? 'the sandbox' : brokers || 'none';
}

function namesOf({ workloads }: Measured): string {
  return workloads.map(({ name }) => name).join(', ');
}

/** Without rate and topic: a topic's name changes nothing of what is made. */
function whatOf({ workloads }: Measured): string {
  return JSON.stringify(
    workloads.map(({ sources }) => sources.map(({ rate: _, topic: __, ...source }) => source)),
  );
}

function ratesOf({ workloads }: Measured): string {
  return JSON.stringify(workloads.flatMap(({ sources }) => sources.map(({ rate }) => rate)));
}

function limitsOf({ design: { limits }, bytesAsked }: Measured): string {
  const { durationMs, count, bytes } = limits;
  return JSON.stringify({ durationMs, count, bytes: bytesAsked ? bytes : undefined });
}

/** Whether its command named a size. */
export function hadBytes({ command }: Pick<Report, 'command'>): boolean {
  return command.some((word) => /^--bytes(=|$)/.test(word));
}

function short(text: string): string {
  const LONGEST = 160;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
