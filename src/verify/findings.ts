/** What was found out about the records of a run, and the first examples of each kind. */
import type { VerifyExample, VerifyExamples, VerifyResult } from '../types.js';

export type Verdict = keyof VerifyExamples;

const EXAMPLES_MAX = 5;

/** Counts by topic, since what is claimed is claimed by topic. */
export class Findings {
  read = 0;
  /** First copies of records of ours. */
  distinct = 0;
  duplicated = 0;
  /** First copies that came behind a later one of their key; without a key, of their partition. */
  reordered = 0;
  /** First copies that came behind one of their partition that was made later. */
  reorderedInPartition = 0;
  corrupted = 0;
  /** First copies that do not lie where their key leads. */
  misplaced = 0;
  /** Records that the seed does not make. Whether they are another's or ours spoiled is settled at the end. */
  unknown = 0;
  /** Of those, the ones that a producer of ours has written. */
  unknownOfOurs = 0;
  /** Second copies that were taken for another's until their producer turned out to be ours. */
  copiesOfOurs = 0;
  /** Second copies by producers that have written nothing of ours: another run makes the same. */
  copiesOfOthers = 0;
  readonly examples: { [V in Verdict]?: VerifyExample[] } = {};

  wantsExample(verdict: Verdict): boolean {
    return (this.examples[verdict]?.length ?? 0) < EXAMPLES_MAX;
  }

  example(verdict: Verdict, example: VerifyExample): void {
    this.examples[verdict] ??= [];
    this.examples[verdict].push(example);
  }
}

/** What a run says of one topic. */
export interface Claim {
  /** Records that were asked for and acknowledged, or, without acknowledgements, written. */
  readonly promised: number;
  /** Records made whose fate lets them be missing. */
  readonly excused: number;
}

/** Holds what was found against what was claimed. */
export function judge(found: Findings, claim: Claim): VerifyResult {
  // Ours but spoiled in key or sequence number beyond recognition: at most as many as are missing.
  const missingBefore = Math.max(0, claim.promised - found.distinct);
  const strangers = found.unknown - found.unknownOfOurs - found.copiesOfOurs - found.copiesOfOthers;
  const missingStill = Math.max(0, missingBefore - found.unknownOfOurs);
  const spoiled = found.unknownOfOurs + Math.min(strangers, missingStill);
  const distinct = found.distinct + spoiled;
  const lost = Math.max(0, claim.promised - distinct);
  const made = claim.promised + claim.excused;
  const excused = Math.max(0, made - distinct - lost);
  const foreign = found.unknown - spoiled - found.copiesOfOurs;
  return {
    read: found.read - foreign,
    lost,
    duplicated: found.duplicated + found.copiesOfOurs,
    reordered: found.reordered,
    corrupted: found.corrupted + spoiled,
    ...(found.misplaced > 0 ? { misplaced: found.misplaced } : {}),
    ...(found.reorderedInPartition > 0 ? { reorderedInPartition: found.reorderedInPartition } : {}),
    ...(excused > 0 ? { excused } : {}),
    ...(foreign > 0 ? { foreign } : {}),
    ...(Object.keys(found.examples).length > 0 ? { examples: found.examples } : {}),
  };
}

/** What could not be read is not known to be lost. */
export function withUnread(result: VerifyResult, unread: number): VerifyResult {
  const among = Math.min(result.lost, unread);
  return among > 0 ? { ...result, lost: result.lost - among, unread: among } : result;
}

export function addResults(a: VerifyResult, b: VerifyResult): VerifyResult {
  const sum = (of: 'misplaced' | 'reorderedInPartition' | 'unread' | 'excused' | 'foreign') => {
    const total = (a[of] ?? 0) + (b[of] ?? 0);
    return total > 0 ? { [of]: total } : {};
  };
  const notes = [...new Set([...(a.notes ?? []), ...(b.notes ?? [])])];
  return {
    read: a.read + b.read,
    lost: a.lost + b.lost,
    duplicated: a.duplicated + b.duplicated,
    reordered: a.reordered + b.reordered,
    corrupted: a.corrupted + b.corrupted,
    ...sum('misplaced'),
    ...sum('reorderedInPartition'),
    ...sum('unread'),
    ...sum('excused'),
    ...sum('foreign'),
    ...examplesOf(a, b),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function examplesOf(a: VerifyResult, b: VerifyResult): { examples?: VerifyExamples } {
  const names = [...Object.keys(a.examples ?? {}), ...Object.keys(b.examples ?? {})] as Verdict[];
  if (names.length === 0) return {};
  const both = (name: Verdict) => [...(a.examples?.[name] ?? []), ...(b.examples?.[name] ?? [])];
  const examples = Object.fromEntries(names.map((name) => [name, both(name).slice(0, EXAMPLES_MAX)]));
  return { examples };
}
