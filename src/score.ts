/** How well a consumer has handled disorder: what it says of events, held against the manifest of what was done to them. */
import { KINDS } from './disorder.js';
import type { DisorderKind } from './types.js';

/** A line of the manifest, as far as it is held against. */
export interface TruthLine {
  readonly id: string;
  readonly disorder: DisorderKind;
  readonly profile: string;
  readonly source: string;
  readonly topic: string;
  readonly key: string | null;
  readonly sequence: number | null;
  readonly neverCame?: boolean;
}

/** What a consumer says of one event, which it names by `id`, or by `key` and `sequence`. */
export interface Claim {
  readonly id?: string;
  readonly key?: string | null;
  readonly sequence?: number;
  /** Where several sources have such keys. */
  readonly source?: string;
  readonly topic?: string;
  /** What it holds the event for, where it says so. */
  readonly disorder?: DisorderKind;
}

/** `caught`: the claims are of events that it holds for wrong; `accepted`: of those that it took for good. */
export type Claimed = 'caught' | 'accepted';

export interface KindScore {
  readonly kind: DisorderKind;
  /** Events that something was done to, and that came, or that a consumer may miss. */
  readonly events: number;
  readonly caught: number;
  /** Caught, and held for another kind. */
  readonly mistaken: number;
  readonly missed: number;
  /** Good events that were held for this kind. */
  readonly falseAlarms: number;
}

export interface ScoreResult {
  readonly kinds: readonly KindScore[];
  readonly events: number;
  /** Under whichever name. */
  readonly caught: number;
  /** Of good events, whatever they were held for; null where only those accepted are known. */
  readonly falseAlarms: number | null;
  readonly claims: number;
}

/** In a row of bytes, one for each event of the manifest. */
const UNSEEN = 0;
const MISTAKEN = 1;
const NAMED = 2;
/** Nothing came of these that could be taken for good. */
const NEVER_SEEN: readonly DisorderKind[] = ['missing'];

export class Score {
  readonly #claimed: Claimed;
  readonly #kinds: number[] = [];
  readonly #streams: string[] = [];
  readonly #seen: number[] = [];
  readonly #byId = new Map<string, number>();
  readonly #byName = new Map<string, number[]>();
  readonly #falseAlarms = new Map<DisorderKind | 'unnamed', number>();
  #claims = 0;

  constructor(claimed: Claimed) {
    this.#claimed = claimed;
  }

  /** Takes a line of the manifest; false for an event of which there was one already. */
  expect({ id, disorder, source, topic, key, sequence, neverCame }: TruthLine): boolean {
    if (this.#byId.has(id)) return false;
    // A second copy that never came is an event like any other.
    if (neverCame === true && disorder === 'duplicate') return true;
    if (this.#claimed === 'accepted' && (neverCame === true || NEVER_SEEN.includes(disorder))) return true;
    const index = this.#kinds.length;
    this.#byId.set(id, index);
    this.#kinds.push(KINDS.indexOf(neverCame === true ? 'missing' : disorder));
    this.#streams.push(`${source}\n${topic}`);
    this.#seen.push(UNSEEN);
    if (key === null || sequence === null) return true;
    const name = nameOf(key, sequence);
    const others = this.#byName.get(name);
    if (others === undefined) this.#byName.set(name, [index]);
    else others.push(index);
    return true;
  }

  claim(claim: Claim): void {
    this.#claims++;
    const index = this.#find(claim);
    const { disorder } = claim;
    if (index === undefined) {
      const kind = disorder ?? 'unnamed';
      this.#falseAlarms.set(kind, (this.#falseAlarms.get(kind) ?? 0) + 1);
      return;
    }
    if (this.#claimed === 'accepted') {
      this.#seen[index]!++;
      return;
    }
    const named = disorder === undefined || KINDS.indexOf(disorder) === this.#kinds[index];
    this.#seen[index] = Math.max(this.#seen[index]!, named ? NAMED : MISTAKEN);
  }

  #find({ id, key, sequence, source, topic }: Claim): number | undefined {
    if (id !== undefined) return this.#byId.get(id);
    if (key === undefined || key === null || sequence === undefined) return undefined;
    return this.#byName.get(nameOf(key, sequence))?.find((index) => {
      const [ofSource, ofTopic] = this.#streams[index]!.split('\n');
      return (source ?? ofSource) === ofSource && (topic ?? ofTopic) === ofTopic;
    });
  }

  result(): ScoreResult {
    const kinds = KINDS.map((kind, k) => this.#scoreOf(kind, k));
    const all = (of: (one: KindScore) => number) => kinds.reduce((sum, one) => sum + of(one), 0);
    const alarms = [...this.#falseAlarms.values()].reduce((sum, one) => sum + one, 0);
    return {
      kinds: kinds.filter(({ events, falseAlarms }) => events > 0 || falseAlarms > 0),
      events: all(({ events }) => events),
      caught: all(({ caught, mistaken }) => caught + mistaken),
      falseAlarms: this.#claimed === 'accepted' ? null : alarms,
      claims: this.#claims,
    };
  }

  #scoreOf(kind: DisorderKind, k: number): KindScore {
    const seen = this.#seen.filter((_, index) => this.#kinds[index] === k);
    // Of an event that comes twice one copy is good.
    const allowed = kind === 'duplicate' ? 1 : 0;
    const accepted = this.#claimed === 'accepted';
    const caught = seen.filter((one) => (accepted ? one <= allowed : one === NAMED)).length;
    const mistaken = accepted ? 0 : seen.filter((one) => one === MISTAKEN).length;
    return {
      kind,
      events: seen.length,
      caught,
      mistaken,
      missed: seen.length - caught - mistaken,
      falseAlarms: accepted ? 0 : (this.#falseAlarms.get(kind) ?? 0),
    };
  }
}

function nameOf(key: string, sequence: number): string {
  return `${sequence}\n${key}`;
}
