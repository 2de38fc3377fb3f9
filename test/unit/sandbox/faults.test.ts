import { describe, expect, test } from 'vitest';
import { EventmillError } from '../../../src/errors.js';
import { createRandom } from '../../../src/random.js';
import { parseFault, parseFaults } from '../../../src/sandbox/faults.js';
import { Faults, type Plan } from '../../../src/sandbox/plan.js';

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
  ] as const)('%s is read', ([spec, expected]) => {
    expect(parseFault(spec)).toMatchObject(expected);
  });

  test.for([
    ['produce', /expected API:what\[=value\]/],
    ['prodce:drop', /expected an API \(produce, .*, any\), got prodce; did you mean produce\?/],
    ['produce:dalay=5ms', /expected a fault \(delay, .*\), got dalay; did you mean delay\?/],
    ['produce:', /expected a fault \(.*\), got nothing/],
    ['produce:delay', /expected delay=DURATION, such as delay=50ms/],
    ['produce:delay=50', /delay: expected a duration .*add a unit/],
    ['produce:error', /expected error=CODE/],
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

describe('faults at work', () => {
  const subjects = [
    { topic: 'a', partition: 0 },
    { topic: 'b', partition: 3 },
  ];
  const armed = (...specs: string[]) => new Faults(parseFaults(specs), createRandom(1));
  const ask = (faults: Faults, client = 'c'): Plan | undefined =>
    faults.plan('Produce', client, () => subjects);
  const pattern = (faults: Faults, times: number) =>
    Array.from({ length: times }, () => (ask(faults) === undefined ? '.' : 'x')).join('');

  test('strike each n-th, after some, and so many times', () => {
    expect(pattern(armed('produce:drop,every=3'), 9)).toBe('..x..x..x');
    expect(pattern(armed('produce:drop,after=2'), 5)).toBe('..xxx');
    expect(pattern(armed('produce:drop,count=2'), 5)).toBe('xx...');
    expect(pattern(armed('produce:drop,after=1,every=2,count=2'), 9)).toBe('..x.x....');
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
