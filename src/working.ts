/**
 * One worker of a profile: a thread with a lane of its own, which makes the events whose keys are its own and sends them
 * through a producer of its own. The main thread says when to begin and when to end, and is told the figures.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from './clock.js';
import { Dial } from './dial.js';
import type { Truth } from './disorder.js';
import { EventmillError, errorText } from './errors.js';
import type { Lane } from './lane.js';
import { connectLane, loadCodecs, loadDrivers, type PlannedLane, paceSources, planLane } from './lanes.js';
import type { Stream } from './manifest.js';
import { type PreparedSource, prepareSources } from './prepare.js';
import { createRandom } from './random.js';
import { rehearse } from './rehearsal.js';
import { type PlainSecurity, secured } from './security/plain.js';
import { limitsOf } from './shard.js';
import type { Peeked } from './source.js';
import type { LiveSnapshot, Profile, Shard, Workload } from './types.js';

/** What a worker is to do. */
export interface WorkOrder {
  readonly workload: Workload;
  readonly profile: Profile;
  /** How many profiles run, which decides on topics' names. */
  readonly profiles: number;
  readonly shard: Shard;
  readonly brokers: readonly string[];
  readonly partitions?: number;
  readonly clientId?: string;
  readonly security?: PlainSecurity;
  /** Whether what is made is hashed. */
  readonly digest: boolean;
  /** Whether anybody wants to hear what was done to events on purpose. */
  readonly manifest: boolean;
  /** Records made so far by topic, in their order: kept up in memory that outlives the thread. */
  readonly made: Float64Array<SharedArrayBuffer>;
}

export type Told =
  | { readonly tell: 'go'; readonly startAt: number }
  | { readonly tell: 'turn'; readonly factor: number; readonly at: number }
  | { readonly tell: 'peek'; readonly count: number }
  | { readonly tell: 'stop' | 'abort' };

/** A worker's figures at a moment. */
export interface Figures {
  readonly live: LiveSnapshot;
  /** Records written whose offsets nobody told, by topic. */
  readonly unnamed: Readonly<{ [topic: string]: number }>;
}

export interface Failure {
  readonly code: EventmillError['code'];
  readonly text: string;
}

export type WorkerAnswer =
  | { readonly kind: 'ready'; readonly partitions: Readonly<{ [topic: string]: number }> }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'peeked'; readonly event: Peeked }
  | { readonly kind: 'truths'; readonly truths: readonly (readonly [Stream, Truth])[] }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'done'; readonly figures: Figures; readonly failure?: Failure };

/** Between figures: what is told of a worker that dies is at most so old. */
const FIGURES_EVERY_MS = 50;
const MADE_EVERY_MS = 1;
const TRUTHS_MAX = 500;

async function start(port: MessagePort, order: WorkOrder): Promise<void> {
  const say = (answer: WorkerAnswer): void => port.postMessage(answer);
  try {
    const worker = await Labour.prepare(order, say);
    port.on('message', (told: Told) => worker.hear(told));
    say({ kind: 'ready', partitions: worker.partitions });
  } catch (error) {
    say({ kind: 'refused', failure: failureOf(error) });
  }
}

/** A planned lane at work. */
class Labour {
  readonly partitions: Readonly<{ [topic: string]: number }>;
  readonly #order: WorkOrder;
  readonly #sources: readonly PreparedSource[];
  readonly #planned: PlannedLane<Lane>;
  readonly #say: (answer: WorkerAnswer) => void;
  readonly #topics: readonly string[];
  readonly #dial = new Dial();
  readonly #hearsay: Hearsay;

  static async prepare(order: WorkOrder, say: (answer: WorkerAnswer) => void): Promise<Labour> {
    const { workload, profile, profiles, brokers, security } = order;
    const random = createRandom(workload.seed);
    const sources = await prepareSources(workload, random, order.shard);
    const [driver] = await loadDrivers([profile]);
    const { compression } = profile.settings;
    const codec = (await loadCodecs([compression])).get(compression) ?? null;
    const warn = (text: string): void => say({ kind: 'warning', text });
    const hearsay = new Hearsay(say);
    const planned = planLane(profile, driver!, brokers, codec, profiles, {
      sources,
      clock: systemClock,
      random,
      warn,
      shard: order.shard,
      digest: order.digest,
      ...(order.manifest ? { manifest: { tell: (stream, truth) => hearsay.tell(stream, truth) } } : {}),
      ...(order.partitions === undefined ? {} : { partitions: order.partitions }),
      ...(order.clientId === undefined ? {} : { clientId: order.clientId }),
      ...(security === undefined ? {} : { security: secured(security) }),
    });
    const topics = [...new Set([...planned.topics, ...planned.sides.keys()])];
    await connectLane(planned.lane, topics, systemClock, warn);
    await rehearse({ workload, profile, sources, codec, random, shard: order.shard });
    return new Labour(order, sources, planned, topics, say, hearsay);
  }

