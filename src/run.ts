/**
 * The composition root: a workload through profiles, from the first check to the last fate. Everything that can be
 * known to be wrong is found before the first event is made; after that every record is accounted for.
 */
import { systemClock } from './clock.js';
import { CpuMeter } from './cpu.js';
import { EventmillError } from './errors.js';
import { shortcomings } from './judge.js';
import {
  DEFAULT_PARTITIONS,
  loadCodecs,
  loadDrivers,
  type PlannedLane,
  paceSources,
  planLane,
} from './lanes.js';
import { type PreparedSource, prepareSources } from './prepare.js';
import { type ProfileCounts, Pulse } from './pulse.js';
import { createRandom } from './random.js';
import type { Run, RunRequest, RunResult } from './request.js';
import type { Sandbox } from './sandbox/index.js';
import type { Clock, Phase, Random, Snapshot } from './types.js';
import { version } from './version.js';

/** Starts a run. Rejects with an EventmillError before anything was sent. */
export async function startRun(request: RunRequest): Promise<Run> {
  const run = new RunUnderWay(request);
  try {
    await run.prepare();
  } catch (error) {
    await run.close();
    throw error;
  }
  run.begin();
  return run;
}

/** Starts a run and waits for its end. */
export async function run(request: RunRequest): Promise<RunResult> {
  return (await startRun(request)).done;
}

