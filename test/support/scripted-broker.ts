/** A FakeBroker that answers as one Kafka node does, until a test says otherwise for one request. */
import { API_KEYS } from '../../src/protocol/keys.js';
import { Reader } from '../../src/protocol/reader.js';
import { Writer } from '../../src/protocol/writer.js';
import { FakeBroker, type Request } from './fake-broker.js';

export interface Produced {
  readonly topic: string;
  readonly partition: number;
  readonly sequence: number;
  readonly producerId: number;
  readonly epoch: number;
}

const SEQUENCE_AT = 53;
const EPOCH_AT = 51;
const PRODUCER_AT = 43;

export class ScriptedBroker {
  readonly fake: FakeBroker;
  /** Every batch of every Produce request, in order of arrival. */
  readonly produced: Produced[] = [];
  partitions = 2;
  /** What Metadata advertises; its own port by default. */
  advertised: number;
  /** The error of the next InitProducerId answers, then 0. */
  initErrors: number[] = [];
  /** The error of each Produce request's partitions, in turn, then 0; `null`: no answer at all. */
  produceErrors: (number | null)[] = [];
  /** Leader of all partitions in the next Metadata answers, then itself. */
  leaders: number[] = [];
  throttleMs = 0;
  /** Ports of brokers 2, 3 … that Metadata names beside it. */
  others: readonly number[] = [];
  #nextOffset = 0;
  #nextProducerId = 4711;

  static async start(): Promise<ScriptedBroker> {
    return new ScriptedBroker(await FakeBroker.start());
  }

  private constructor(fake: FakeBroker) {
    this.fake = fake;
    this.advertised = fake.port;
    fake.onRequest = (request) => this.#serve(request);
  }

  get address(): string {
    return `127.0.0.1:${this.fake.port}`;
  }

  /** How many requests of an API came. */
  count(api: keyof typeof API_KEYS): number {
    return this.fake.requests.filter(({ apiKey }) => apiKey === API_KEYS[api]).length;
  }

  #serve(request: Request): void {
    switch (request.apiKey) {
      case API_KEYS.ApiVersions:
        request.answer(apiVersions());
        break;
      case API_KEYS.Metadata:
        request.answer(this.#metadata(request.body));
        break;
      case API_KEYS.InitProducerId:
        request.answer(this.#initProducerId());
        break;
      case API_KEYS.Produce:
        this.#produce(request);
        break;
    }
  }

  #initProducerId(): Buffer {
    const error = this.initErrors.shift() ?? 0;
    const id = error === 0 ? this.#nextProducerId++ : -1;
    return new Writer().int32(0).int16(error).int64(id).int16(0).finish();
  }

  #metadata(body: Buffer): Buffer {
    const from = new Reader(body);
    from.nullableString(); // client id
    const topics = from.array(() => from.string());
    const leader = this.leaders.shift() ?? 1;
    const to = new Writer().int32(0);
    to.array([...[this.advertised, ...this.others].entries()], ([index, port]) => {
      to.int32(index + 1)
        .string('127.0.0.1')
        .int32(port)
        .nullableString(null);
    });
    to.nullableString(null).int32(1);
    to.array(topics, (topic) => {
      to.int16(0).string(topic).boolean(false).int32(this.partitions);
      for (let partition = 0; partition < this.partitions; partition++) {
        to.int16(0).int32(partition).int32(leader).int32(0).int32(0);
      }
    });
    return to.finish();
  }

  #produce(request: Request): void {
    const from = new Reader(request.body);
    from.nullableString(); // client id
    from.nullableString(); // transactional id
    const acks = from.int16();
    from.int32(); // time-out
    const error = this.produceErrors.length > 0 ? this.produceErrors.shift()! : 0;
    const to = new Writer();
    const topics = from.array(() => ({
      topic: from.string(),
      items: from.array(() => ({ partition: from.int32(), batch: from.bytes() })),
    }));
    to.array(topics, ({ topic, items }) => {
      to.string(topic).array(items, ({ partition, batch }) => {
        this.produced.push({
          topic,
          partition,
          sequence: batch.readInt32BE(SEQUENCE_AT),
          epoch: batch.readInt16BE(EPOCH_AT),
          producerId: Number(batch.readBigInt64BE(PRODUCER_AT)),
        });
        to.int32(partition)
          .int16(error ?? 0)
          .int64(error === 0 ? this.#nextOffset++ : -1)
          .int64(-1)
          .int64(0);
      });
    });
    to.int32(this.throttleMs);
    if (acks !== 0 && error !== null) request.answer(to.finish());
  }
}

function apiVersions(): Buffer {
  const to = new Writer().int16(0);
  const served = [API_KEYS.Produce, API_KEYS.Fetch, API_KEYS.Metadata, API_KEYS.InitProducerId];
  return to.array(served, (key) => to.int16(key).int16(0).int16(12)).finish();
}
