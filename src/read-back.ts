/** Composition: one profile's topics read back and judged, while its run goes on or from what its summary claims. */
import { EventmillError } from './errors.js';
import { plural } from './figures.js';
import type { Lane } from './lane.js';
import { loadCodecsById } from './lanes.js';
import { persist } from './patience.js';
import { READER } from './reader.js';
import { TopicReader } from './transport/read.js';
import { isAway } from './transport/refusals.js';
import type { Bootstrap, Clock, ProfileSettings, TopicSnapshot, VerifyResult } from './types.js';
import { type Expected, LIMITS } from './verify/expectations.js';
import { addResults, type Claim, judge, withUnread } from './verify/findings.js';
import { Follower, type Ranges } from './verify/follow.js';
import { type Authors, Verifier } from './verify/verifier.js';

/** How many of the lost are named. */
const EXAMPLES = 5;

/** What a run says of one topic, now. */
interface Claimant {
  ranges(): Ranges | null;
  snapshot(): TopicSnapshot | undefined;
  /** How many partitions keys lead to, where no snapshot tells. */
  readonly partitions?: number;
}

/** What a run says of each of its topics, now. While nobody names the offsets (null), everything new is looked at. */
export interface Claims {
  readonly [topic: string]: { readonly ranges: Ranges | null; readonly snapshot: TopicSnapshot };
}

/** What it takes to follow a run. */
export interface Follow {
  readonly settings: ProfileSettings;
  readonly expected: readonly Expected[];
  /** Of each source, in their order. */
  readonly topics: readonly string[];
  readonly claims: () => Claims;
  readonly at: Bootstrap;
  readonly clock: Clock;
  /** Hears what the end is waiting for. */
  readonly tell?: ((line: string) => void) | undefined;
  /** One producer of the whole unless given. */
  readonly authors?: Authors | undefined;
}

/** What a lane says: its tally. */
export function claimsOf({ tally }: Pick<Lane, 'tally'>): Claims {
  const claims = [...tally.topics].map(([name, topic]) => {
    return [name, { ranges: topic.bounded ? topic.ranges() : null, snapshot: topic.snapshot() }] as const;
  });
  return Object.fromEntries(claims);
}

interface Following {
  readonly topic: string;
  readonly claimant: Claimant;
  readonly follower: Follower;
}

export class ReadBack {
  readonly #settings: Pick<ProfileSettings, 'acks'>;
  readonly #verifier: Verifier;
  readonly #expected: readonly Expected[];
  readonly #following: Following[] = [];
  readonly #open: (topic: string, claimant: Claimant, over: boolean) => Promise<void>;
  /** Topics that turned up on the way, as events may name their own. */
  readonly #others: () => ReadonlyMap<string, Claimant>;

  /** Begins to follow what a run will write. */
  static async following({
    settings,
    expected,
    topics,
    claims,
    at,
    clock,
    tell,
    authors,
  }: Follow): Promise<ReadBack> {
    const claimantOf = (topic: string): Claimant => ({
      ranges: () => {
        const claim = claims()[topic];
        return claim === undefined ? new Map() : claim.ranges;
      },
      snapshot: () => claims()[topic]?.snapshot,
    });
    const others = () => new Map(Object.keys(claims()).map((topic) => [topic, claimantOf(topic)]));
    const codecs = await loadCodecsById();
    const readBack = new ReadBack(settings, expected, at, codecs, clock, others, authors, tell);
    for (const topic of new Set(topics)) await readBack.#open(topic, claimantOf(topic), false);
    return readBack;
  }

  /** Reads what the summary of a run that is over claims. */
  static async ofClaims(
    settings: ProfileSettings,
    expected: readonly Expected[],
    claims: Readonly<{ [topic: string]: TopicSnapshot }>,
    at: Bootstrap,
    clock: Clock,
    authors?: Authors,
  ): Promise<ReadBack> {
    const codecs = await loadCodecsById();
    const readBack = new ReadBack(settings, expected, at, codecs, clock, () => new Map(), authors);
    for (const [topic, claim] of Object.entries(claims)) {
      const ranges = await claimedRanges(topic, claim, at, clock);
      await readBack.#open(topic, { ranges: () => ranges, snapshot: () => claim }, true);
    }
    return readBack;
  }