class RunUnderWay implements Run {
  readonly lines: string[] = [];
  readonly #request: RunRequest;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #startedAt: number;
  #phase: Phase = 'starting';
  #sources: readonly PreparedSource[] = [];
  #planned: readonly PlannedLane[] = [];
  #sandbox: Sandbox | null = null;
  #brokers: readonly string[];
  #interrupted = false;
  #pulse: Pulse | null = null;
  #done: Promise<RunResult> | null = null;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#clock = request.clock ?? systemClock;
    this.#random = createRandom(request.workload.seed);
    this.#startedAt = this.#clock.now();
    this.#brokers = request.brokers ?? [];
  }

  get done(): Promise<RunResult> {
    return this.#done!;
  }

  // ---------------------------------------------------------------- before the first event

  async prepare(): Promise<void> {
    const { workload, profiles } = this.#request;
    this.#sources = await prepareSources(workload, this.#random);
    const driverParts = await loadDrivers(profiles);
    const codecs = await loadCodecs(profiles.map((profile) => profile.settings.compression));
    const needsBrokers = driverParts.some((part) => part.needsBrokers);
    if (needsBrokers && this.#brokers.length === 0) await this.#startSandbox();
    this.#planned = profiles.map((profile, i) =>
      planLane(
        profile,
        driverParts[i]!,
        this.#brokers,
        codecs.get(profile.settings.compression) ?? null,
        profiles.length,
        {
          ...this.#request,
          sources: this.#sources,
          clock: this.#clock,
          random: this.#random,
          warn: this.#request.warn ?? (() => {}),
        },
      ),
    );
    if (needsBrokers) await this.#ensureTopics();
    await Promise.all(this.#planned.map(({ lane, topics }) => lane.driver.connect([...new Set(topics)])));
  }

  async #startSandbox(): Promise<void> {
    const { startSandbox } = await import('./sandbox/index.js');
    const { sandbox = {}, workload, partitions } = this.#request;
    this.#sandbox = await startSandbox({
      partitions: partitions ?? DEFAULT_PARTITIONS,
      faults: [...workload.faults, ...(sandbox.faults ?? [])],
      seed: workload.seed,
      ...(sandbox.memoryBytes === undefined ? {} : { memoryBytes: sandbox.memoryBytes }),
      ...(sandbox.nodes === undefined ? {} : { nodes: sandbox.nodes }),
    });
    this.#brokers = this.#sandbox.brokers;
    const what = this.#brokers.length > 1 ? 'brokers' : 'broker';
    this.lines.push(
      `${what}: ${this.#brokers.join(', ')} (the sandbox, in this process; --brokers names a real one)`,
    );
  }

  async #ensureTopics(): Promise<void> {
    const { ensureTopics } = await import('./topics/index.js');
    const { partitions, replicationFactor, createTopics = true } = this.#request;
    const names = new Set(this.#planned.flatMap(({ needsBrokers, topics }) => (needsBrokers ? topics : [])));
    const wanted = [...names].map((name) => ({
      name,
      partitions: partitions ?? DEFAULT_PARTITIONS,
      partitionsAreDefault: partitions === undefined,
      ...(replicationFactor === undefined ? {} : { replicationFactor }),
    }));
    const topics = await ensureTopics(this.#brokers, wanted, { create: createTopics });
    for (const { name, partitions: count, created } of topics) {
      this.lines.push(`topic: ${name}, ${count} partitions${created ? ', created' : ''}`);
    }
  }

  // ---------------------------------------------------------------- under way

  begin(): void {
    const { pulse } = this.#request;
    if (pulse !== undefined) this.#pulse = new Pulse(pulse, this.#clock, () => this.#counts());
    this.#done = this.#drive().then(
      () => this.#end([]),
      (error: unknown) => this.#end([describe(error)]),
    );
  }

  async #drive(): Promise<void> {
    this.#phase = 'running';
    const { sideBySide = true } = this.#request;
    if (sideBySide) await this.#driveTogether(this.#planned);
    else for (const planned of this.#planned) if (!this.#interrupted) await this.#driveTogether([planned]);
    if (!this.#request.verify || this.#interrupted) return;
    this.#phase = 'verifying';
    await this.#verify();
  }

  /** The last look at the figures, and the end of everything that is open. */
  async #end(failures: readonly string[]): Promise<RunResult> {
    this.#phase = 'done';
    const result = this.#result(failures);
    await this.close();
    return result;
  }

  async #driveTogether(planned: readonly PlannedLane[]): Promise<void> {
    const lanes = planned.map(({ lane }) => lane);
    const meter = await CpuMeter.start(this.#clock, this.#sandbox, (seconds) => {
      for (const lane of lanes) {
        lane.cpuSeconds = seconds;
        lane.cpuShared = lanes.length;
      }
    });
    const startAt = this.#clock.now();
    try {
      await Promise.all(
        planned.map((one) => {
          const sources = paceSources(one, this.#sources, startAt, this.#random);
          return one.lane.drive(sources, this.#request.workload.limits, startAt);
        }),
      );
    } finally {
      await meter.stop();
    }
  }

  async #verify(): Promise<void> {
    const { verifyTopic } = await import('./verify/topic.js');
    const { addResults } = await import('./verify/verify.js');
    const { TopicReader } = await import('./transport/read.js');
    const codecs = await loadCodecs(this.#planned.map(({ lane }) => lane.profile.settings.compression));
    const byId = new Map([...codecs.values()].map((codec) => [codec.id, codec]));
    const readerOf = (topic: string) =>
      new TopicReader({
        brokers: this.#brokers,
        topic,
        clientId: 'eventmill-verify',
        clock: this.#clock,
        codecs: byId,
      });
    for (const { lane, topics, needsBrokers } of this.#planned) {
      if (!needsBrokers) continue;
      const fates = lane.snapshot().profile.topics;
      const results = await Promise.all(
        [...new Set(topics)].map((topic) => verifyTopic(topic, fates[topic]!, readerOf(topic), this.#clock)),
      );
      lane.verify = results.reduce(addResults);
    }
  }

  stop(): void {
    this.#interrupted = true;
    this.#phase = 'flushing';
    for (const { lane } of this.#planned) lane.stop();
  }

  abort(): void {
    this.#interrupted = true;
    for (const { lane } of this.#planned) lane.abort();
  }

  async close(): Promise<void> {
    this.#pulse?.close();
    this.#pulse = null;
    await Promise.all(this.#planned.map(({ lane }) => lane.driver.close()));
    await this.#sandbox?.close();
    this.#sandbox = null;
  }

  // ---------------------------------------------------------------- telling

  snapshot(): Snapshot {
    const { workload, profiles } = this.#request;
    return {
      eventmill: version(),
      phase: this.#phase,
      seed: workload.seed,
      workload: workload.name,
      driver: [...new Set(profiles.map((profile) => profile.settings.driver))].join(','),
      brokers: this.#brokers.join(','),
      sandbox: this.#request.brokers === undefined && this.#brokers.length > 0,
      startedAt: new Date(this.#startedAt).toISOString(),
      elapsedSeconds: (this.#clock.now() - this.#startedAt) / 1000,
      profiles: this.#planned.map(({ lane }) => lane.snapshot()),
    };
  }

  #counts(): ProfileCounts[] {
    return this.#planned.map(({ lane: { profile, tally }, topics }) => {
      const { acked, unacknowledged: written } = tally.fates;
      const { name } = profile;
      return {
        name,
        topics: [...new Set(topics)],
        made: tally.madeCount,
        acked,
        written,
        pending: tally.pending,
      };
    });
  }

  #result(failures: readonly string[]): RunResult {
    const snapshot = this.snapshot();
    const thrown = this.#planned.flatMap(({ lane }) =>
      lane.failure === undefined ? [] : [describe(lane.failure)],
    );
    const reasons = [...failures, ...new Set(thrown), ...snapshot.profiles.flatMap(shortcomings)];
    const exitCode = this.#interrupted ? 130 : reasons.length > 0 ? 1 : 0;
    return { snapshot, exitCode, reasons };
  }
}

function describe(error: unknown): string {
  if (error instanceof EventmillError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
