/** @platformatic/kafka as fast as it goes. It lies in a folder of its own, whose path stands before the order. */
import { pathToFileURL } from 'node:url';
import { lines, order, sendAll } from './order.js';

interface Message {
  readonly topic: string;
  readonly key: Buffer;
  readonly value: Buffer;
}

interface Library {
  readonly Producer: new (options: {
    readonly [name: string]: unknown;
  }) => {
    send(options: { readonly messages: readonly Message[] }): Promise<unknown>;
    close(): Promise<void>;
  };
}

/** As many as one batch of each partition holds. */
const RECORDS_A_SEND = 1500;

const { Producer } = (await import(pathToFileURL(process.argv.at(-2)!).href)) as Library;
const producer = new Producer({
  clientId: 'bench',
  bootstrapBrokers: [order.broker],
  idempotent: order.idempotent,
  acks: order.acks === 'all' ? -1 : 1,
  compression: order.compression,
  autocreateTopics: false,
});
const values = lines(order.values);
const keys = lines(order.keys);
const { topic } = order;
await sendAll(RECORDS_A_SEND, order.idempotent ? 1 : 2, (from, to) => {
  const messages: Message[] = [];
  for (let i = from; i < to; i++)
    messages.push({ topic, key: keys[i % keys.length]!, value: values[i % values.length]! });
  return producer.send({ messages });
});
await producer.close();
