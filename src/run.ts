/**
 * The composition root: a workload through profiles, from the first check to the last fate. Everything that can be
 * known to be wrong is found before the first event is made; after that every record is accounted for.
 *
 * Long because it is the one place in which all parts meet, in the order in which a run needs them.
 */
import { systemClock } from './clock.js';
import { Controls } from './controls.js';
import { CpuMeter, type Others } from './cpu.js';
import { Crew, checkCrew, planCrew } from './crew.js';
import { EventmillError, errorText } from './errors.js';
import { digestMismatches, shortcomings } from './judge.js';
import {
  connectLane,
  countsOf,
  loadCodecs,
  loadDrivers,
  type PlannedLane,
  paceSources,
  planLane,
} from './lanes.js';
import { Manifest } from './manifest.js';
import { OwnSandbox } from './own-sandbox.js';
import { type PreparedSource, prepareSources } from './prepare.js';
import { Pulse } from './pulse.js';
import { createRandom } from './random.js';
import { rehearse } from './rehearsal.js';
import type { Run, RunRequest, RunResult } from './request.js';
import { limitsOf, WHOLE } from './shard.js';
import type { Peeked } from './source.js';
import type {
  Bootstrap,
  Clock,
  Codec,
  DriverPart,
  MachineLoad,
  Phase,
  Profile,
  Random,
  Snapshot,
} from './types.js';
import { version } from './version.js';
import type { Witness } from './witness.js';

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
  readonly controls: Controls;
  readonly #request: RunRequest;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #startedAt: number;
  #phase: Phase = 'starting';
  #sources: readonly PreparedSource[] = [];
  #planned: readonly PlannedLane[] = [];
  #sandbox: OwnSandbox | null = null;
  #brokers: readonly string[];
  #witness: Witness | null = null;
  #interrupted = false;
  #pulse: Pulse | null = null;
  #manifest: Manifest | undefined;
  #done: Promise<RunResult> | null = null;

  constructor(request: RunRequest) {
    this.#request = request;
    this.#clock = request.clock ?? systemClock;
    this.#random = createRandom(request.workload.seed);
    this.#startedAt = this.#clock.now();
    this.controls = new Controls(this.#clock, this.#startedAt);
    this.#brokers = request.brokers ?? [];
  }

  get done(): Promise<RunResult> {
    return this.#done!;
  }

  // ---------------------------------------------------------------- before the first event

  async prepare(): Promise<void> {
    try {
      await this.#prepare();
    } catch (error) {
      throw this.#sandbox?.blame(error) ?? error;
    }
  }

  async #prepare(): Promise<void> {
    const { workload, profiles, workers = 1 } = this.#request;
    if (workers > 1) checkCrew(this.#request);
    this.#sources = await prepareSources(workload, this.#random, this.#request.shard);
    const driverParts = await loadDrivers(profiles);
    const codecs = await loadCodecs(profiles.map((profile) => profile.settings.compression));
    if (this.#request.manifest !== undefined) this.#manifest = new Manifest(this.#request.manifest);
    const needsBrokers = driverParts.some((part) => part.needsBrokers);
    if (needsBrokers) await this.#reachBrokers();
    this.#planned = profiles.map((profile, i) => this.#plan(profile, driverParts[i]!, codecs));
    if (needsBrokers) await this.#ensureTopics();
    const topicsOf = ({ topics, sides }: PlannedLane) => [...new Set([...topics, ...sides.keys()])];
    await Promise.all(
      this.#planned.map((planned) => {
        const { lane } = planned;
        // The threads of a crew are patient each for itself.
        if (lane instanceof Crew) return lane.driver.connect(topicsOf(planned));
        return connectLane(lane, topicsOf(planned), this.#clock, this.#warn);
      }),
    );
    if (workers === 1) await this.#rehearse(codecs);
    this.#manifest?.begin();
  }

  /** Once: all profiles make their events with the same code. Threads do it each for itself. */
  async #rehearse(codecs: ReadonlyMap<string, Codec>): Promise<void> {
    const { workload, profiles, shard } = this.#request;
    if (this.#clock !== systemClock) return;
    const [profile] = profiles;
    const codec = codecs.get(profile!.settings.compression) ?? null;
    await rehearse({
      workload,
      profile: profile!,
      sources: this.#sources,
      codec,
      random: this.#random,
      shard,
    });
  }

  get #warn(): (message: string) => void {
    return this.#request.warn ?? (() => {});
  }

  #plan(profile: Profile, driver: DriverPart, codecs: ReadonlyMap<string, Codec>): PlannedLane {
    const { workers = 1, profiles, warn = () => {} } = this.#request;
    const brokers = this.#brokers;
    if (workers > 1) {
      const manifest = this.#manifest;
      const options = {
        ...this.#request,
        manifest,
        workers,
        profile,
        profiles: profiles.length,
        brokers,
        warn,
      };
      return planCrew(options, this.#sources, driver);
    }
    const codec = codecs.get(profile.settings.compression) ?? null;
    return planLane(profile, driver, brokers, codec, profiles.length, {
      ...this.#request,
      sources: this.#sources,
      clock: this.#clock,
      random: this.#random,
      warn,
      manifest: this.#manifest,
    });
  }

  /** Whoever cannot be reached, or does not take us, says so before anything else is tried. */
  async #reachBrokers(): Promise<void> {
    const { security } = this.#request;
    if (this.#brokers.length > 0) {
      const { greet } = await import('./transport/greet.js');
      const options = { brokers: this.#brokers, clientId: CLIENT_ID, clock: this.#clock, security };
      const answered = await greet(options);
      // All who connect after this one begin with a broker that is well.
      this.#brokers = [...new Set([answered, ...this.#brokers])];
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
    this.#sandbox = await OwnSandbox.start(this.#request, this.#clock);
    const { brokers, faulty, faults, line } = this.#sandbox;
    this.#brokers = brokers;
    await this.controls.took(faulty, faults);
    this.lines.push(line);
  }

  async #ensureTopics(): Promise<void> {
    const { readyTopics } = await import('./destinations.js');
    const [request, sources, planned, at] = [this.#request, this.#sources, this.#planned, this.#at];
    const asked = { request, sources, planned, at, clock: this.#clock, warn: this.#warn };
    this.lines.push(...(await readyTopics(asked)));
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
    await this.#callWitness().catch((error: unknown) => {
      throw this.#sandbox?.blame(error) ?? error;
    });
    if (sideBySide) await this.#driveTogether(this.#planned);
    else for (const planned of this.#planned) if (!this.#interrupted) await this.#driveTogether([planned]);
    await this.#witness?.finishBounds();
    if (!this.#witness?.reads) return;
    this.#phase = 'verifying';
    await this.#witness.finishReading();
  }

  /** The last look at the figures, and the end of everything that is open. */
  async #end(failures: readonly string[]): Promise<RunResult> {
    this.#phase = 'done';
    for (const { opened } of this.#planned) for (const one of opened) one.close?.();
    const broken = this.#manifest?.close() ?? null;
    // A sandbox that has ended already has nothing to tell.
    const remarks = (await this.#sandbox?.idleFaults().catch(() => [])) ?? [];
    const result = this.#result(broken === null ? failures : [...failures, broken.message], remarks);
    await this.close();
    return result;
  }

  async #driveTogether(planned: readonly PlannedLane[]): Promise<void> {
    const lanes = planned.map(({ lane }) => lane);
    const tell = (seconds: number, machine: MachineLoad) => {
      // Nothing tells apart whose work a thread did: what several did together is divided by the records they made.
      const made = lanes.reduce((sum, { tally }) => sum + tally.madeCount, 0);
      for (const lane of lanes) {
        lane.cpuSeconds = seconds * (made === 0 ? 1 / lanes.length : lane.tally.madeCount / made);
        lane.cpuShared = lanes.length;
        lane.machine = machine;
      }
    };
    const brokers = planned.some(({ needsBrokers }) => needsBrokers) ? this.#brokers : [];
    const meter = await CpuMeter.start({ clock: this.#clock, others: this.#otherThreads, brokers, tell });
    if (await this.#sandbox?.cue()) await this.controls.cued();
    const startAt = this.#clock.now();
    try {
      await Promise.all(planned.map((one) => this.#driveOne(one, startAt)));
    } finally {
      await meter.stop();
    }
  }

  #driveOne(planned: PlannedLane, startAt: number): Promise<void> {
    const { lane } = planned;
    const { dial } = this.controls;
    if (lane instanceof Crew) return lane.drive(startAt, dial);
    const { workload, shard = WHOLE } = this.#request;
    const at = [startAt, this.#random, dial, shard, this.#clock] as const;
    const sources = paceSources({ ...planned, lane }, this.#sources, ...at);
    return lane.drive(sources, limitsOf(workload.limits, shard), startAt, dial);
  }

  get #otherThreads(): Others {
    return [
      async () => (await this.#sandbox?.cpuSeconds()) ?? 0,
      async () => (await this.#witness?.cpuSeconds()) ?? 0,
    ];
  }

  get #at(): Bootstrap {
    return { brokers: this.#brokers, security: this.#request.security };
  }

  /** Looks at the topics before the first record, and begins to read them if asked to. */
  async #callWitness(): Promise<void> {
    const atBrokers = this.#planned.filter(({ needsBrokers }) => needsBrokers);
    if (atBrokers.length === 0) return;
    const { Witness } = await import('./witness.js');
    const { verify, workload, shard = WHOLE, workers = 1 } = this.#request;
    this.#witness = await Witness.of(atBrokers, this.#at, this.#clock, this.#warn, shard.of > 1);
    const authors = { shard, of: shard.of * workers };
    if (!verify) return;
    await this.#witness.read(atBrokers, this.#sources, workload, this.#at, this.#clock, this.#warn, authors);
  }

  stop(): void {
    this.#interrupted = true;
    this.#phase = 'flushing';
    for (const { lane } of this.#planned) lane.stop();
  }

  abort(): void {
    this.#interrupted = true;
    this.#witness?.close();
    for (const { lane } of this.#planned) lane.abort();
  }

  async close(): Promise<void> {
    this.#witness?.close();
    this.#pulse?.close();
    this.#manifest?.close();
    this.#pulse = null;
    await Promise.all(this.#planned.map(({ lane }) => lane.driver.close()));
    await this.#sandbox?.close();
    this.#sandbox = null;
  }

  // ---------------------------------------------------------------- telling

  peek(count: number, show: (event: Peeked) => void): void {
    this.#planned.find(({ lane }) => lane.making)?.lane.peek(count, show);
  }

  snapshot(): Snapshot {
    const { workload, profiles, shard, workers = 1 } = this.#request;
    const { changes } = this.controls;
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
      ...(shard === undefined ? {} : { shard }),
      ...(workers === 1 ? {} : { workers }),
      ...(changes.length === 0 ? {} : { changes: [...changes] }),
      profiles: this.#planned.map(({ lane }) => lane.snapshot()),
    };
  }

  #result(failures: readonly string[], remarks: readonly string[]): RunResult {
    const snapshot = this.snapshot();
    const thrown = this.#planned.flatMap(({ lane }) =>
      lane.failure === undefined ? [] : [errorText(lane.failure)],
    );
    const others = digestMismatches(snapshot.profiles, this.#request.expectDigest);
    const found = [...snapshot.profiles.flatMap(shortcomings), ...others];
    const reasons = [...failures, ...new Set(thrown), ...found];
    const exitCode = this.#interrupted ? 130 : reasons.length > 0 ? 1 : 0;
    return { snapshot, exitCode, reasons, remarks };
  }
}
