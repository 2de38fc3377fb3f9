/**
 * Visits to a web shop: most people look and leave, some fill a cart, and a few buy. The session of an order is told before it, so
 * orders are drawn half an hour before they are told; they are the same orders at the same times as without sessions. Where
 * events are asked for at due times there is no ahead: an order's visits come right before it.
 */
import type { Made, ModelTime, Random } from '../../src/types.js';
import { TimeHeap } from '../model/heap.js';
import type { OrderFeed } from './feed.js';
import type { Menu } from './menu.js';
import type { ReferenceValue } from './reference.js';
import { BUY, CART, CHECKOUT, type SessionValue, VIEW } from './session-event.js';
import type { ShopEvent } from './shop-event.js';
import type { Store } from './stores.js';

const AHEAD_MS = 1_800_000;
/** Between two clicks: a log-normal of this median, ms, and σ. */
const CLICK_MS = 30_000;
const CLICK_SIGMA = 0.9;
/** Products that are looked at without being bought, a session. */
const BROWSED_MEAN = 3.2;
const BROWSED_MAX = 40;
/** Of sessions that buy nothing, those that fill a cart, and of those that look at the price of it all. */
const CART_SHARE = 0.07;
const CHECKOUT_SHARE = 0.4;
/** The mean numbers of events of sessions without and with an order. */
const LEAVING_EVENTS = 1 + BROWSED_MEAN + CART_SHARE * (1 + CHECKOUT_SHARE);
const BUYING_EVENTS = BROWSED_MEAN + 2 * 1.55 + 2;

type Value = ShopEvent | ReferenceValue | SessionValue;

/** Something to be told, and when on the model's clock. */
interface Told {
  readonly made: Made<Value>;
  readonly at: number;
}

export interface SessionParts {
  readonly inner: OrderFeed<ShopEvent>;
  readonly random: Random;
  readonly stores: readonly Store[];
  readonly menu: Menu;
  /** The share of sessions that end with an order. */
  readonly conversion: number;
  /** Its place among the feed's side topics. */
  readonly side: number;
  readonly topic: string;
}

/** How many events an order's sessions have on average, those of people who leave among them. */
export function sessionEventsPerOrder(conversion: number): number {
  return BUYING_EVENTS + (1 / conversion - 1) * LEAVING_EVENTS;
}

export class SessionFeed {
  readonly #parts: SessionParts;
  readonly #streams: readonly Random[];
  readonly #live: boolean;
  readonly #asked: boolean;
  readonly #start: number;
  /** Orders' events in their order, told from `#head` on. */
  #orders: Told[] = [];
  #head = 0;
  readonly #clicks = new TimeHeap();
  readonly #waiting: Made<Value>[] = [];
  readonly #free: number[] = [];

  constructor(parts: SessionParts, time: ModelTime) {
    this.#parts = parts;
    this.#streams = parts.stores.map((_, index) => parts.random.fork(index));
    this.#live = time.kind === 'live';
    this.#asked = this.#live && time.pace === 'asked';
    this.#start = time.start;
  }

  next(dueAt: number): Made<Value> {
    if (this.#asked) return stamped(this.#nextAsked(dueAt), dueAt);
    this.#lookAhead();
    const at = this.#soonest;
    return stamped(
      this.#clicks.topTime <= this.#orderAt ? this.#takeClick() : this.#takeOrder(),
      this.#live ? dueAt : at,
    );
  }

  nextAt(): number {
    this.#lookAhead();
    return this.#soonest;
  }

  get #orderAt(): number {
    return this.#orders[this.#head]?.at ?? Number.POSITIVE_INFINITY;
  }

  get #soonest(): number {
    return Math.min(this.#orderAt, this.#clicks.topTime);
  }

  /** Whatever may still be told before the next event is drawn. */
  #lookAhead(): void {
    const { inner } = this.#parts;
    for (;;) {
      const at = inner.nextAt();
      if (at > this.#soonest + AHEAD_MS) return;
      const made = copied(inner.next(at));
      this.#orders.push({ made, at });
      if (isPlaced(made.value)) this.#visit(made.value, at);
    }
  }

