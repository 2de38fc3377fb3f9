import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import part from '../../../src/drivers/kafka.js';
import { secret } from '../../../src/security/secret.js';
import type { Driver, ProfileSettings, Sasl } from '../../../src/types.js';
import { FakeBroker } from '../../support/fake-broker.js';
import { withSasl } from '../../support/sasl-broker.js';
import { ScriptedBroker } from '../../support/scripted-broker.js';
import { batchOf, driverContext } from './harness.js';

let broker: ScriptedBroker;
let driver: Driver;

beforeEach(async () => {
  broker = await ScriptedBroker.start();
});
afterEach(async () => {
  await driver?.close();
  await broker.fake.close();
});

function create(settings: Partial<ProfileSettings> = {}, brokers = [broker.address]): Driver {
  driver = part.create(driverContext({ brokers }, { idempotent: true, ...settings }));
  return driver;
}

describe('connecting', () => {
  it('learns partitions and leaders, and a producer id when idempotent', async () => {
    await create().connect(['t']);
    expect(driver.partitionCount('t')).toBe(2);
    expect(driver.leaderOf('t', 1)).toBe(1);
    expect(driver.leaderOf('t', 9)).toBe(-1);
    expect(broker.count('InitProducerId')).toBe(1);
  });

  it('asks for no producer id when not idempotent', async () => {
    await create({ idempotent: false }).connect(['t']);
    expect(broker.count('InitProducerId')).toBe(0);
  });

  it('asks again while a fresh cluster is still loading its producer ids', async () => {
    broker.initErrors = [14, 14];
    await create().connect(['t']);
    expect(broker.count('InitProducerId')).toBe(3);
  });

  it('says what to do when the broker gives no producer id', async () => {
    broker.initErrors = [31];
    await expect(create().connect(['t'])).rejects.toThrow(/no producer id.*idempotent to false/);
  });

  it('waits for new topics that have no leader yet', async () => {
    broker.leaders = [-1, -1];
    await create().connect(['t']);
    expect(driver.leaderOf('t', 0)).toBe(1);
  });

  it('names the advertised address that cannot be reached, and the remedy', async () => {
    const gone = await FakeBroker.start();
    broker.advertised = gone.port;
    await gone.close();
    await expect(create().connect(['t'])).rejects.toMatchObject({
      code: 'ADVERTISED_UNREACHABLE',
      message: expect.stringMatching(
        new RegExp(`127\\.0\\.0\\.1:${broker.advertised}.*advertised\\.listeners`),
      ),
    });
  });

  it('goes on to the next bootstrap server when the first does not answer', async () => {
    const gone = await FakeBroker.start();
    const address = `127.0.0.1:${gone.port}`;
    await gone.close();
    await create({}, [address, broker.address]).connect(['t']);
    expect(driver.partitionCount('t')).toBe(2);
  });

  it('says that a listener which only closes the connection may want TLS or SASL', async () => {
    broker.fake.onRequest = ({ socket }) => socket.destroy();
    await expect(create().connect(['t'])).rejects.toThrow(
      /in plain text: if the listener is for TLS, set security.protocol/,
    );
  });
});

