import { describe, expect, it } from 'vitest';
import { Pipeline } from '../support/pipeline.js';
import { final, OK, retriable } from '../support/recording-driver.js';
import { settle } from '../support/virtual-clock.js';

describe('sending', () => {
  it('waits for company until linger is over, then sends what there is', async () => {
    const p = new Pipeline({ lingerMs: 5 });
    p.add(1);
    await p.clock.advance(4);
    expect(p.waiting).toEqual([]);
    await p.clock.advance(1);
    expect(p.waiting).toEqual(['t/0@0×1']);
  });

  it('sends a full batch at once', async () => {
    const p = new Pipeline();
    p.add(4);
    await settle();
    expect(p.waiting).toEqual(['t/0@0×3']);
  });

  it('puts several partitions of one leader into one request, one batch of each', async () => {
    const p = new Pipeline({}, { partitions: 3 });
    for (const partition of [0, 1, 2]) p.add(6, partition);
    p.accumulator.flush();
    await settle();
    expect(p.waiting).toEqual(['t/0@0×3 t/1@0×3 t/2@0×3']);
  });

  it('keeps requests of different leaders apart', async () => {
    const p = new Pipeline({}, { partitions: 2, leaders: 2 });
    p.add(3, 0);
    p.add(3, 1);
    p.accumulator.flush();
    await settle();
    expect(p.waiting).toEqual(['t/0@0×3', 't/1@0×3']);
  });

  it('has one request of a partition under way until it is proven, then up to inFlightMax', async () => {
    const p = new Pipeline({ inFlightMax: 3 });
    p.add(30);
    await settle();
    expect(p.waiting).toEqual(['t/0@0×3']);
    await p.answer(OK);
    expect(p.waiting).toEqual(['t/0@3×3', 't/0@6×3', 't/0@9×3']);
  });

  it('keeps one request of a partition under way when the driver has no sequence numbers', async () => {
    const p = new Pipeline({ idempotent: false }, { ordered: false });
    p.add(12);
    await settle();
    await p.answer(OK);
    expect(p.waiting).toHaveLength(1);
  });

  it('sends nothing while the peer does not read, and goes on afterwards', async () => {
    const p = new Pipeline({ acks: 0, idempotent: false }, { partitions: 2 });
    p.add(3);
    await settle();
    p.driver.blocked = true;
    p.add(3, 1);
    await settle();
    expect(p.waiting).toHaveLength(1);
    p.driver.blocked = false;
    await p.answer(OK);
    expect(p.waiting).toEqual(['t/1@0×3']);
  });

  it('looks again after a while when a congested peer owes no answer', async () => {
    const p = new Pipeline({ acks: 0, idempotent: false });
    p.driver.blocked = true;
    p.add(3);
    await p.clock.advance(20);
    expect(p.waiting).toEqual([]);
    p.driver.blocked = false;
    await p.clock.advance(5);
    expect(p.waiting).toEqual(['t/0@0×3']);
  });

  it('counts records written without acknowledgement as unacknowledged', async () => {
    const p = new Pipeline({ acks: 0, idempotent: false });
    p.add(3);
    p.accumulator.flush();
    await settle();
    await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 0, unacknowledged: 3 });
  });
});