  private constructor(
    order: WorkOrder,
    sources: readonly PreparedSource[],
    planned: PlannedLane<Lane>,
    topics: readonly string[],
    say: (answer: WorkerAnswer) => void,
    hearsay: Hearsay,
  ) {
    this.#order = order;
    this.#hearsay = hearsay;
    this.#sources = sources;
    this.#planned = planned;
    this.#topics = topics;
    this.#say = say;
    const { driver } = planned.lane;
    this.partitions = Object.fromEntries(topics.map((topic) => [topic, driver.partitionCount(topic)]));
  }

  hear(told: Told): void {
    const { lane } = this.#planned;
    if (told.tell === 'go') void this.#work(told.startAt);
    else if (told.tell === 'turn') this.#dial.turn(told.factor, told.at);
    else if (told.tell === 'peek') lane.peek(told.count, (event) => this.#say({ kind: 'peeked', event }));
    else if (told.tell === 'stop') lane.stop();
    else lane.abort();
  }

  async #work(startAt: number): Promise<void> {
    const { lane } = this.#planned;
    const { workload, shard } = this.#order;
    const random = createRandom(workload.seed);
    const at = [startAt, random, this.#dial, shard, systemClock] as const;
    const sources = paceSources(this.#planned, this.#sources, ...at);
    const ends = [
      every(MADE_EVERY_MS, () => this.#noteMade()),
      every(FIGURES_EVERY_MS, () => {
        this.#hearsay.pass();
        this.#say({ kind: 'figures', figures: this.#figures() });
      }),
    ];
    let failure: unknown;
    try {
      await lane.drive(sources, limitsOf(workload.limits, shard), startAt, this.#dial);
      failure = lane.failure;
    } catch (error) {
      failure = error;
    }
    for (const end of ends) end();
    this.#noteMade();
    for (const one of this.#planned.opened) one.close?.();
    this.#hearsay.pass();
    const told = failure === undefined ? {} : { failure: failureOf(failure) };
    await lane.driver.close();
    this.#say({ kind: 'done', figures: this.#figures(), ...told });
  }

  #noteMade(): void {
    const { tally } = this.#planned.lane;
    const { made } = this.#order;
    this.#topics.forEach((topic, i) => {
      made[i] = tally.topics.get(topic)?.made ?? 0;
    });
  }

  #figures(): Figures {
    const { lane } = this.#planned;
    const unnamed = [...lane.tally.topics].map(([topic, tally]) => [topic, tally.unnamed] as const);
    return { live: lane.snapshot(), unnamed: Object.fromEntries(unnamed) };
  }
}

/** What was done to events on purpose, told to the main thread many at a time. */
class Hearsay {
  readonly #say: (answer: WorkerAnswer) => void;
  #truths: [Stream, Truth][] = [];

  constructor(say: (answer: WorkerAnswer) => void) {
    this.#say = say;
  }

  tell(stream: Stream, truth: Truth): void {
    this.#truths.push([stream, truth]);
    if (this.#truths.length >= TRUTHS_MAX) this.pass();
  }

  pass(): void {
    if (this.#truths.length > 0) this.#say({ kind: 'truths', truths: this.#truths });
    this.#truths = [];
  }
}

/** Runs something again and again; what is returned ends that. */
function every(ms: number, run: () => void): () => void {
  let timer = systemClock.after(ms, again);
  function again(): void {
    run();
    timer = systemClock.after(ms, again);
  }
  return () => timer.cancel();
}

function failureOf(error: unknown): Failure {
  const code = error instanceof EventmillError ? error.code : 'INTERNAL';
  return { code, text: errorText(error) };
}

if (parentPort !== null) await start(parentPort, workerData as WorkOrder);
