/** kafkajs as a client of the sandbox, through its public API, quiet and impatient. */
import { type Admin, type Consumer, type EachMessagePayload, Kafka, logLevel, type Producer } from 'kafkajs';

export { CompressionTypes, type EachMessagePayload } from 'kafkajs';

/** Everything it makes is disconnected by `close`. */
export class KafkaClient {
  readonly #kafka: Kafka;
  readonly #open: { disconnect(): Promise<void> }[] = [];

  constructor(address: string) {
    // Without options of its own, kafkajs retries longer under a test runner than elsewhere.
    const retry = { retries: 5, initialRetryTime: 50 };
    this.#kafka = new Kafka({ brokers: [address], clientId: 'kafkajs', logLevel: logLevel.NOTHING, retry });
  }

  producer(options: { idempotent?: boolean; transactionalId?: string } = {}): Promise<Producer> {
    return this.#connected(this.#kafka.producer({ ...options, maxInFlightRequests: 1 }));
  }

  admin(): Promise<Admin> {
    return this.#connected(this.#kafka.admin());
  }

  /** Starts reading and hands over each message; the consumer can be paused, committed with and stopped. */
  async consume(
    groupId: string,
    topics: string[],
    eachMessage: (payload: EachMessagePayload) => Promise<void>,
  ): Promise<Consumer> {
    const settings = { maxWaitTimeInMs: 100, heartbeatInterval: 200, rebalanceTimeout: 10_000 };
    const consumer = await this.#connected(this.#kafka.consumer({ groupId, ...settings }));
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({ eachMessage });
    return consumer;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((client) => client.disconnect()));
  }

  async #connected<T extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
    client: T,
  ): Promise<T> {
    await client.connect();
    this.#open.push(client);
    return client;
  }
}
