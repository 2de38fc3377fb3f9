/** What a lost connection has interrupted is tried again, for as long as there is hope and no longer. */
import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../src/config/load.js';
import { EventmillError } from '../../src/errors.js';
import { persist } from '../../src/patience.js';
import { startRun } from '../../src/run.js';
import { VirtualClock } from '../support/virtual-clock.js';

const AWAY = new EventmillError('BROKER_UNREACHABLE', 'broker a:1: nobody listens there');

describe('persist', () => {
  const failing = (times: number, error: unknown = AWAY) => {
    const attempts = { made: 0 };
    const attempt = async () => {
      attempts.made++;
      if (attempts.made <= times) throw error;
      return 'done';
    };
    return { attempts, attempt };
  };

  test('resolves as the first attempt that succeeds, and says once that it tries again', async () => {
    const clock = new VirtualClock();
    const { attempt } = failing(3);
    const said: string[] = [];
    const result = persist(attempt, { clock, mayPass: () => true, warn: (text) => said.push(text) });
    await clock.advance(5000);
    expect(await result).toBe('done');
    expect(said).toEqual(['broker a:1: nobody listens there; trying again for up to 30 s']);
  });

  test('tells at once what will not pass', async () => {
    const { attempt, attempts } = failing(3);
    await expect(persist(attempt, { clock: new VirtualClock(), mayPass: () => false })).rejects.toBe(AWAY);
    expect(attempts.made).toBe(1);
  });

  test('gives up after half a minute, and says for how long it tried', async () => {
    const clock = new VirtualClock();
    const { attempt } = failing(Number.POSITIVE_INFINITY);
    const result = persist(attempt, { clock, mayPass: () => true }).catch((error: unknown) => error);
    await clock.advance(31_000);
    expect(await result).toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: 'broker a:1: nobody listens there (tried again for 30 s)',
    });
  });
});

/** Every exchange before the first record, lost before it was carried out or after. */
const EXCHANGES = [
  'api-versions:drop,count=2',
  'metadata:drop,after=1,count=2',
  'metadata:drop,client=eventmill-async,count=2',
  'metadata:drop,client=eventmill-verify,after=1,count=3',
  'create-topics:drop,count=2',
  'create-topics:drop-after,count=1',
  'list-offsets:drop,client=eventmill-verify,after=1,count=5',
  'list-offsets:error=NOT_LEADER_OR_FOLLOWER,client=eventmill-verify,after=1,count=4',
  'init-producer-id:drop,count=2',
  'any:drop-after,every=3,count=8',
];

describe('a run whose connections are lost before its first record', () => {
  test.for(EXCHANGES)(
    'begins all the same with %s, and everything is there once',
    { timeout: 60_000 },
    async (fault) => {
      const run = await startRun({
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
              rate: { kind: 'constant', options: { rate: 2000 }, scale: 1 },
              time: { kind: 'live' },
              options: {},
            },
          ],
        },
        profiles: [await loadProfile('async')],
        sandbox: { faults: [fault] },
        verify: true,
      });
      const { exitCode, reasons, snapshot } = await run.done;
      expect(reasons).toEqual([]);
      expect(exitCode).toBe(0);
      expect(run.lines).toContain('topic: stock_price_updates, 6 partitions, created');
      const { acked, verify } = snapshot.profiles[0]!.profile;
      expect({ acked, ...verify }).toMatchObject({
        acked: 300,
        read: 300,
        lost: 0,
        duplicated: 0,
        reordered: 0,
      });
    },
  );
});
