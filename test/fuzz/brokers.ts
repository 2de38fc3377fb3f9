/** A broker that answers wrongly, for the producer, the reader and the login; over real sockets, with time that runs fast. */
import fc from 'fast-check';
import { systemClock } from '../../src/clock.js';
import kafka from '../../src/drivers/kafka.js';
import { loadCodecsById } from '../../src/lanes.js';
import { API_KEYS } from '../../src/protocol/keys.js';
import { secret } from '../../src/security/secret.js';
import { greet } from '../../src/transport/greet.js';
import { TopicReader } from '../../src/transport/read.js';
import type { Clock, Sasl } from '../../src/types.js';
import { framed, type Request } from '../support/fake-broker.js';
import { ScriptedBroker } from '../support/scripted-broker.js';
import { batchOf, driverContext } from '../unit/drivers/harness.js';
import { ANSWERS, mutated, saslAnswer } from './answers.js';
import { refused, shared, type Target } from './target.js';

/** How much faster than real time clocks go: ten seconds of silence take a twentieth of one. */
const SPEED = 200;

const fastClock: Clock = {
  now: () => performance.now() * SPEED,
  after(ms, run) {
    const timer = setTimeout(run, Math.max(0, ms) / SPEED);
    return { cancel: () => clearTimeout(timer) };
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms) / SPEED)),
  yield: () => new Promise((resolve) => setImmediate(resolve)),
};

/** What is done to one answer. */
type Mischief = (request: Request, body: Buffer) => void;

const write = (request: Request, bytes: Buffer): void => {
  if (request.socket.writable) request.socket.write(bytes);
};

const right: Mischief = (request, body) => void request.answer(body);

const wrongBody: fc.Arbitrary<Mischief> = fc.nat(2 ** 31 - 1).map(
  (seed): Mischief =>
    (request, body) => {
      // The right answer is only known when it is given, and so the wrong one is drawn then, from its own seed.
      const [bytes = body] = fc.sample(mutated(body.length > 0 ? body : Buffer.from([0])), {
        seed,
        numRuns: 1,
      });
      write(request, framed(request.correlationId, bytes));
    },
);

