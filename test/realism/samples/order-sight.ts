/** Events of orders as whoever reads them from a topic sees them. */
import type { Feed, Field, Fields } from '../../../src/types.js';

export interface SightLine {
  readonly productId: string;
  readonly size: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

/** One event; what only some have is undefined in the others. */
export interface Sight {
  readonly type: string;
  readonly orderId: string;
  readonly storeId: string;
  readonly customerId: string;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly sequence: number;
  readonly timeZone: string;
  readonly channel?: string | undefined;
  readonly items?: readonly SightLine[] | undefined;
  readonly subtotalCents?: number | undefined;
  readonly discountCents?: number | undefined;
  readonly couponCode?: string | undefined;
  readonly deliveryFeeCents?: number | undefined;
  readonly taxCents?: number | undefined;
  readonly tipCents?: number | undefined;
  readonly totalCents?: number | undefined;
  readonly payment?: string | undefined;
  readonly promisedAt?: number | undefined;
  readonly taxRate?: number | undefined;
  readonly refundCents?: number | undefined;
}

/** One record: an event of an order, or what a reference topic says under a key. */
export interface Read {
  readonly topic: string | undefined;
  readonly key: string;
  readonly sight: Sight | undefined;
}

/** Without end, as fast as the words of codes can be looked up. */
export function* readsOf(feed: Feed): Generator<Read> {
  const decode = decoder(feed.fields ?? {});
  for (;;) {
    const { topic, key, value } = feed.next(0);
    if (topic !== undefined) yield { topic, key: String(key), sight: undefined };
    else {
      const sight = decode(value) as unknown as Sight;
      yield { topic, key: sight.orderId, sight };
    }
  }
}

type Row = { readonly [name: string]: unknown };

/** Codes become words; what orders do not need for being measured stays as it is. */
function decoder(fields: Fields): (value: unknown) => Row {
  const words = Object.entries(fields).flatMap(([name, field]) =>
    field.type === 'code' ? [[name, field.values] as const] : [],
  );
  const items = fields['items'];
  const lineOf = items?.type === 'list' ? ofList(items.of) : (one: unknown) => one as Row;
  return (value) => {
    const row: { [name: string]: unknown } = { ...(value as Row) };
    for (const [name, table] of words) row[name] = table[row[name] as number];
    if (row['items'] !== undefined) row['items'] = (row['items'] as readonly unknown[]).map(lineOf);
    return row;
  };
}

function ofList(of: Field): (value: unknown) => Row {
  return of.type === 'object' ? decoder(of.fields) : (value) => value as Row;
}
