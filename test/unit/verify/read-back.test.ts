/** What is left of reading back when it cannot begin. */
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { ReadBack } from '../../../src/read-back.js';
import { startSandbox } from '../../../src/sandbox/index.js';
import { profileSnapshot } from '../../support/snapshots.js';

// A missing topic may be a new one: that is waited for, ten seconds.
test('a topic that cannot be read leaves no connection behind, of the other topics neither', async () => {
  const sandbox = await startSandbox({ autoCreateTopics: false });
  try {
    const { settings, topics } = profileSnapshot().profile;
    const [claim] = Object.values(topics);
    const claims = { missing: claim!, 'missing.too': claim! };
    const at = { brokers: sandbox.brokers };
    await expect(ReadBack.ofClaims(settings, [], claims, at, systemClock)).rejects.toThrow(/missing/);
    await expect.poll(async () => (await sandbox.stats()).connections, { timeout: 2000 }).toBe(0);
  } finally {
    await sandbox.close();
  }
}, 60_000);
