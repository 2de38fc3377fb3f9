/** That a summary adds up whenever it is read, while the run that writes it goes on. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cliPath, readSummary } from '../support/tools-cli.js';

it('every summary of a run under faults adds up, in each profile and each topic', async () => {
  const summary = join(mkdtempSync(join(tmpdir(), 'eventmill-sums-')), 'out.json');
  const words = ['run', 'demo', '--rate', '2000/s', '--duration', '4s', '--metrics-port', 'off', '--quiet'];
  const profiles = ['--profile', 'durable,sync,fire-and-forget', '--summary', summary];
  const short = ['--set', 'deliveryTimeoutMs=3s', '--set', 'requestTimeoutMs=2s'];
  const faults = ['--sandbox-fault', 'produce:delay=700ms', '--sandbox-fault', 'produce:drop-after,every=5'];
  const child = spawn(process.execPath, [cliPath(), ...words, ...profiles, ...short, ...faults], {
    stdio: 'ignore',
  });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  let underWay = 0;
  try {
    while (!ended) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (!existsSync(summary)) continue;
      for (const profile of readSummary(summary).profiles) {
        const topics = Object.values(profile.topics).map(({ due, fates }) => ({ due, ...fates }));
        for (const { due, acked, failed, expired, dropped, unacknowledged } of [profile, ...topics]) {
          expect(acked + failed + expired + dropped + unacknowledged).toBe(due);
        }
        if (profile.settings.acks === 0) continue;
        expect(profile.records).toBe(profile.acked);
        if (profile.unacknowledged > 0) underWay++;
      }
    }
  } finally {
    child.kill('SIGKILL');
  }
  // Else it had never been looked at while something was open.
  expect(underWay).toBeGreaterThan(0);
}, 60_000);