describe('retrying', () => {
  it('backs off exponentially up to its ceiling, within its jitter', async () => {
    const p = new Pipeline({ retryBackoffMs: 100, retryBackoffMsMax: 400 });
    p.add(3);
    await settle();
    for (const nominal of [100, 200, 400, 400]) {
      await p.answer(retriable('NETWORK_EXCEPTION'));
      await p.clock.advance(nominal * 0.8 - 1);
      expect(p.waiting).toEqual([]);
      await p.clock.advance(nominal * 0.4 + 2);
      expect(p.waiting).toEqual(['t/0@0×3']);
    }
  });

  it('drains what is under way after a failure and sends again in sequence order', async () => {
    const p = new Pipeline({ inFlightMax: 3 });
    p.add(12);
    await settle();
    await p.answer(OK);
    expect(p.waiting).toEqual(['t/0@3×3', 't/0@6×3', 't/0@9×3']);
    await p.answer(retriable('NOT_LEADER_OR_FOLLOWER'));
    await p.answer(retriable('OUT_OF_ORDER_SEQUENCE_NUMBER'));
    await p.clock.advance(1000);
    expect(p.waiting).toEqual(['t/0@9×3']);
    await p.answer(retriable('OUT_OF_ORDER_SEQUENCE_NUMBER'));
    await p.clock.advance(1000);
    expect(p.waiting).toEqual(['t/0@3×3']);
    await p.answer(OK);
    // Neither was stored, as the broker said itself.
    expect(p.waiting).toEqual(['t/0@6×3', 't/0@9×3']);
  });

  it('sends a failed batch again alone, although its successors were stored', async () => {
    const p = new Pipeline({ inFlightMax: 3 });
    p.add(18);
    await settle();
    await p.answer(OK);
    await p.answer(retriable('REQUEST_TIMED_OUT'));
    await p.answer(OK);
    await p.answer(OK);
    await p.clock.advance(1000);
    expect(p.waiting).toEqual(['t/0@3×3']);
    await p.answer(OK);
    expect(p.waiting).toEqual(['t/0@12×3', 't/0@15×3']);
  });

  it('sends the next batch only after an earlier one that failed was sent again', async () => {
    const p = new Pipeline({ idempotent: false }, { ordered: false });
    p.add(6);
    await settle();
    await p.answer(retriable('NETWORK_EXCEPTION'));
    await p.clock.advance(1000);
    await p.answer(OK);
    await p.answer(OK);
    expect(p.driver.history).toEqual(['t/0@0×3', 't/0@0×3', 't/0@3×3']);
  });

  it('gives new sequence numbers only once the broker has refused the first batch for its own', async () => {
    const p = new Pipeline({ retriesMax: 0 });
    p.add(9);
    await settle();
    await p.answer(final('INVALID_RECORD'));
    expect(p.waiting).toEqual(['t/0@3×3']);
    await p.answer(retriable('OUT_OF_ORDER_SEQUENCE_NUMBER'));
    await p.clock.advance(1000);
    expect(p.waiting).toEqual(['t/0@0×3']);
    expect(p.driver.attempts[0]!.batches[0]!.epoch).toBe(1);
    await p.answer(OK);
    await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 6, failed: 3 });
  });

  it('fails a batch for good after its last retry, by the name of the last error', async () => {
    const p = new Pipeline({ retriesMax: 1 });
    p.add(3);
    await settle();
    await p.answer(retriable('NETWORK_EXCEPTION'));
    await p.clock.advance(1000);
    await p.answer(retriable('NOT_ENOUGH_REPLICAS'));
    expect(p.tally.fates.failed).toBe(3);
    expect([...p.tally.errors]).toEqual([['NOT_ENOUGH_REPLICAS', 3]]);
    expect([...p.tally.retriesByCode]).toEqual([['NETWORK_EXCEPTION', 1]]);
  });

  it('does not count against the retries what never went out, as Kafka does not', async () => {
    const p = new Pipeline({ retriesMax: 1, deliveryTimeoutMs: 60_000 });
    p.add(3);
    await settle();
    for (let i = 0; i < 10; i++) {
      await p.answer({ ...retriable('NETWORK_EXCEPTION'), unsent: true });
      await p.clock.advance(1000);
    }
    expect(p.tally.fates.failed).toBe(0);
    await p.answer(retriable('NETWORK_EXCEPTION'));
    await p.clock.advance(1000);
    await p.answer(retriable('NETWORK_EXCEPTION'));
    expect(p.tally.fates.failed).toBe(3);
  });

  it('does not try again what cannot succeed', async () => {
    const p = new Pipeline();
    p.add(3);
    await settle();
    await p.answer(final('INVALID_RECORD'));
    await p.clock.advance(5000);
    expect(p.driver.history).toHaveLength(1);
    expect(p.tally.fates.failed).toBe(3);
  });

  it('asks again who leads what after a retriable failure', async () => {
    const p = new Pipeline();
    p.add(3);
    await settle();
    await p.answer(retriable('NOT_LEADER_OR_FOLLOWER'));
    expect(p.driver.refreshes).toBe(1);
  });
});