describe('one attempt', () => {
  const send = async (records: unknown[], partition = 0, sequence = 0, epoch = 0) => {
    const batch = Object.assign(await batchOf(driver, 't', partition, records), { sequence, epoch });
    return (await driver.send(driver.leaderOf('t', partition), [batch]))[0]!;
  };

  it('gives the offset of the first record', async () => {
    await create().connect(['t']);
    expect(await send([1, 2])).toEqual({ code: 'NONE', retriable: false, offset: 0 });
    expect(broker.produced).toEqual([{ topic: 't', partition: 0, sequence: 0, epoch: 0, producerId: 4711 }]);
  });

  it('counts what was stored by an earlier attempt as success', async () => {
    await create().connect(['t']);
    broker.produceErrors = [46];
    expect(await send([1])).toMatchObject({ code: 'NONE', offset: -1 });
  });

  it('goes on under another producer id once a partition has used up its epochs', async () => {
    await create().connect(['t']);
    await send([1], 0, 0, 32_767);
    await send([1], 0, 0, 32_768);
    await send([1], 0, 1, 32_768);
    await send([1], 1, 0, 0);
    expect(broker.produced.map(({ producerId, epoch }) => [producerId, epoch])).toEqual([
      [4711, 32_767],
      [4712, 0],
      [4712, 0],
      [4711, 0],
    ]);
  });

  it('comes again when no other producer id can be had', async () => {
    await create().connect(['t']);
    broker.initErrors = [31];
    expect(await send([1], 0, 0, 32_768)).toMatchObject({ code: 'NETWORK_EXCEPTION', retriable: true });
    expect(await send([1], 0, 0, 32_768)).toMatchObject({ code: 'NONE' });
  });

  it('fails for good once the login is refused, said once, and does not try it again', async () => {
    const script = { mechanisms: ['PLAIN'], username: 'alice', password: 'sesame' };
    const log = withSasl(broker.fake, script);
    const sasl: Sasl = { mechanism: 'PLAIN', username: 'alice', password: secret('sesame') };
    const warnings: string[] = [];
    driver = part.create(
      driverContext({
        brokers: [broker.address],
        security: { protocol: 'SASL_PLAINTEXT', tls: null, sasl },
        warn: (line) => warnings.push(line),
      }),
    );
    await driver.connect(['t']);
    script.password = 'changed';
    for (const socket of broker.fake.sockets) socket.destroy();
    const refused = { code: 'SASL_AUTHENTICATION_FAILED', retriable: false };
    await expect.poll(() => send([1])).toMatchObject(refused);
    const said = log.said.length;
    expect(await send([1])).toMatchObject(refused);
    expect(log.said).toHaveLength(said);
    expect(warnings).toEqual([expect.stringMatching(/refused user "alice".*still to be sent fails/)]);
  });

  it('tells errors by their names, and whether to try again', async () => {
    await create().connect(['t']);
    broker.produceErrors = [6, 10, 45, 29];
    expect(await send([1])).toMatchObject({ code: 'NOT_LEADER_OR_FOLLOWER', retriable: true });
    expect(await send([1])).toMatchObject({ code: 'MESSAGE_TOO_LARGE', retriable: false });
    expect(await send([1])).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', retriable: true });
    expect(await send([1])).toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED', retriable: false });
  });

  it('sends several partitions in one request and tells their fates in order', async () => {
    await create().connect(['t', 'u']);
    const batches = [
      await batchOf(driver, 't', 1, [1]),
      await batchOf(driver, 'u', 0, [1]),
      await batchOf(driver, 't', 0, [1]),
    ];
    const outcomes = await driver.send(1, batches);
    expect(outcomes.map(({ code }) => code)).toEqual(['NONE', 'NONE', 'NONE']);
    expect(broker.count('Produce')).toBe(1);
    expect(driver.requests).toBe(1);
  });

  it('without an answer in time destroys the connection, and the next attempt dials anew', async () => {
    await create({ requestTimeoutMs: 50 }).connect(['t']);
    broker.produceErrors = [null];
    const before = broker.fake.sockets.size;
    expect(await send([1])).toMatchObject({ code: 'REQUEST_TIMED_OUT', retriable: true });
    expect(await send([1])).toMatchObject({ code: 'NONE' });
    expect(broker.fake.sockets.size).toBeLessThanOrEqual(before);
  });

  it('is in the order of asking on a connection that has yet to be dialled', async () => {
    await create().connect(['t']);
    for (const socket of broker.fake.sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all([0, 1, 2, 3, 4].map((sequence) => send(['x'], 0, sequence)));
    expect(broker.produced.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
  });

  it('with acks 0 is over once the socket took it, with no offset', async () => {
    await create({ acks: 0, idempotent: false }).connect(['t']);
    expect(await send([1])).toEqual({ code: 'NONE', retriable: false, offset: -1 });
    await expect.poll(() => broker.produced.length).toBe(1);
    expect(broker.produced[0]).toMatchObject({ producerId: -1, sequence: -1 });
  });

  it('is told of a lost connection by name, with requests under way', async () => {
    await create().connect(['t']);
    broker.produceErrors = [null];
    const outcome = send([1]);
    await expect.poll(() => broker.produced.length).toBe(1);
    for (const socket of broker.fake.sockets) socket.destroy();
    expect(await outcome).toMatchObject({ code: 'NETWORK_EXCEPTION', retriable: true });
  });

  it('after close is a failure that says so, not an exception', async () => {
    await create().connect(['t']);
    const batch = await batchOf(driver, 't', 0, [1]);
    await driver.close();
    expect(await driver.send(1, [batch])).toMatchObject([{ code: 'NETWORK_EXCEPTION', retriable: true }]);
  });

  it('does not believe an answer that leaves a partition out', async () => {
    await create().connect(['t']);
    const { onRequest } = broker.fake;
    broker.fake.onRequest = (request) =>
      request.apiKey === 0 ? request.answer(Buffer.alloc(8)) : onRequest(request);
    expect(await send([1])).toMatchObject({ code: 'UNKNOWN_SERVER_ERROR', retriable: true });
  });
});

it('leaves no socket open behind it', async () => {
  await create().connect(['t']);
  await driver.close();
  await expect.poll(() => broker.fake.sockets.size).toBe(0);
});
