import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import sandboxCommand from '../../../src/commands/sandbox.js';
import { EventmillError } from '../../../src/errors.js';
import { createRandom } from '../../../src/random.js';
import { type Fault, MATCHERS, WHATS } from '../../../src/sandbox/fault-words.js';
import { parseFault, parseFaults } from '../../../src/sandbox/faults.js';
import { Faults, type Plan } from '../../../src/sandbox/plan.js';
import { VirtualClock } from '../../support/virtual-clock.js';

describe('a fault spec', () => {
  test.for([
    ['produce:delay=50ms', { api: 'Produce', kind: 'delay', ms: 50 }],
    ['produce:throttle=1.5s', { kind: 'throttle', ms: 1500 }],
    ['Produce:error=NOT_LEADER_OR_FOLLOWER,every=7', { kind: 'error', after: false, code: 6, every: 7 }],
    ['produce:error-after=request_timed_out', { kind: 'error', after: true, code: 7 }],
    ['list-offsets:drop', { api: 'ListOffsets', kind: 'drop', after: false }],
    ['LISTOFFSETS:drop', { api: 'ListOffsets' }],
    [
      'produce:drop-after,probability=0.01,topic=x',
      { kind: 'drop', after: true, probability: 0.01, topic: 'x' },
    ],
    ['any:silence, client=a* ,count=2', { api: 'any', kind: 'silence', client: 'a*', count: 2 }],
    [
      'produce:partition-error=UNKNOWN_SERVER_ERROR,partition=3,after=10',
      { code: -1, partition: 3, skip: 10 },
    ],
    ['heartbeat:silence-after', { kind: 'silence', after: true }],
    ['produce:drop,at=5s,for=2s', { every: 1, everyMs: 0, atMs: 5000, forMs: 2000 }],
    ['produce:drop,every=10s', { every: 1, everyMs: 10_000, count: Number.POSITIVE_INFINITY }],
    ['produce:leader-move,topic=x', { api: 'Produce', kind: 'leader-move', topic: 'x' }],
    ['produce:gone-after=1s', { kind: 'gone', after: true, ms: 1000 }],
    ['broker:gone=5s', { api: 'broker', kind: 'gone', ms: 5000, count: 1 }],
    ['broker:gone=5s,at=1s,node=2', { atMs: 1000, node: 2, count: 1 }],
    ['broker:leader-move,every=2s', { everyMs: 2000, count: Number.POSITIVE_INFINITY }],
  ] as const)('%s is read', ([spec, expected]) => {
    expect(parseFault(spec)).toMatchObject(expected);
  });

  test.for([
    ['produce', /expected API:what\[=value\]/],
    ['prodce:drop', /expected an API \(produce, .*, any, broker\), got prodce; did you mean produce\?/],
    ['produce:dalay=5ms', /expected a fault \(delay, .*\), got dalay; did you mean delay\?/],
    ['produce:', /expected a fault \(.*\), got nothing/],
    ['produce:delay', /expected delay=DURATION, such as delay=50ms/],
    ['produce:delay=50', /delay: expected a duration .*add a unit/],
    ['produce:error', /expected error=CODE/],
    ['produce:error=NOPE', /got NOPE(?!; did you mean NONE)/],
    ['produce:error=NOT_LEADER', /got NOT_LEADER; did you mean NOT_LEADER_OR_FOLLOWER\?/],
    ['produce:error=NONE', /expected the name of a Kafka error/],
    ['produce:drop=5', /expected drop alone, got drop=5/],
    ['produce:drop,evry=2', /expected a matcher \(.*\), got evry; did you mean every\?/],
    ['produce:drop,every', /expected every=value, got every alone/],
    ['produce:drop,every=0', /every: expected a whole number from 1, got 0/],
    ['produce:drop,every=2,every=3', /expected every once/],
    ['produce:drop,probability=2', /probability: expected above 0 to 1, got 2/],
    ['produce:drop,partition=x', /partition: expected a whole number from 0, got x/],
    ['heartbeat:drop,topic=x', /heartbeat requests name no topic/],
    ['heartbeat:leader-move', /heartbeat requests name no topic; use produce:leader-move/],
    ['broker-gone=5s', /expected API:what\[=value\].*, such as broker:gone=5s/],
    ['broker:drop', /expected a fault \(leader-move, gone, gone-after\), got drop/],
    ['broker:gone', /expected gone=DURATION/],
    ['broker:gone=5s,at=1s,topic=x', /a broker goes as a whole; leave topic and partition out/],
    ['broker:gone=5s,at=1s,client=x', /at a time nobody asks for it; leave client out/],
    ['broker:gone-after=5s,at=1s', /write gone instead of gone-after/],
    ['broker:gone=5s,node=0', /node: expected a whole number from 1, got 0/],
    ['produce:drop,every=0s', /every: expected more than 0, got 0s/],
    ['produce:drop,at=5', /at: expected a duration .*add a unit/],
  ] as const)('%s is refused in words', ([spec, message]) => {
    expect(() => parseFault(spec)).toThrow(EventmillError);
    expect(() => parseFault(spec)).toThrow(message);
  });

  test('that is wrong is named, and all of them are told at once', () => {
    expect(() => parseFaults(['produce:drop', 'x:drop', 'fetch:y'])).toThrow(
      /^fault "x:drop": .*\nfault "fetch:y": /,
    );
  });
});

