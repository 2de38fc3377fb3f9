/** A broker that goes for good while a run is verified: nobody knows what it had, and nobody waits for long. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventmill, readSummary } from '../support/tools-cli.js';

it('what cannot be read back is not told as lost, and the run ends in time', async () => {
  const summary = join(mkdtempSync(join(tmpdir(), 'eventmill-unread-')), 'out.json');
  const begun = performance.now();
  const { code, stdout, stderr } = await eventmill([
    ...['run', 'demo', '--rate', '2000/s', '--duration', '10s', '--profile', 'durable,fire-and-forget'],
    ...['--set', 'deliveryTimeoutMs=3s', '--set', 'requestTimeoutMs=1s', '--verify', '--summary', summary],
    ...['--sandbox-fault', 'broker:gone=10m,at=8s', '--sandbox-fault', 'fetch:delay=2s'],
    ...['--metrics-port', 'off', '--reporter', 'lines'],
  ]);
  const seconds = (performance.now() - begun) / 1000;
  expect(code).toBe(1);
  // Duration, deliveryTimeoutMs and ten seconds, and what it takes to start a process and its threads.
  expect(seconds).toBeLessThan(10 + 3 + 10 + 4);
  for (const { verify } of readSummary(summary).profiles) {
    expect(verify).toMatchObject({ lost: 0, corrupted: 0 });
    expect(verify!.unread).toBeGreaterThan(0);
    expect(verify!.examples?.lost).toBeUndefined();
  }
  expect(stderr).toMatch(/durable: \d+ records could not be read back/);
  expect(stdout).toMatch(/could not be read back: the broker stopped answering/);
}, 60_000);