  /** One after another: first those who leave, then who buys, then the order. */
  #nextAsked(dueAt: number): Made<Value> {
    if (this.#soonest < Number.POSITIVE_INFINITY) {
      return this.#clicks.topTime <= this.#orderAt ? this.#takeClick() : this.#takeOrder();
    }
    const made = this.#parts.inner.next(dueAt);
    if (!isPlaced(made.value)) return made;
    const order = copied(made);
    this.#orders.push({ made: order, at: AHEAD_MS });
    this.#visit(order.value as ShopEvent, AHEAD_MS);
    return this.#takeClick();
  }

  #takeOrder(): Made<Value> {
    const { made } = this.#orders[this.#head++]!;
    if (this.#head === this.#orders.length || this.#head > 4096) {
      this.#orders = this.#orders.slice(this.#head);
      this.#head = 0;
    }
    return made;
  }

  #takeClick(): Made<Value> {
    const slot = this.#clicks.topId;
    this.#clicks.pop();
    this.#free.push(slot);
    return this.#waiting[slot]!;
  }

  /** The sessions that go with an order placed at a time: its own, and those of people who come at such hours and buy nothing. */
  #visit(order: ShopEvent, at: number): void {
    const random = this.#streams[order.storeId]!;
    const leaving = Math.round(random.exponential() * (1 / this.#parts.conversion - 1));
    for (let number = 1; number <= leaving; number++) this.#leave(order, at, number, random);
    const { storeId, timeZone, channel } = order;
    const clicks: Click[] = [];
    const browsed = geometric(random, BROWSED_MEAN);
    for (let view = 0; view < browsed; view++) clicks.push(clickOf(random, VIEW, this.#product(random)));
    for (const { productId, quantity } of order.items ?? []) {
      clicks.push(clickOf(random, VIEW, productId), clickOf(random, CART, productId, quantity));
    }
    clicks.push(clickOf(random, CHECKOUT, -1));
    const sessionId = `V${order.orderId}`;
    this.#tell({ sessionId, storeId, timeZone, channel, clicks }, at, order);
  }

  #leave({ orderId, storeId, timeZone }: ShopEvent, at: number, number: number, random: Random): void {
    const last = at - AHEAD_MS * 0.5 * random.float();
    const channel = random.int(2);
    const clicks: Click[] = [];
    const browsed = 1 + geometric(random, BROWSED_MEAN);
    let product = 0;
    for (let view = 0; view < browsed; view++) {
      product = this.#product(random);
      clicks.push(clickOf(random, VIEW, product));
    }
    const fills = random.float() < CART_SHARE;
    const looks = random.float() < CHECKOUT_SHARE;
    if (fills) clicks.push(clickOf(random, CART, product, 1));
    if (fills && looks) clicks.push(clickOf(random, CHECKOUT, -1));
    const sessionId = `V${orderId}-${number}`;
    this.#tell({ sessionId, storeId, timeZone, channel, clicks }, last, undefined);
  }

  #product(random: Random): number {
    const { menu } = this.#parts;
    return menu.offers[menu.any.pick(random)]!.product;
  }

  /** Spreads a session's clicks over the time before `at`; `bought` is what it ends with. */
  #tell(session: Session, at: number, bought: ShopEvent | undefined): void {
    const { clicks } = session;
    const first = this.#asked ? 0 : this.#start;
    const whole = clicks.reduce((sum, { gap }) => sum + gap, 0);
    const scale = Math.min(1, (0.45 * AHEAD_MS) / whole);
    let left = whole;
    for (let index = 0; index < clicks.length; index++) {
      const click = clicks[index]!;
      // At the model's beginning a session may have no time before its order: its clicks still come one after another.
      const time = Math.max(first + index / 1000, at - left * scale);
      const last = bought === undefined && index === clicks.length - 1;
      this.#push(time, this.#valueOf(session, click, index + 1, undefined), last);
      left -= click.gap;
    }
    // A moment after the order, whose event is the cause of this one.
    if (bought !== undefined)
      this.#push(at + 1, this.#valueOf(session, BUYS, clicks.length + 1, bought), true);
  }

  #valueOf(
    { sessionId, storeId, timeZone, channel }: Session,
    { type, productId, quantity }: Click,
    sequence: number,
    bought: ShopEvent | undefined,
  ): SessionValue {
    return {
      side: this.#parts.side,
      type,
      sessionId,
      storeId,
      customerId: bought?.customerId,
      timestamp: 0,
      sequence,
      timeZone,
      channel,
      productId,
      quantity,
      orderId: bought?.orderId,
    };
  }

  #push(at: number, value: SessionValue, last: boolean): void {
    const slot = this.#free.pop() ?? this.#waiting.length;
    const { topic } = this.#parts;
    this.#waiting[slot] = { value, timestamp: 0, key: value.sessionId, topic, last };
    this.#clicks.push(at, slot);
  }
}

/** A click, and how long before the next one, ms. */
interface Click {
  readonly type: number;
  readonly productId: number;
  readonly quantity: number | undefined;
  readonly gap: number;
}

const BUYS: Click = { type: BUY, productId: -1, quantity: undefined, gap: 0 };

interface Session {
  readonly sessionId: string;
  readonly storeId: number;
  readonly timeZone: number;
  readonly channel: number;
  readonly clicks: Click[];
}

function clickOf(random: Random, type: number, productId: number, quantity?: number): Click {
  return { type, productId, quantity, gap: CLICK_MS * Math.exp(CLICK_SIGMA * random.normal()) };
}

function geometric(random: Random, mean: number): number {
  return Math.min(BROWSED_MAX, Math.floor(random.exponential() / Math.log(1 + 1 / mean)));
}

function isPlaced(value: Value): value is ShopEvent {
  return !('side' in value) && value.items !== undefined;
}

/** The inner feed uses its objects again. */
function copied(made: Made<ShopEvent | ReferenceValue>): Made<Value> {
  const { value } = made;
  if ('side' in value) return { ...made, value: { ...value } };
  const items = value.items?.map((line) => ({ ...line }));
  const customer = value.customer === undefined ? undefined : { ...value.customer };
  return { ...made, value: { ...value, items, customer } };
}

/** Tells an event at a time; what was promised keeps its distance. */
function stamped(made: Made<Value>, at: number): Made<Value> {
  const { value } = made;
  const timestamp = Math.floor(at);
  if ('promisedAt' in value && value.promisedAt !== undefined)
    value.promisedAt += timestamp - value.timestamp;
  value.timestamp = timestamp;
  made.timestamp = timestamp;
  return made;
}