describe('records that are to be lost', () => {
  test('are those that are written', () => {
    expect(parseFaults(['produce:lose,partition=1', 'any:lose'])).toHaveLength(2);
    expect(() => parseFaults(['fetch:lose'])).toThrow(/fetch stores nothing .* write produce:lose/);
    expect(() => parseFaults(['broker:lose'])).toThrow(/expected a fault \(leader-move, gone/);
  });
});

describe('a broker that is not there', () => {
  test('is no broker to strike', () => {
    expect(() => parseFaults(['broker:gone=1s,node=4'], 3)).toThrow(/expected a broker from 1 to 3, got 4/);
    expect(() => parseFaults(['broker:gone=1s,node=2'], 1)).toThrow(/expected broker 1, the only one, got 2/);
    expect(parseFaults(['broker:gone=1s,node=3'], 3)).toHaveLength(1);
  });
});

describe('each fault and matcher', () => {
  const examples = sandboxCommand.words!.rows.map(([spec]) => spec);
  const readme = readFileSync(new URL('../../../src/sandbox/README.md', import.meta.url), 'utf8');

  test('stands in the help with an example that can be used as it is', () => {
    const shown = new Set(examples.map((spec) => /:([a-z-]+)/.exec(spec)![1]));
    expect(Object.keys(WHATS).filter((what) => !shown.has(what))).toEqual([]);
    expect(parseFaults(examples, 3)).toHaveLength(examples.length);
    expect(MATCHERS.filter((matcher) => !sandboxCommand.notes!.includes(matcher))).toEqual([]);
  });

  test('stands in the README with an example that can be used as it is', () => {
    const given = [...readme.matchAll(/^\| `[^`]+`(?:, `[^`]+`)? +\|.*\| `([^`]+)` +\|$/gm)].map(
      ([, spec]) => spec!,
    );
    const shown = new Set(given.map((spec) => /:([a-z-]+)/.exec(spec)![1]));
    expect(Object.keys(WHATS).filter((what) => !shown.has(what))).toEqual([]);
    expect(parseFaults(given, 3)).toHaveLength(given.length);
    expect(MATCHERS.filter((matcher) => !readme.includes(`\`${matcher}`))).toEqual([]);
  });
});

