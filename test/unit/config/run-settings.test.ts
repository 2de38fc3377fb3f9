import { describe, expect, it } from 'vitest';
import { flagName, variableName } from '../../../src/config/environment.js';
import { loadRunSettings, RUN_SCHEMA } from '../../../src/config/run-settings.js';
import { mistakesOf } from './folder.js';

describe('the settings of a run', () => {
  it('are the safe defaults when nothing is said', () => {
    const settings = loadRunSettings({});
    expect(settings).toMatchObject({
      brokers: [],
      profile: [],
      rate: [],
      duration: undefined,
      createTopics: true,
      metricsHost: '127.0.0.1',
      metricsPort: undefined,
      metricsHold: 0,
      verify: false,
      logLevel: 'info',
      workers: 1,
    });
    expect(Object.isFrozen(settings) && Object.isFrozen(settings.brokers)).toBe(true);
  });

  it('come from flags as the command line hands them on', () => {
    const flags = {
      brokers: 'a:1,[::1]:2',
      profile: 'sync, async',
      rate: ['500/s', 'stock=max'],
      duration: '0',
      count: '200k',
      bytes: '1GiB',
      seed: '42',
      topic: ['stock=ticks', 'pizza=orders'],
      partitions: '12',
      replicationFactor: '3',
      createTopics: false,
      driver: 'null',
      set: ['lingerMs=20', 'acks=1'],
      metricsPort: 'off',
      metricsHold: '15s',
      verify: true,
      summary: 'out.json',
      color: false,
      logLevel: 'debug',
      sandboxFault: ['produce:error=NOT_LEADER_OR_FOLLOWER,every=7'],
      envelope: undefined,
    };
    expect(loadRunSettings(flags)).toMatchObject({
      brokers: ['a:1', '[::1]:2'],
      profile: ['sync', 'async'],
      rate: [{ value: 500 }, { source: 'stock', value: 'max' }],
      duration: 0,
      count: 200_000,
      bytes: 2 ** 30,
      seed: 42,
      topic: [
        { source: 'stock', value: 'ticks' },
        { source: 'pizza', value: 'orders' },
      ],
      partitions: 12,
      replicationFactor: 3,
      createTopics: false,
      driver: 'null',
      set: ['lingerMs=20', 'acks=1'],
      metricsPort: null,
      metricsHold: 15_000,
      verify: true,
      summary: 'out.json',
      color: false,
      logLevel: 'debug',
      sandboxFault: ['produce:error=NOT_LEADER_OR_FOLLOWER,every=7'],
      envelope: false,
    });
  });

  it('come from the environment, and flags win over it', () => {
    const env = {
      EVENTMILL_BROKERS: 'kafka:9092',
      EVENTMILL_DURATION: '10s',
      EVENTMILL_RATE: '100/s,stock=50/s',
      EVENTMILL_SANDBOX_FAULT: 'produce:delay=50ms,every=3 fetch:drop',
      EVENTMILL_CREATE_TOPICS: 'false',
      EVENTMILL_VERIFY: '1',
      EVENTMILL_METRICS_HOST: '0.0.0.0',
      EVENTMILL_COUNT: '',
      PATH: '/bin',
    };
    expect(loadRunSettings({ duration: '5s' }, env)).toMatchObject({
      brokers: ['kafka:9092'],
      duration: 5000,
      rate: [{ value: 100 }, { source: 'stock', value: 50 }],
      sandboxFault: ['produce:delay=50ms,every=3', 'fetch:drop'],
      createTopics: false,
      verify: true,
      metricsHost: '0.0.0.0',
      count: undefined,
    });
  });

  it('leave the variables of tests and logs alone', () => {
    const env = { EVENTMILL_TEST_ALL: '1', EVENTMILL_LOG: 'debug' };
    expect(loadRunSettings({}, env)).toEqual(loadRunSettings({}));
  });

  it('take one total rate from one text', async () => {
    expect(await mistakesOf(() => loadRunSettings({ rate: ['max,5/s'] }))).toEqual([
      '--rate: expected one total over all sources, got "max,5/s"; leave one out, or name a source: stock=5/s',
    ]);
    expect(loadRunSettings({ rate: ['max,stock=5/s'] }).rate).toHaveLength(2);
  });

  it('take a space within a topic for the slip that it is, and one before the next topic for what parts them', async () => {
    expect(await mistakesOf(() => loadRunSettings({ topic: ['stock=a b'] }))).toEqual([
      expect.stringMatching(/^--topic: expected a topic's name .* got "a b"; perhaps a_b$/),
    ]);
    expect(loadRunSettings({}, { EVENTMILL_TOPIC: 'stock=a pizza=b,shop=c' }).topic).toEqual([
      { source: 'stock', value: 'a' },
      { source: 'pizza', value: 'b' },
      { source: 'shop', value: 'c' },
    ]);
  });

  it('have all mistakes told at once, each under the name that was used', async () => {
    const flags = {
      brokers: 'localhost',
      rate: ['10', 'stock=5'],
      duration: '10abc',
      count: '10abc',
      seed: '1.5',
      topic: ['stock', 'q=a/b'],
      partitions: '0',
      driver: '',
      metricsPort: '70000',
      logLevel: 'loud',
      workers: '0',
      shard: '2/2',
      commandConfig: '',
      set: 'lingerMs',
    };
    const env = { EVENTMILL_BROKER: 'x', EVENTMILL_VERIFY: 'no', EVENTMILL_BYTES: '5X' };
    const { set, ...others } = flags;
    expect(loadRunSettings({ set }).set).toEqual(['lingerMs']);
    expect(await mistakesOf(() => loadRunSettings(others, env))).toEqual([
      'EVENTMILL_BROKER: not a variable of eventmill; nearest: EVENTMILL_BROKERS',
      'EVENTMILL_VERIFY: expected true or false, got "no"',
      expect.stringMatching(/^EVENTMILL_BYTES: expected a size from 1 to .*, got "5X"; the units are B, KiB/),
      '--brokers: expected HOST:PORT, such as localhost:9092 or [::1]:9092, got "localhost"; add the port: localhost:9092',
      '--rate: expected a rate such as 500/s, 30/min or 10/h, max or natural, got "10"; add a unit: 10/s',
      '--rate: expected a rate such as 500/s, 30/min or 10/h, max or natural, got "5"; add a unit: 5/s',
      expect.stringMatching(
        /^--duration: expected a duration from 0 to 3650d .*, got "10abc"; the units are w, d,/,
      ),
      '--count: expected an integer from 1 to 9007199254740991, got "10abc"',
      '--seed: expected an integer from 0 to 9007199254740991, got "1.5"; it must be whole',
      '--topic: expected NAME=VALUE, such as stock=trades, got "stock"',
      expect.stringMatching(/^--topic: expected a topic's name .* got "a\/b"; perhaps a_b$/),
      '--partitions: expected an integer from 1 to 100000, got "0"',
      '--driver: expected a name or a path, got ""',
      '--metrics-port: expected an integer from 0 to 65535, or off, got "70000"',
      '--log-level: expected error, warn, info or debug, got "loud"',
      '--workers: expected an integer from 1 to 1024, got "0"',
      '--shard: expected I/N, part I from 0 to N-1 of N, such as 0/4 (N at most 10000), got "2/2"; parts are counted from 0, so the last one is 1/2',
      '--command-config: expected a file, got ""',
    ]);
  });

  it('read a shard strictly', () => {
    expect(loadRunSettings({ shard: '3/4' }).shard).toEqual({ index: 3, of: 4 });
    for (const shard of ['4', '1/0', '-1/2', '1/2/3', '1.5/2', '0/10001'])
      expect(() => loadRunSettings({ shard })).toThrow(/^--shard: expected I\/N/);
  });

  it('know no flag that is not theirs', async () => {
    expect(await mistakesOf(() => loadRunSettings({ sumary: 'x' }))).toEqual([
      '--sumary: not a setting; nearest: summary',
    ]);
  });

  it('have a default that their own format would take, or none', () => {
    for (const [key, setting] of Object.entries(RUN_SCHEMA)) {
      const { default: byDefault, format } = setting;
      if (byDefault === undefined || typeof byDefault === 'number') continue;
      expect(format.parse(byDefault), key).toEqual({ value: byDefault });
    }
  });

  it('are named alike as flags and as variables', () => {
    expect(flagName('metricsPort')).toBe('--metrics-port');
    expect(flagName('createTopics')).toBe('--no-create-topics');
    expect(variableName('sandboxFault')).toBe('EVENTMILL_SANDBOX_FAULT');
  });
});
