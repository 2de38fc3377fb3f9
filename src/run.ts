/**
 * The composition root: a workload through profiles, from the first check to the last fate. Everything that can be
 * known to be wrong is found before the first event is made; after that every record is accounted for.
 */
import { systemClock } from './clock.js';
import { CpuMeter } from './cpu.js';
import { EventmillError, errorText } from './errors.js';
import { shortcomings } from './judge.js';
import type { Lane } from './lane.js';
import {
  countsOf,
  DEFAULT_PARTITIONS,
  loadCodecs,
  loadDrivers,
  type PlannedLane,
  paceSources,
  planLane,
} from './lanes.js';
import { type PreparedSource, prepareSources } from './prepare.js';
import { Pulse } from './pulse.js';
import { createRandom } from './random.js';
import type { ReadBack } from './read-back.js';
import { READER } from './reader.js';
import type { Run, RunRequest, RunResult } from './request.js';
import type { Sandbox } from './sandbox/index.js';
import type { Bootstrap, Clock, Phase, Random, Snapshot } from './types.js';
import { version } from './version.js';

/** For what is not a profile's own. */
const CLIENT_ID = 'eventmill';

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
  #readBacks: readonly { readonly lane: Lane; readonly readBack: ReadBack }[] = [];
  #interrupted = false;
  #aborted = false;
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
    if (needsBrokers) await this.#reachBrokers();
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
    await Promise.all(
      this.#planned.map(({ lane, topics, sides }) =>
        lane.driver.connect([...new Set([...topics, ...sides.keys()])]),
      ),
    );
  }

  /** Whoever cannot be reached, or does not take us, says so before anything else is tried. */
  async #reachBrokers(): Promise<void> {
    const { security } = this.#request;
    if (this.#brokers.length > 0) {
      const { greet } = await import('./transport/greet.js');
      await greet({ brokers: this.#brokers, clientId: CLIENT_ID, clock: this.#clock, security });
      return;
    }
    if (security !== undefined && security.protocol !== 'PLAINTEXT') {
      throw new EventmillError(
        'CONFIG',
        `security.protocol is ${security.protocol}, and the sandbox speaks plain text alone; name a broker with --brokers or bootstrap.servers`,
      );
    }
    await this.#startSandbox();
  }

  async #startSandbox(): Promise<void> {
    const { startSandbox } = await import('./sandbox/index.js');
    const { sandbox = {}, workload, partitions } = this.#request;
    this.#sandbox = await startSandbox({
      partitions: partitions ?? DEFAULT_PARTITIONS,
      faults: [...workload.faults, ...(sandbox.faults ?? [])],
      seed: workload.seed,
      ...(this.#request.verify ? { holdFor: READER } : {}),
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
    const { partitions, replicationFactor, createTopics = true, security } = this.#request;
    const sending = this.#planned.filter(({ needsBrokers }) => needsBrokers);
    const compacted = new Map(sending.flatMap(({ sides }) => [...sides]));
    const names = new Set(sending.flatMap(({ topics, sides }) => [...topics, ...sides.keys()]));
    const wanted = [...names].map((name) => ({
      name,
      ...(compacted.get(name) ? { config: { 'cleanup.policy': 'compact' } } : {}),
      partitions: partitions ?? DEFAULT_PARTITIONS,
      partitionsAreDefault: partitions === undefined,
      ...(replicationFactor === undefined ? {} : { replicationFactor }),
    }));
    const topics = await ensureTopics(this.#brokers, wanted, { create: createTopics, security });
    for (const { name, partitions: count, created } of topics) {
      this.lines.push(`topic: ${name}, ${count} partitions${created ? ', created' : ''}`);
    }
  }

  // ---------------------------------------------------------------- under way

  begin(): void {
    const { pulse } = this.#request;
    if (pulse !== undefined) this.#pulse = new Pulse(pulse, this.#clock, () => this.#planned.map(countsOf));
    this.#done = this.#drive().then(
      () => this.#end([]),
      (error: unknown) => this.#end([errorText(error)]),
    );
  }

  async #drive(): Promise<void> {
    this.#phase = 'running';
    const { sideBySide = true } = this.#request;
    await this.#startReading();
    if (sideBySide) await this.#driveTogether(this.#planned);
    else for (const planned of this.#planned) if (!this.#interrupted) await this.#driveTogether([planned]);
    if (this.#readBacks.length === 0) return;
    this.#phase = 'verifying';
    await this.#finishReading();
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

  get #at(): Bootstrap {
    return { brokers: this.#brokers, security: this.#request.security };
  }

  /** Readers that follow what the lanes write. */
  async #startReading(): Promise<void> {
    if (!this.#request.verify) return;
    const { ReadBack } = await import('./read-back.js');
    this.#readBacks = await Promise.all(
      this.#planned
        .filter(({ needsBrokers }) => needsBrokers)
        .map(async (planned) => {
          const readBack = await ReadBack.ofLane(planned, this.#sources, this.#at, this.#clock);
          return { lane: planned.lane, readBack };
        }),
    );
  }

  async #finishReading(): Promise<void> {
    await Promise.all(
      this.#readBacks.map(async ({ lane, readBack }) => {
        const verify = await readBack.finish();
        // Given up half-way it would tell losses that are none.
        if (!this.#aborted) lane.verify = verify;
      }),
    );
    this.#readBacks = [];
  }

  stop(): void {
    this.#interrupted = true;
    this.#phase = 'flushing';
    for (const { lane } of this.#planned) lane.stop();
  }

  abort(): void {
    this.#interrupted = true;
    this.#aborted = true;
    for (const { readBack } of this.#readBacks) readBack.close();
    for (const { lane } of this.#planned) lane.abort();
  }

  async close(): Promise<void> {
    for (const { readBack } of this.#readBacks) readBack.close();
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
      sources: workload.sources.map(({ part: _, ...source }) => source),
      profiles: this.#planned.map(({ lane }) => lane.snapshot()),
    };
  }

  #result(failures: readonly string[]): RunResult {
    const snapshot = this.snapshot();
    const thrown = this.#planned.flatMap(({ lane }) =>
      lane.failure === undefined ? [] : [errorText(lane.failure)],
    );
    const reasons = [...failures, ...new Set(thrown), ...snapshot.profiles.flatMap(shortcomings)];
    const exitCode = this.#interrupted ? 130 : reasons.length > 0 ? 1 : 0;
    return { snapshot, exitCode, reasons };
  }
}