describe('faults at work', () => {
  const subjects = [
    { topic: 'a', partition: 0 },
    { topic: 'b', partition: 3 },
  ];
  const clock = new VirtualClock();
  const waiting = (...specs: string[]) => new Faults(parseFaults(specs), createRandom(1), clock);
  const armed = (...specs: string[]) => {
    const faults = waiting(...specs);
    faults.cue();
    return faults;
  };
  const ask = (faults: Faults, nodeId = 1): Plan | undefined =>
    faults.plan({ api: 'Produce', clientId: 'c', nodeId, subjects: () => subjects });
  const pattern = (faults: Faults, times: number) =>
    Array.from({ length: times }, () => (ask(faults) === undefined ? '.' : 'x')).join('');

  test('strike each n-th, after some, and so many times', () => {
    expect(pattern(armed('produce:drop,every=3'), 9)).toBe('..x..x..x');
    expect(pattern(armed('produce:drop,after=2'), 5)).toBe('..xxx');
    expect(pattern(armed('produce:drop,count=2'), 5)).toBe('xx...');
    expect(pattern(armed('produce:drop,after=1,every=2,count=2'), 9)).toBe('..x.x....');
  });

  test('strike at a time, for a time, and once in a time', async () => {
    const during = async (spec: string) => {
      const faults = armed(spec);
      let text = '';
      for (let second = 0; second < 10; second++) {
        text += pattern(faults, 2);
        await clock.advance(1000);
      }
      return text;
    };
    expect(await during('produce:drop,at=3s')).toBe('......xxxxxxxxxxxxxx');
    expect(await during('produce:drop,at=3s,for=2s')).toBe('......xxxx..........');
    expect(await during('produce:drop,for=2s')).toBe('xxxx................');
    expect(await during('produce:drop,every=3s')).toBe('......x.....x.....x.');
    expect(await during('produce:drop,at=1s,every=4s')).toBe('..x.......x.......x.');
    expect(await during('produce:drop,at=1s,every=2s,count=2')).toBe('..x...x.............');
  });

  test('that come by the clock come without being asked for, until they are taken back', async () => {
    const faults = waiting('broker:gone=1s,at=2s', 'broker:leader-move,every=3s', 'produce:drop,at=1s');
    const struck: Fault['kind'][] = [];
    faults.watch((fault) => struck.push(fault.kind));
    faults.cue();
    expect(ask(faults)).toBeUndefined();
    await clock.advance(7000);
    expect(struck).toEqual(['gone', 'leader-move', 'leader-move']);
    faults.close();
    await clock.advance(7000);
    expect(struck).toHaveLength(3);
  });

  test('with a time let it begin at the cue, and the others strike before it, too', async () => {
    const faults = waiting('produce:drop,at=1s,for=1s', 'produce:silence,at=0', 'broker:gone=1s,at=1s');
    const lasting = waiting('produce:drop,for=2s');
    const struck: Fault['kind'][] = [];
    faults.watch((fault) => struck.push(fault.kind));
    await clock.advance(5000);
    expect(ask(faults)).toBeUndefined();
    expect(ask(lasting)?.drop).toBe('before');
    faults.cue();
    lasting.cue();
    expect(ask(faults)).toMatchObject({ silence: 'before', drop: undefined });
    await clock.advance(1000);
    expect(ask(faults)?.drop).toBe('before');
    expect(struck).toEqual(['gone']);
    await clock.advance(1000);
    expect(ask(faults)?.drop).toBeUndefined();
    expect(ask(lasting)).toBeUndefined();
  });

  test('of brokers that are counted are counted by Produce requests, and strike once', () => {
    const faults = armed('broker:gone=1s,after=2');
    expect(faults.plan({ api: 'Fetch', clientId: 'c', nodeId: 1, subjects: () => [] })).toBeUndefined();
    expect(pattern(faults, 5)).toBe('..x..');
    expect(pattern(armed('broker:gone=1s,every=2'), 5)).toBe('.x.x.');
  });

  test('choose by broker', () => {
    const faults = armed('produce:drop,node=2');
    expect(ask(faults, 1)).toBeUndefined();
    expect(ask(faults, 2)).toMatchObject({ drop: 'before' });
  });

  test('strike by chance as often as asked, the same under the same seed', () => {
    const times = 10_000;
    const struck = pattern(armed('produce:drop,probability=0.1'), times);
    expect(struck).toBe(pattern(armed('produce:drop,probability=0.1'), times));
    const share = struck.replaceAll('.', '').length / times;
    expect(share).toBeGreaterThan(0.085);
    expect(share).toBeLessThan(0.115);
  });

  test('choose by API, client, topic and partition', () => {
    expect(pattern(armed('fetch:drop'), 2)).toBe('..');
    expect(pattern(armed('any:drop'), 2)).toBe('xx');
    expect(pattern(armed('produce:drop,client=d'), 2)).toBe('..');
    expect(pattern(armed('produce:drop,client=c*'), 2)).toBe('xx');
    expect(pattern(armed('produce:drop,topic=b'), 2)).toBe('xx');
    expect(pattern(armed('produce:drop,topic=c'), 2)).toBe('..');
    expect(pattern(armed('produce:drop,topic=b,partition=0'), 2)).toBe('..');
    expect(pattern(armed('produce:drop,partition=3'), 2)).toBe('xx');
  });

  test('come together: delays add up, the longest throttle and the first error count', () => {
    const plan = ask(
      armed(
        'produce:delay=10ms',
        'any:delay=5ms',
        'produce:throttle=1s',
        'produce:throttle=2s',
        'produce:drop-after',
        'produce:error=CORRUPT_MESSAGE',
        'produce:error-after=REQUEST_TIMED_OUT',
      ),
    );
    expect(plan).toMatchObject({ delayMs: 15, throttleMs: 2000, drop: 'after', silence: undefined });
    expect(plan?.errorFor('a', 0)).toEqual({ code: 2, after: false });
    expect(plan?.errorFor()).toEqual({ code: 2, after: false });
  });

  test('of one partition leave the others, and the request as a whole, alone', () => {
    const plan = ask(armed('produce:partition-error=NOT_LEADER_OR_FOLLOWER,partition=3'));
    expect(plan?.errorFor('b', 3)).toEqual({ code: 6, after: false });
    expect(plan?.errorFor('a', 0)).toBeUndefined();
    expect(plan?.errorFor()).toBeUndefined();
  });

  test('count how often they have struck', () => {
    const faults = armed('produce:drop,every=2', 'fetch:drop');
    pattern(faults, 5);
    expect(faults.fired).toEqual({ 'produce:drop,every=2': 2, 'fetch:drop': 0 });
  });
});