describe('a batch that is too large', () => {
  const TOO_LARGE = final('MESSAGE_TOO_LARGE');

  it('is sent again in halves under its own sequence numbers, and that is no retry to be limited', async () => {
    const p = new Pipeline({ retriesMax: 0 }, { recordsPerBatch: 5 });
    p.add(5);
    await settle();
    await p.answer(TOO_LARGE);
    expect(p.waiting).toEqual(['t/0@0×3']);
    await p.answer(OK);
    expect(p.waiting).toEqual(['t/0@3×2']);
    await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 5, failed: 0 });
    expect([...p.tally.retriesByCode]).toEqual([['MESSAGE_TOO_LARGE', 1]]);
    expect(p.accumulator.heldBytes).toBe(0);
    await p.dispatcher.idle();
  });

  it('is halved until single records are left, and only those that are too large themselves fail', async () => {
    const p = new Pipeline({}, { recordsPerBatch: 4 });
    p.add(8);
    await settle();
    for (const expected of ['t/0@0×4', 't/0@0×2', 't/0@0×1']) {
      expect(p.waiting).toEqual([expected]);
      await p.answer(TOO_LARGE);
    }
    expect(p.tally.fates.failed).toBe(1);
    // The numbers begin anew, as that of the failed record will never be used.
    expect(p.waiting).toEqual(['t/0@0×1']);
    expect(p.driver.attempts[0]!.batches[0]!.epoch).toBe(1);
    while (p.waiting.length > 0) await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 7, failed: 1 });
    expect([...p.tally.errors]).toEqual([['MESSAGE_TOO_LARGE', 1]]);
  });

  it('goes before those that were sent behind it, once these are back', async () => {
    const p = new Pipeline({ inFlightMax: 3 }, { recordsPerBatch: 4 });
    p.add(16);
    await settle();
    // As large ones were taken before, so that one refusal alone says nothing.
    await p.answer(OK);
    expect(p.waiting).toEqual(['t/0@4×4', 't/0@8×4', 't/0@12×4']);
    await p.answer(TOO_LARGE);
    await p.answer(retriable('OUT_OF_ORDER_SEQUENCE_NUMBER'));
    await p.answer(retriable('OUT_OF_ORDER_SEQUENCE_NUMBER'));
    // Without a pause: nothing ails the broker.
    expect(p.waiting).toEqual(['t/0@4×4']);
    await p.answer(TOO_LARGE);
    await p.answer(TOO_LARGE);
    expect(p.waiting).toEqual(['t/0@4×2']);
    await p.answer(OK);
    // Proven again, and those behind were not stored: they are split as well, rather than be refused in their turn.
    expect(p.waiting).toEqual(['t/0@6×2', 't/0@8×2', 't/0@10×2']);
    for (let batch = 0; batch < 5; batch++) await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 16 });
    expect([...p.tally.retriesByCode]).toEqual([
      ['MESSAGE_TOO_LARGE', 3],
      ['OUT_OF_ORDER_SEQUENCE_NUMBER', 2],
    ]);
  });

  it('leaves those behind it as they are that may have been stored', async () => {
    const p = new Pipeline({ inFlightMax: 3 }, { recordsPerBatch: 4 });
    p.add(12);
    await settle();
    await p.answer(OK);
    await p.answer(TOO_LARGE);
    await p.answer(retriable('REQUEST_TIMEOUT'));
    await p.clock.advance(1000);
    for (const expected of ['t/0@4×4', 't/0@4×4']) {
      expect(p.waiting).toEqual([expected]);
      await p.answer(TOO_LARGE);
    }
    await p.answer(OK);
    await p.answer(OK);
    expect(p.waiting).toEqual(['t/0@8×4']);
  });

  it('goes alone when it is a single record and likely to be refused, so that nothing behind it is refused with it', async () => {
    const p = new Pipeline({ inFlightMax: 3 }, { recordsPerBatch: 1 });
    p.add(1);
    await settle();
    await p.answer(TOO_LARGE);
    p.add(3);
    await settle();
    expect(p.waiting).toEqual(['t/0@0×1']);
    await p.answer(TOO_LARGE);
    expect(p.waiting).toEqual(['t/0@0×1']);
    // The limit has been raised meanwhile.
    await p.answer(OK);
    await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 2, failed: 2 });
    expect([...p.tally.retriesByCode]).toEqual([]);
  });

  it('teaches how large the next ones may be, which are split before they are sent', async () => {
    const p = new Pipeline({}, { recordsPerBatch: 4 });
    p.add(4);
    await settle();
    await p.answer(TOO_LARGE);
    await p.answer(OK);
    await p.answer(OK);
    p.add(4);
    await settle();
    expect(p.waiting).toEqual(['t/0@4×2', 't/0@6×2']);
    p.add(4, 1);
    await settle();
    expect(p.waiting.at(-1)).toBe('t/1@0×4');
  });

  it('keeps its deadline and the times of each record', async () => {
    const p = new Pipeline({ deliveryTimeoutMs: 2000 }, { recordsPerBatch: 4 });
    p.add(2);
    await p.clock.advance(4);
    p.add(2);
    await settle();
    await p.clock.advance(1000);
    await p.answer(TOO_LARGE);
    await p.answer(OK);
    expect(p.tally.stages.total.snapshot().sum).toBeCloseTo(2 * 1004, 6);
    await p.clock.advance(996);
    expect(p.tally.fates).toMatchObject({ acked: 2, expired: 2 });
  });

  it('fails whole when its driver cannot split', async () => {
    const p = new Pipeline();
    const open = p.driver.openBatch.bind(p.driver);
    p.driver.openBatch = () => Object.assign(open(), { split: undefined });
    p.add(3);
    await settle();
    await p.answer(TOO_LARGE);
    expect(p.tally.fates).toMatchObject({ failed: 3 });
  });

  it('is not taken for one when it was refused beside others, and may be sent again as it is', async () => {
    const p = new Pipeline();
    p.add(3);
    await settle();
    await p.answer(retriable('MESSAGE_TOO_LARGE'));
    await p.clock.advance(1000);
    expect(p.waiting).toEqual(['t/0@0×3']);
  });

  it('is split no more once everything is given up', async () => {
    const p = new Pipeline();
    p.add(3);
    await settle();
    p.dispatcher.abort();
    await p.answer(TOO_LARGE);
    expect(p.tally.fates).toMatchObject({ unacknowledged: 3 });
    expect(p.driver.history).toHaveLength(1);
  });
});

