/** The live page at work: looks at the run twice a second, remembers the last minutes, and tells whoever watches. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Snapshot, Timer } from '../types.js';
import { assets } from './assets.js';
import { type Controllable, controlHandler, createToken } from './control.js';
import { eventText, Hub, type HubOptions } from './hub.js';
import { Meter } from './meter.js';
import { contentSecurityPolicy, page, partsOf } from './page.js';
import { accountsOf, fatesOf, isBounded, rowOf, statusOf } from './rows.js';
import type { ControlState, Frame, Hello, Moment, ShownEvent } from './shapes.js';

/** Whatever the page can show: a run, or one of many trials. */
export interface Watched {
  snapshot(): Snapshot;
  /** Shows the next `count` events of each source, as they are made. */
  peek?(count: number, show: (event: ShownEvent) => void): void;
  readonly controls?: Controllable;
}

const FRAME_MS = 500;
/** Five minutes of moments. */
const HISTORY_MAX = 600;
/** How often, once there is no news any more, it shows that it is still there. */
const BEAT_MS = 15_000;
/** What happened in less time than this makes no rate. */
const MOMENT_SECONDS_MIN = 0.2;
const EVENTS_PER_SOURCE = 1;
const EVENTS_MAX = 12;

export class LivePage {
  /** For the one who started the command; see control.ts. */
  readonly token = createToken();
  readonly #clock: Clock;
  readonly #hub: Hub;
  #watched: Watched | undefined;
  #meter = new Meter();
  #history: Moment[] = [];
  #frame: Frame | undefined;
  #events: ShownEvent[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, options: HubOptions = {}) {
    this.#clock = clock;
    this.#hub = new Hub(options);
  }

  /** From now on this is what it shows. */
  watch(watched: Watched): void {
    this.#watched = watched;
    this.#meter = new Meter();
    this.#history = [];
    this.#frame = undefined;
    this.#events = [];
    this.#timer?.cancel();
    this.#hub.send(this.#hello());
    this.#tick();
  }

  /** The run is over: its last figures, and nothing to control. */
  finish(snapshot: Snapshot): void {
    this.#timer?.cancel();
    this.#watched = { snapshot: () => snapshot };
    const last = this.#history.at(-1);
    if (last !== undefined && snapshot.elapsedSeconds - last.at < MOMENT_SECONDS_MIN) this.#show();
    else this.#look();
    this.#beat();
  }

  close(): void {
    this.#timer?.cancel();
    this.#hub.close();
  }

  // ---------------------------------------------------------------- what it serves

  pages(): { [path: string]: () => { type: string; body: string; headers?: { [name: string]: string } } } {
    return {
      '/': () => ({
        type: 'text/html; charset=utf-8',
        body: page(this.#watched?.snapshot()),
        headers: { 'content-security-policy': contentSecurityPolicy(), 'referrer-policy': 'no-referrer' },
      }),
      ...assets(),
    };
  }

  handlers() {
    return {
      '/live': {
        method: 'GET' as const,
        answer: (_request: IncomingMessage, response: ServerResponse) =>
          this.#hub.open(response, this.#hello()),
      },
      '/control': controlHandler(
        this.token,
        () => this.#watched?.controls,
        () => this.#show(),
      ),
    };
  }

  // ---------------------------------------------------------------- twice a second

  #tick(): void {
    this.#timer = this.#clock.after(FRAME_MS, () => this.#tick());
    this.#look();
    // Asked for only while somebody watches: then the next events are shown in the next frame.
    if (this.#hub.size === 0) return;
    this.#watched?.peek?.(EVENTS_PER_SOURCE, (event) => {
      if (this.#events.length < EVENTS_MAX) this.#events.push(event);
    });
  }

  #look(): void {
    const snapshot = this.#watched?.snapshot();
    if (snapshot === undefined) return;
    const moment = this.#meter.read(snapshot);
    this.#history.push(moment);
    if (this.#history.length > HISTORY_MAX) this.#history.shift();
    this.#send(snapshot, moment);
  }

  /** At once, for the hand that has just changed something; the moment stays the last one measured. */
  #show(): void {
    const snapshot = this.#watched?.snapshot();
    const moment = this.#history.at(-1);
    if (snapshot !== undefined && moment !== undefined) this.#send(snapshot, moment);
  }

  #send(snapshot: Snapshot, moment: Moment): void {
    this.#frame = this.#frameOf(snapshot, moment);
    this.#events = [];
    this.#hub.send(eventText('frame', this.#frame));
  }

  #beat(): void {
    this.#timer = this.#clock.after(BEAT_MS, () => this.#beat());
    this.#hub.beat();
  }

  #frameOf(snapshot: Snapshot, moment: Moment): Frame {
    return {
      moment,
      status: statusOf(snapshot),
      rows: snapshot.profiles.map((live) => rowOf(live, snapshot)),
      fates: snapshot.profiles.map(fatesOf),
      accounts: accountsOf(snapshot),
      events: this.#events,
      controls: this.#controlState(snapshot),
    };
  }

  #controlState(snapshot: Snapshot): ControlState | null {
    const controls = this.#watched?.controls;
    if (controls === undefined) return null;
    const { rateFactor, faults } = controls;
    return { rateFactor, faults, turnable: isBounded(snapshot) };
  }

  #hello(): string {
    const snapshot = this.#watched?.snapshot();
    if (snapshot === undefined) return '';
    const now: Moment = this.#history.at(-1) ?? { at: snapshot.elapsedSeconds, points: [] };
    const hello: Hello = {
      run: snapshot.startedAt,
      profiles: snapshot.profiles.map(({ profile }) => profile.name),
      html: partsOf(snapshot),
      history: this.#history,
      frame: this.#frame ?? this.#frameOf(snapshot, now),
    };
    return eventText('hello', hello);
  }
}