  private constructor(
    settings: Pick<ProfileSettings, 'acks'>,
    expected: readonly Expected[],
    at: Bootstrap,
    codecs: ConstructorParameters<typeof TopicReader>[0]['codecs'],
    clock: Clock,
    others: () => ReadonlyMap<string, Claimant>,
    authors?: Authors,
    tell?: Follow['tell'],
  ) {
    this.#settings = settings;
    this.#expected = expected;
    this.#verifier = new Verifier(expected, LIMITS, authors);
    this.#others = others;
    this.#open = async (topic, claimant, over) => {
      const reader = new TopicReader({ ...at, topic, clientId: READER, clock, codecs, patient: true });
      const verifier = this.#verifier;
      const ranges = () => {
        const partitions = claimant.partitions ?? claimant.snapshot()?.partitions;
        if (partitions !== undefined) verifier.spread(topic, partitions);
        return claimant.ranges();
      };
      const complete = () => {
        const claim = claimOf(claimant.snapshot(), settings);
        return claim !== undefined && verifier.findings(topic).distinct >= claim.promised + claim.excused;
      };
      const broken = () => {
        const { failed = 0, expired = 0 } = claimant.snapshot()?.fates ?? {};
        return failed + expired > 0;
      };
      const follower = new Follower({ topic, reader, verifier, clock, ranges, complete, broken, tell, over });
      this.#following.push({ topic, claimant, follower });
      try {
        await persist(() => follower.start(), { clock, mayPass: isAway });
      } catch (error) {
        // Whoever opens gets the error and nothing to close: those that follow already would go on for ever.
        this.close();
        throw error;
      }
    };
  }

  /** Reads all of a topic that no run has made claims about. */
  static async ofTopic(
    expected: readonly Expected[],
    topic: string,
    at: Bootstrap,
    clock: Clock,
  ): Promise<ReadBack> {
    const ranges = await rangesOf(topic, at, clock);
    const readBack = new ReadBack({ acks: 1 }, expected, at, await loadCodecsById(), clock, () => new Map());
    await readBack.#open(
      topic,
      { ranges: () => ranges, snapshot: () => undefined, partitions: ranges.size },
      true,
    );
    return readBack;
  }

  /** The run is over: reads the rest and judges. Throws VERIFY or TOPIC when records cannot be read at all. */
  async finish(): Promise<VerifyResult> {
    for (const [topic, claimant] of this.#others()) {
      if (!this.#following.some((one) => one.topic === topic)) await this.#open(topic, claimant, true);
    }
    const results = await Promise.all(this.#following.map((one) => this.#finishOne(one)));
    return results.reduce(addResults, { read: 0, lost: 0, duplicated: 0, reordered: 0, corrupted: 0 });
  }

  close(): void {
    for (const { follower } of this.#following) follower.close();
  }

  async #finishOne({ topic, claimant, follower }: Following): Promise<VerifyResult> {
    await follower.finish();
    const verifier = this.#verifier;
    const found = verifier.findings(topic);
    const told = claimOf(claimant.snapshot(), this.#settings);
    // Without a claim, what is missing is what something later proves to have been made.
    const claim = told ?? { promised: found.distinct + verifier.missing(topic), excused: 0 };
    if (told !== undefined && judge(found, told).lost > follower.unread) {
      // With records that were given up among them, nobody knows how many of those due were made.
      verifier.missing(topic, told.excused > 0 ? undefined : told.promised, EXAMPLES);
    }
    const notes = this.#notes(topic, follower, told !== undefined);
    const judged = withUnread(judge(verifier.findings(topic), claim), follower.unread);
    // What has come proves of some records only that they may have been made: those without a key, or given up on.
    if (judged.lost > 0 && judged.examples?.lost === undefined)
      notes.push(`${topic}: how many records are lost is certain; which ones, nothing that came can tell`);
    return {
      ...judged,
      ...(notes.length > 0 ? { notes } : {}),
    };
  }

  #notes(topic: string, follower: Follower, claimed: boolean): string[] {
    const { forgotten, tooEarly, keysOverflowed } = this.#verifier;
    const { unknownOfOurs, copiesOfOurs, copiesOfOthers } = this.#verifier.findings(topic);
    const again = copiesOfOurs + copiesOfOthers;
    const notes = this.#expected
      .filter((expected) => expected.topic === topic && expected.compares === 'nothing')
      .map(
        () =>
          `${topic}: its generator does not repeat itself, so values were not compared with what the seed makes`,
      );
    if (follower.unread > 0)
      notes.push(
        `${topic}: the broker stopped giving records before the end, so nobody knows whether the rest is there`,
      );
    if (tooEarly > 0 && unknownOfOurs > 0)
      notes.push(
        `up to ${plural(Math.min(tooEarly, unknownOfOurs), 'record')} may be what the seed makes more than ${LIMITS.ahead} events behind the last that has come, which is as far as is looked; they count as not made by it`,
      );
    if (!claimed)
      notes.push(
        `${topic}: without the run's summary its end is not known, so records that are missing behind the last of their key cannot be noticed`,
      );
    if (again > 0)
      notes.push(
        `${topic}: ${plural(again, 'record')} that had come before came from another producer, most likely another run with the same seed`,
      );
    if (forgotten > 0)
      notes.push(
        `${plural(forgotten, 'missing record')} given up waiting for: had they come, they would count as another's`,
      );
    if (keysOverflowed > 0)
      notes.push('there were more keys than are kept: duplicates of some were counted as another’s records');
    return notes;
  }
}

/** All that a topic holds. */
async function rangesOf(topic: string, at: Bootstrap, clock: Clock): Promise<Ranges> {
  const reader = new TopicReader({ ...at, topic, clientId: READER, clock, codecs: new Map() });
  const ends = async () => {
    await reader.connect();
    return Promise.all([reader.offsets('beginning'), reader.offsets('end')]);
  };
  try {
    const [first, next] = await persist(ends, { clock, mayPass: isAway });
    return new Map(
      [...first].map(([partition, offset]) => [partition, [offset, next.get(partition) ?? offset]]),
    );
  } finally {
    reader.close();
  }
}

/**
 * The offsets that a summary names. A killed run that asked for no acknowledgements has left only where it began: all
 * from there on may be its own. Throws VERIFY where records were written and no offset is named.
 */
async function claimedRanges(
  topic: string,
  { offsets, records }: TopicSnapshot,
  at: Bootstrap,
  clock: Clock,
): Promise<Ranges> {
  const named = Object.entries(offsets).map(([partition, range]) => [Number(partition), range] as const);
  if (named.length === 0 && records > 0) {
    throw new EventmillError(
      'VERIFY',
      `topic ${topic}: expected the summary to name the offsets of the ${plural(records, 'record')} written, got none, and what else is in the topic is not the run's; verify while the run goes on (run --verify), or check the whole topic with --topic`,
    );
  }
  if (named.every(([, [, next]]) => next >= 0)) return new Map(named);
  const there = await rangesOf(topic, at, clock);
  const closed = named.map(([partition, [first, next]]) => {
    const end = next >= 0 ? next : (there.get(partition)?.[1] ?? first);
    return [partition, [first, end]] as const;
  });
  return new Map(closed.filter(([, [first, end]]) => end > first));
}

function claimOf(
  snapshot: TopicSnapshot | undefined,
  settings: Pick<ProfileSettings, 'acks'>,
): Claim | undefined {
  if (snapshot === undefined) return undefined;
  const { records, fates, due } = snapshot;
  // What was under way when a killed run wrote its last summary is unacknowledged there, and promised by nobody.
  const promised = settings.acks === 0 ? records : fates.acked;
  return { promised, excused: due - promised };
}