describe('deadlines', () => {
  it('expires what waits too long, whether it was sent or not', async () => {
    const p = new Pipeline({ deliveryTimeoutMs: 2000, lingerMs: 0 });
    p.add(6);
    await settle();
    await p.clock.advance(1999);
    expect(p.tally.fates.expired).toBe(0);
    await p.clock.advance(2);
    expect(p.tally.fates.expired).toBe(6);
    expect([...p.tally.errors.keys()]).toEqual(['DELIVERY_TIMEOUT']);
  });

  it('lets an answer that comes after the deadline change nothing', async () => {
    const p = new Pipeline({ deliveryTimeoutMs: 2000 });
    p.add(3);
    await settle();
    await p.clock.advance(3000);
    await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 0, expired: 3 });
    await p.dispatcher.idle();
  });

  it('is idle only when every record has its fate and no request is under way', async () => {
    const p = new Pipeline();
    p.add(4);
    p.accumulator.flush();
    let idle = false;
    p.dispatcher.idle().then(() => {
      idle = true;
    });
    await settle();
    await p.answer(OK);
    expect(idle).toBe(false);
    await p.answer(OK);
    expect(idle).toBe(true);
  });

  it('gives everything a fate at once when aborted', async () => {
    const p = new Pipeline();
    p.add(7);
    await settle();
    p.dispatcher.abort();
    expect(p.tally.fates).toMatchObject({ unacknowledged: 3, failed: 4 });
    expect(p.tally.pending).toBe(0);
    await p.dispatcher.idle();
    await p.answer(OK);
    expect(p.tally.fates).toMatchObject({ acked: 0, unacknowledged: 3 });
  });
});

