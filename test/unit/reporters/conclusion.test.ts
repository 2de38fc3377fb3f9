import { expect, it } from 'vitest';
import { conclusion } from '../../../src/conclusion.js';
import { snapshot } from '../../support/snapshots.js';

const PLAIN = { framed: false, color: false };

it('is a table with a row per profile, the account of each, and how it ended', () => {
  const text = conclusion(
    snapshot([
      { name: 'durable', acked: 12_345, retriesByCode: { NOT_LEADER_OR_FOLLOWER: 2 } },
      { name: 'fire-and-forget', acked: 0, unacknowledged: 12_345, settings: { acks: 0 }, slow: 0.1 },
    ]),
    0,
    PLAIN,
  );
  expect(text).toMatchInlineSnapshot(`
    "profile             due   acked  written  retries     rate     p50     p99     max     data     wire
    durable          12,345  12,345        –        2  1,235/s    8 ms   24 ms   48 ms  2.47 MB  1.85 MB
    fire-and-forget  12,345       0   12,345        0  1,235/s  800 µs  2.4 ms  4.8 ms  2.47 MB  1.85 MB
    durable: 12,345 due = 12,345 acked + 0 failed + 0 expired + 0 dropped + 0 unacknowledged
      retried 2 times: NOT_LEADER_OR_FOLLOWER (the partition was led by another broker)
      latency of 12,345 records: p50 8 ms, p95 16 ms, p99 24 ms, p99.9 32 ms, max 48 ms (too few for p99.99)
      mean 8 ms = schedule 1 ms + buffer 2 ms + compression 3 ms + request 4 ms + retry 500 µs
    fire-and-forget: 12,345 due = 0 acked + 0 failed + 0 expired + 0 dropped + 12,345 written, unacknowledged
      latency of 12,345 records: p50 800 µs, p95 1.6 ms, p99 2.4 ms, p99.9 3.2 ms, max 4.8 ms (too few for p99.99)
      mean 800 µs = schedule 100 µs + buffer 200 µs + compression 300 µs + request 400 µs + retry 50 µs
    Done after 10 s."
  `);
});

it('shows columns of losses only when there are some, and the causes in words', () => {
  const text = conclusion(
    snapshot([{ acked: 10, failed: 1, expired: 2, errors: { MESSAGE_TOO_LARGE: 1, NEVER_MADE: 2 } }]),
    1,
    PLAIN,
  );
  expect(text).toMatchInlineSnapshot(`
    "profile  due  acked  failed  expired  retries  rate   p50    p99    max  data    wire
    async     13     10       1        2        0   1/s  8 ms  24 ms  48 ms  2 kB  1.5 kB
    async: 13 due = 10 acked + 1 failed + 2 expired + 0 dropped + 0 unacknowledged
      1 record: MESSAGE_TOO_LARGE (larger than the topic's max.message.bytes)
      2 records: NEVER_MADE (due, but not made in time: the pipeline was full)
      latency of 10 records: max 48 ms (too few for p50, p95, p99, p99.9, p99.99)
      mean 8 ms = schedule 1 ms + buffer 2 ms + compression 3 ms + request 4 ms + retry 500 µs
    Failed after 10 s."
  `);
});

it('says what is still open when a run was given up on', () => {
  const text = conclusion(snapshot([{ acked: 10, pending: 5 }]), 130, PLAIN);
  expect(text).toContain(
    '15 due = 10 acked + 0 failed + 0 expired + 0 dropped + 5 unacknowledged (5 pending)',
  );
  expect(text).toContain('Interrupted after 10 s');
});

it('shows a dash for latencies while nothing was acknowledged, whatever failed', () => {
  expect(conclusion(snapshot([{ acked: 0 }]), 0, PLAIN)).toMatch(/async .* – +– +–/);
  const failed = conclusion(snapshot([{ acked: 0, failed: 20 }]), 1, PLAIN);
  expect(failed).toMatch(/async +20 .* – +– +–/);
});
