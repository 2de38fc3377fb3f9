import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import kafkajs from '../../../src/drivers/kafkajs.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { describeTopics, ensureTopics, topicOffsets } from '../../../src/topics/index.js';
import { topicTimes } from '../../../src/topics/times.js';
import { batchOf, driverContext, sendOne } from '../drivers/harness.js';

let sandbox: Sandbox;
let brokers: string[];
let counter = 0;
const servers: Server[] = [];

const fresh = (): string => `topic-${counter++}`;

beforeAll(async () => {
  sandbox = await startSandbox({ autoCreateTopics: false });
  brokers = [sandbox.address];
});

afterEach(async () => {
  await sandbox.setFaults([]);
  for (const server of servers.splice(0)) server.close();
});

afterAll(() => sandbox.close());

/** A server on a free port of this machine; what it is given to do with each connection decides what it is. */
async function listen(serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Stands before the sandbox, and may change what it answers. */
function proxied(socket: Socket, change: (answer: Buffer) => Buffer = (answer) => answer): void {
  const upstream = connect(Number(sandbox.address.split(':')[1]), '127.0.0.1');
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
  socket.on('data', (data) => upstream.write(data));
  upstream.on('data', (data) => socket.write(change(data)));
  upstream.on('close', () => socket.destroy());
}

describe('the times that topics take', () => {
  it('are those of their settings, without bounds where they set none', async () => {
    const [plain, strict] = [fresh(), fresh()];
    const config = {
      'retention.ms': '60000',
      'message.timestamp.after.max.ms': '1000',
      'message.timestamp.before.max.ms': '2000',
    };
    const wanted = [
      { name: plain, partitions: 1 },
      { name: strict, partitions: 1, config },
    ];
    await ensureTopics(brokers, wanted, { create: true });
    const none = Number.POSITIVE_INFINITY;
    expect(await topicTimes({ brokers }, [plain, strict])).toEqual(
      new Map([
        [plain, { stamped: false, aheadMax: none, behindMax: none, keptMs: none }],
        [strict, { stamped: false, aheadMax: 1000, behindMax: 2000, keptMs: 60_000 }],
      ]),
    );
  });
});

describe('topics', () => {
  it('are created when missing, with the partitions and settings asked for', async () => {
    const [one, other] = [fresh(), fresh()];
    const wanted = [
      { name: one, partitions: 4, config: { 'retention.ms': '-1' } },
      { name: other, partitions: 1, replicationFactor: 1 },
    ];
    expect(await ensureTopics(brokers, wanted, { create: true })).toEqual([
      { name: one, partitions: 4, created: true },
      { name: other, partitions: 1, created: true },
    ]);
    expect(await ensureTopics(brokers, wanted, { create: true })).toEqual([
      { name: one, partitions: 4, created: false },
      { name: other, partitions: 1, created: false },
    ]);
  });

  it('are described in the order asked for, without those that do not exist', async () => {
    const [one, other] = [fresh(), fresh()];
    await ensureTopics(
      brokers,
      [
        { name: one, partitions: 2 },
        { name: other, partitions: 3 },
      ],
      { create: true },
    );
    expect(await describeTopics(brokers, [other, 'missing', one])).toEqual([
      { name: other, partitions: 3, replicationFactor: 1 },
      { name: one, partitions: 2, replicationFactor: 1 },
    ]);
    expect(await describeTopics(brokers, ['missing'])).toEqual([]);
  });

  it('tell how far each partition reaches', async () => {
    const topic = fresh();
    await ensureTopics(brokers, [{ name: topic, partitions: 2 }], { create: true });
    const driver = kafkajs.create(driverContext({ brokers }));
    await driver.connect([topic]);
    await sendOne(driver, await batchOf(driver, topic, 1, [1, 2, 3]));
    await driver.close();
    expect(await topicOffsets(brokers, topic)).toEqual([
      { partition: 0, low: 0, high: 0 },
      { partition: 1, low: 0, high: 3 },
    ]);
  });

  it('have all connections closed behind them', async () => {
    await ensureTopics(brokers, [{ name: fresh(), partitions: 2 }], { create: true });
    await expect.poll(async () => (await sandbox.stats()).connections).toBe(0);
  });

  it('may have another number of partitions, unless one was asked for', async () => {
    const topic = fresh();
    await ensureTopics(brokers, [{ name: topic, partitions: 2 }], { create: true });
    const byDefault = { name: topic, partitions: 6, partitionsAreDefault: true };
    expect(await ensureTopics(brokers, [byDefault], { create: true })).toMatchObject([{ partitions: 2 }]);
    await expect(
      ensureTopics(brokers, [{ name: topic, partitions: 6 }], { create: true }),
    ).rejects.toMatchObject({
      code: 'TOPIC',
      exitCode: 2,
      message: `topic ${topic}: expected 6 partitions, got 2; leave out --partitions to use it as it is, or name another topic with --topic`,
    });
  });

  it('are refused together, a line for each, and none is created, when one of them cannot be had', async () => {
    const topic = fresh();
    await ensureTopics(brokers, [{ name: topic, partitions: 2 }], { create: true });
    const wanted = [
      { name: topic, partitions: 3 },
      { name: fresh(), partitions: 1 },
      { name: fresh(), partitions: 1 },
    ];
    const refused = ensureTopics(brokers, wanted, { create: false });
    await expect(refused).rejects.toMatchObject({
      code: 'TOPIC',
      message: expect.stringMatching(
        new RegExp(
          `^topic ${topic}: .*\ntopic ${wanted[1]!.name}: .*--no-create-topics\ntopic ${wanted[2]!.name}: .*$`,
        ),
      ),
    });
    await expect(ensureTopics(brokers, wanted, { create: true })).rejects.toMatchObject({ code: 'TOPIC' });
    expect(await describeTopics(brokers, [wanted[1]!.name, wanted[2]!.name])).toEqual([]);
  });

  it('are waited for until each partition has a leader', async () => {
    const topic = fresh();
    await ensureTopics(brokers, [{ name: topic, partitions: 2 }], { create: true });
    await sandbox.setFaults([`metadata:error=LEADER_NOT_AVAILABLE,topic=${topic},count=3`]);
    expect(await ensureTopics(brokers, [{ name: topic, partitions: 2 }], { create: true })).toMatchObject([
      { partitions: 2 },
    ]);
  });

  it('are refused in words of access control, with the operation and whom to grant it', async () => {
    const topic = fresh();
    await sandbox.setFaults(['create-topics:error=TOPIC_AUTHORIZATION_FAILED']);
    await expect(
      ensureTopics(brokers, [{ name: topic, partitions: 1 }], { create: true }),
    ).rejects.toMatchObject({
      code: 'TOPIC',
      message: expect.stringMatching(new RegExp(`topic ${topic}: .*operation Create .*User:ANONYMOUS`)),
    });
    await sandbox.setFaults([`metadata:error=TOPIC_AUTHORIZATION_FAILED,topic=${topic}`]);
    await expect(describeTopics(brokers, [topic])).rejects.toMatchObject({
      code: 'TOPIC',
      message: expect.stringMatching(/operation Describe/),
    });
  });

  it('are refused for a name that cannot be', async () => {
    await expect(
      ensureTopics(brokers, [{ name: 'no spaces', partitions: 1 }], { create: true }),
    ).rejects.toMatchObject({ code: 'TOPIC', message: expect.stringMatching(/no spaces: .*249 letters/) });
  });
});

describe('brokers', () => {
  const wanted = [{ name: 'any', partitions: 1 }];

  it('that cannot be reached are named with the reason and a remedy', async () => {
    await expect(
      ensureTopics(['127.0.0.1:1', 'localhost:2'], wanted, { create: true }),
    ).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringMatching(/127\.0\.0\.1:1 \(ECONNREFUSED\), localhost:2 \(E.*\); check --brokers/),
    });
  });

  it('are tried one after another', async () => {
    const topic = fresh();
    const list = ['127.0.0.1:1', '127.0.0.1:2', sandbox.address];
    expect(await ensureTopics(list, [{ name: topic, partitions: 1 }], { create: true })).toMatchObject([
      { created: true },
    ]);
  });

  it('that take connections and never answer are given up on within ten seconds', async () => {
    const port = await listen((socket) => socket.resume());
    const started = performance.now();
    await expect(ensureTopics([`127.0.0.1:${port}`], wanted, { create: true })).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}: .*does it want TLS|is it a Kafka`)),
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('that close the connection at once may want TLS or SASL', async () => {
    const port = await listen((socket) => socket.end());
    await expect(ensureTopics([`127.0.0.1:${port}`], wanted, { create: true })).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringMatching(/TLS or SASL/),
    });
  });

  it('that advertise an address that is none from here are found out, with that address and a remedy', async () => {
    const topic = fresh();
    await ensureTopics(brokers, [{ name: topic, partitions: 1 }], { create: true });
    const port = Buffer.alloc(4);
    port.writeInt32BE(Number(sandbox.address.split(':')[1]));
    const proxy = await listen((socket) =>
      proxied(socket, (answer) => {
        for (let at = answer.indexOf(port); at >= 0; at = answer.indexOf(port, at + 4))
          answer.writeInt32BE(1, at);
        return answer;
      }),
    );
    await expect(
      ensureTopics([`127.0.0.1:${proxy}`], [{ name: topic, partitions: 1 }], { create: true }),
    ).rejects.toMatchObject({
      code: 'ADVERTISED_UNREACHABLE',
      message: expect.stringMatching(
        new RegExp(
          `127\\.0\\.0\\.1:${proxy} answers, .*127\\.0\\.0\\.1:1 \\(ECONNREFUSED\\).*advertised\\.listeners`,
        ),
      ),
    });
  });

  it('may advertise another address than the one that was given', async () => {
    const topic = fresh();
    const proxy = await listen((socket) => proxied(socket));
    expect(
      await ensureTopics([`127.0.0.1:${proxy}`], [{ name: topic, partitions: 1 }], { create: true }),
    ).toMatchObject([{ created: true }]);
  });

  it('may be given by an IPv6 address, which kafkajs alone cannot take', async (context) => {
    const proxy = await listen((socket) => proxied(socket), '::1').catch(() => undefined);
    if (proxy === undefined) return context.skip('there is no IPv6 on this machine');
    expect(await describeTopics([`[::1]:${proxy}`], ['missing'])).toEqual([]);
    const driver = kafkajs.create(driverContext({ brokers: [`[::1]:${proxy}`] }));
    const topic = fresh();
    await ensureTopics(brokers, [{ name: topic, partitions: 1 }], { create: true });
    await driver.connect([topic]);
    expect(await sendOne(driver, await batchOf(driver, topic, 0, [1]))).toMatchObject({ code: 'NONE' });
    await driver.close();
  });

  it('are refused when they are no addresses', async () => {
    for (const bad of ['localhost', '::1:9092', 'host:0', 'host:99999', 'host:9092/x', '']) {
      await expect(async () => describeTopics([bad], [])).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringMatching(/expected HOST:PORT/),
      });
    }
  });
});

it('a frame shorter than its own header ends the connection, and not the process', async () => {
  const port = await listen((socket) =>
    socket.on('data', () => socket.write(Buffer.from('0000000100', 'hex'))),
  );
  await expect(describeTopics([`127.0.0.1:${port}`], ['any'])).rejects.toMatchObject({ exitCode: 2 });
});

it.each(['says nothing', 'is not there'])(
  'a broker that %s is passed over for the next of the list',
  async (how) => {
    const port = await listen(() => {});
    if (how === 'is not there') for (const server of servers.splice(0)) server.close();
    const both = [`127.0.0.1:${port}`, sandbox.address];
    expect(await ensureTopics(both, [{ name: fresh(), partitions: 2 }], { create: true })).toMatchObject([
      { created: true },
    ]);
  },
);