const mischief: fc.Arbitrary<Mischief> = fc.oneof(
  { weight: 25, arbitrary: fc.constant(right) },
  { weight: 8, arbitrary: wrongBody },
  {
    weight: 1,
    arbitrary: fc.nat(200).map(
      (size): Mischief =>
        (request, body) => {
          const bytes = framed(request.correlationId, body);
          write(request, bytes.subarray(0, size));
          setImmediate(() => write(request, bytes.subarray(size)));
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -2, max: 3 }).map(
      (off): Mischief =>
        (request, body) => {
          write(request, framed(request.correlationId + off, body));
        },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Mischief>(
      () => {},
      ({ socket }) => socket.destroy(),
      ({ socket }) => socket.end(),
      (request) => write(request, Buffer.from('7ffffff0', 'hex')),
      (request) => write(request, Buffer.alloc(300, 0xff)),
      (request) => write(request, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ),
  },
);

const mischiefs = fc.array(mischief, { minLength: 1, maxLength: 12 });

/** A broker of which one case after the other decides how it answers, each answer in turn by the next of its wrongs. */
async function openBroker() {
  const broker = await ScriptedBroker.start();
  const { fake } = broker;
  const serve = fake.onRequest;
  let wrongs: readonly Mischief[] = [];
  let turn = 0;
  fake.onRequest = (request) => {
    const answer = (body: Buffer = Buffer.alloc(0)): boolean => {
      wrongs[turn++ % wrongs.length]!(request, body);
      return true;
    };
    const own = OWN.get(request.apiKey);
    if (own === undefined) serve({ ...request, answer });
    else answer(own(request));
  };
  return {
    address: broker.address,
    fake,
    begin(list: readonly Mischief[]): void {
      wrongs = list;
      turn = 0;
      fake.requests.length = 0;
      broker.produced.length = 0;
    },
    close: () => fake.close(),
  };
}

/** What the scripted broker does not serve. */
const OWN: ReadonlyMap<number, (request: Request) => Buffer> = new Map([
  [API_KEYS.ListOffsets, () => ANSWERS['ListOffsets']!.right],
  [API_KEYS.Fetch, () => ANSWERS['Fetch']!.right],
  [API_KEYS.SaslHandshake, () => ANSWERS['SaslHandshake']!.right],
  [API_KEYS.SaslAuthenticate, ({ body }: Request) => saslAnswer(loginStep(body.toString('latin1')))],
]);

/** What a server says to the first step of each mechanism; it cannot end SCRAM, as it does not know the password. */
function loginStep(said: string): string {
  const nonce = /,r=([^,]+)$/.exec(said)?.[1];
  return nonce === undefined ? '' : `r=${nonce}more,s=c2FsdA==,i=4096`;
}

function against(
  name: string,
  runs: number,
  attack: (address: string, clock: Clock) => Promise<boolean>,
): Target {
  return shared(name, runs, mischiefs, async () => {
    const broker = await openBroker();
    broker.begin([right]);
    // Or all that follows would tell nothing. In real time: on a busy machine the fast one runs out.
    if (!(await attack(broker.address, systemClock)))
      throw new Error('it does not get on with a broker that answers rightly');
    return {
      close: broker.close,
      async attack(list) {
        broker.begin(list);
        await attack(broker.address, fastClock);
        for (const socket of broker.fake.sockets) socket.destroy();
      },
    };
  });
}

// ---------------------------------------------------------------- who talks to it

const producer = against('a producer', 150, async (address, clock) => {
  const settings = { idempotent: true, requestTimeoutMs: 1000, deliveryTimeoutMs: 5000 };
  const driver = kafka.create(driverContext({ brokers: [address], clock }, settings));
  const connected = await refused(() => driver.connect(['t']).then(() => true));
  const codes: string[] = [];
  if (connected) {
    if (!(driver.partitionCount('t') > 0)) throw new Error('it is connected to a topic without partitions');
    for (let round = 0; round < 3; round++) {
      const batch = await batchOf(driver, 't', 0, [{ round }]);
      const outcomes = await driver.send(driver.leaderOf('t', 0), [batch]);
      if (outcomes.length !== 1) throw new Error(`one batch has ${outcomes.length} outcomes`);
      codes.push(outcomes[0]!.code);
      await driver.refresh().catch(() => {});
    }
  }
  await driver.close();
  return codes.join() === 'NONE,NONE,NONE';
});

const codecs = await loadCodecsById();

const reader = against('a reader', 150, async (address, clock) => {
  const options = { brokers: [address], topic: 't', clientId: 'fuzz', clock, codecs };
  const topicReader = new TopicReader(options);
  let count = 0;
  const read = await refused(async () => {
    await topicReader.connect();
    for (const [partition, offset] of await topicReader.offsets('beginning')) {
      topicReader.positions.set(partition, offset);
    }
    for (let round = 0; round < 3; round++) count += await topicReader.poll(() => {});
    return true;
  });
  topicReader.close();
  return read === true && count > 0;
});

const password = secret('hunter2');
const LOGINS: readonly Sasl[] = [
  { mechanism: 'PLAIN', username: 'ann', password },
  { mechanism: 'SCRAM-SHA-256', username: 'ann', password },
  { mechanism: 'OAUTHBEARER', token: async () => secret('e30.e30.e30'), extensions: {} },
];

const logins = LOGINS.map((sasl) =>
  against(`a login with ${sasl.mechanism}`, 60, async (address, clock) => {
    const security = { protocol: 'SASL_PLAINTEXT', tls: null, sasl } as const;
    const options = { brokers: [address], clientId: 'fuzz', clock, security };
    const loggedIn = await refused(() => greet(options).then(() => true));
    return loggedIn === true || sasl.mechanism.startsWith('SCRAM');
  }),
);

export const BROKERS: readonly Target[] = [producer, reader, ...logins];