describe('what could hang', () => {
  it('leaves no timer behind when everything expired for want of a leader', async () => {
    const p = new Pipeline({ deliveryTimeoutMs: 2000 });
    p.driver.leaderOf = () => -1;
    p.add(3);
    p.accumulator.flush();
    await p.clock.advance(3000);
    await p.dispatcher.idle();
    p.dispatcher.close();
    const { refreshes } = p.driver;
    await p.clock.advance(60_000);
    expect([p.clock.pending, p.driver.refreshes - refreshes]).toEqual([0, 0]);
  });

  it('aborts at once although a batch is being compressed', async () => {
    const p = new Pipeline();
    const done = closingLater(p);
    p.add(3);
    p.dispatcher.abort();
    done.resolve();
    await p.clock.advance(1000);
    expect(p.tally.pending).toBe(0);
  });

  it('finds a moved leader again without any back-off', async () => {
    const p = new Pipeline({ retryBackoffMs: 0, inFlightMax: 1 });
    let leader = 0;
    p.driver.leaderOf = () => leader;
    p.add(3);
    await settle();
    leader = 1;
    await p.answer(retriable('NOT_LEADER_OR_FOLLOWER'));
    await p.clock.advance(10);
    expect(p.driver.attempts.map((attempt) => attempt.leader)).toEqual([1]);
  });

  it('goes on after a batch that could not be compressed', async () => {
    const p = new Pipeline({ lingerMs: 5 });
    const done = closingLater(p);
    p.add(3);
    p.add(1);
    await p.clock.advance(10);
    done.reject(new Error('no'));
    await p.clock.advance(1000);
    expect(p.waiting).toEqual(['t/0@0×1']);
    expect([...p.tally.errors]).toEqual([['COMPRESSION_FAILED', 3]]);
  });

  it('tries again when a driver throws instead of answering', async () => {
    const p = new Pipeline();
    const { send } = p.driver;
    p.driver.send = () => Promise.reject(new Error('a bug in a driver'));
    p.add(3);
    await settle();
    p.driver.send = send;
    await p.clock.advance(1000);
    await p.answer(OK);
    expect(p.tally.fates.acked).toBe(3);
    expect([...p.tally.retriesByCode.keys()]).toEqual(['DRIVER_FAILED']);
  });

  it('forgets batches as they settle, not when their deadline would have come', async () => {
    const p = new Pipeline({ deliveryTimeoutMs: 1_000_000, lingerMs: 0 });
    for (let i = 0; i < 50; i++) {
      p.add(3);
      await settle();
      await p.answer(OK);
    }
    expect(p.dispatcher.watched).toBe(0);
  });
});

/** The first batch closes only when the test says so. */
function closingLater(p: Pipeline): { resolve(): void; reject(error: Error): void } {
  let settleIt = { resolve: () => {}, reject: (_: Error) => {} };
  const later = new Promise<void>((resolve, reject) => {
    settleIt = { resolve, reject };
  });
  const open = p.driver.openBatch.bind(p.driver);
  p.driver.openBatch = () => {
    const builder = open();
    builder.close = () => later;
    p.driver.openBatch = open;
    return builder;
  };
  return settleIt;
}
