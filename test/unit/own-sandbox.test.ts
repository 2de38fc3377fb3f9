/** The faults of a run's own sandbox: when they begin, and what is said of those that did nothing. */
import { describe, expect, test } from 'vitest';
import { bottleneck } from '../../src/bottleneck.js';
import { systemClock } from '../../src/clock.js';
import { loadProfile } from '../../src/config/load.js';
import { EventmillError } from '../../src/errors.js';
import { OwnSandbox } from '../../src/own-sandbox.js';
import type { RunRequest } from '../../src/request.js';
import { startRun } from '../../src/run.js';
import { profileSnapshot } from '../support/snapshots.js';

async function requestWith(...faults: string[]): Promise<RunRequest> {
  return {
    workload: {
      name: 'w',
      doc: '',
      seed: 5,
      limits: { count: 300 },
      faults: [],
      sources: [
        {
          name: 'stock',
          generator: 'stock',
          serializer: 'json',
          rate: { kind: 'constant', options: { rate: 1000 }, scale: 1 },
          time: { kind: 'live' },
          options: {},
        },
      ],
    },
    profiles: [await loadProfile('async', ['retryBackoffMs=5'])],
    sandbox: { faults },
  };
}

describe("the faults of a run's own sandbox", () => {
  test('count their times from the first record, however long it took to get there', async () => {
    const request = await requestWith('produce:drop,at=0,count=2', 'create-topics:drop,at=0');
    const said: string[] = [];
    const run = await startRun({ ...request, warn: (line) => said.push(line) });
    const { exitCode, snapshot, remarks } = await run.done;
    expect(exitCode).toBe(0);
    // Connections were lost, but only once records were made.
    const [live] = snapshot.profiles;
    expect(live!.profile.acked).toBe(300);
    expect(live!.profile.retries).toBeGreaterThan(0);
    expect({ said, remarks }).toEqual({
      said: [],
      remarks: [
        'the fault create-topics:drop,at=0 never struck: 1 CreateTopics request came, and none fitted it',
      ],
    });
  });

  test('are told of, each in a line, when they never struck', async () => {
    const run = await startRun(
      await requestWith(
        'produce:drop,at=50s',
        'broker:gone=1s,every=60s',
        'offset-commit:drop',
        'create-topics:drop,at=0',
        'produce:drop,client=nobody',
        'any:drop,topic=none',
        'produce:drop,count=1',
      ),
    );
    const { exitCode, reasons, remarks } = await run.done;
    expect({ exitCode, reasons }).toEqual({ exitCode: 0, reasons: [] });
    const told = remarks.map((line) => line.replace(/\d+ Produce requests?/, 'N Produce requests'));
    expect(told).toEqual([
      expect.stringMatching(
        /^the fault produce:drop,at=50s never struck: it was to begin 50 s after the first record, and all was over after [\d.]+ s$/,
      ),
      expect.stringMatching(
        /^the fault broker:gone=1s,every=60s never struck: it was to begin 1 min 00 s after/,
      ),
      'the fault offset-commit:drop never struck: no OffsetCommit request came',
      'the fault create-topics:drop,at=0 never struck: 1 CreateTopics request came, and none fitted it',
      'the fault produce:drop,client=nobody never struck: N Produce requests came, and none fitted it',
      'the fault any:drop,topic=none never struck: no request fitted it',
    ]);
  });

  test('are blamed where they keep it from being reached, and nothing else is', async () => {
    const unreachable = new EventmillError('BROKER_UNREACHABLE', 'check --brokers');
    const topic = new EventmillError('TOPIC', 'another thing');
    const faulty = await OwnSandbox.start(await requestWith('any:drop'), systemClock);
    const well = await OwnSandbox.start(await requestWith(), systemClock);
    try {
      const blamed = faulty.blame(unreachable) as EventmillError;
      expect(blamed.code).toBe('BROKER_UNREACHABLE');
      expect(blamed.message).toMatch(
        /^the sandbox could not be reached before the first record, with its faults any:drop; have/,
      );
      expect(blamed.message).not.toContain('--brokers');
      expect(faulty.blame(topic)).toBe(topic);
      expect(well.blame(unreachable)).toBe(unreachable);
    } finally {
      await faulty.close();
      await well.close();
    }
  });
});

test('of a run in which nothing was due nobody says what limited it', () => {
  const { profile } = profileSnapshot();
  const judged = { ...profile, limitedBy: 'broker', timeShares: { broker: 1 } };
  expect(bottleneck({ ...judged, due: 10 })).toMatch(/^limited by the broker/);
  expect(bottleneck({ ...judged, due: 0 })).toBeUndefined();
});
