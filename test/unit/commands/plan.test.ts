import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import plan, { WITHOUT_EFFECT } from '../../../src/commands/plan.js';
import run from '../../../src/commands/run.js';
import type { Forecast } from '../../../src/forecast/forecast.js';
import { fakeProcess, invocation } from '../../support/context.js';

async function planned(words: readonly string[], flags = {}, columns?: number): Promise<string> {
  const process = fakeProcess(columns === undefined ? {} : { columns });
  expect(await plan.run(invocation(words, flags), process.context)).toBe(0);
  expect(process.stderr.text).toBe('');
  return process.stdout.text;
}

describe('eventmill plan', () => {
  it('shows several profiles side by side, with what is made and what is worth knowing', async () => {
    const text = await planned(['smoke'], { profile: 'durable,sync,fire-and-forget', seed: '9' });
    expect(text).toMatch(/makes +1,000 records, about \d+ kB .* in each of 3 profiles/);
    expect(text).toMatch(/ends +after 2.5 s, with 1,000 records, its count/);
    expect(text).toMatch(/^ +durable +sync +fire-and-forget$/m);
    expect(text).toMatch(/^! fire-and-forget: acks 0: /m);
    expect(text).toMatch(/^ {2}inFlightMax 1 instead of 5: /m);
    expect(text).toMatch(/^stock {2}\S+ {2}\{"type":/m);
  });

  it('stays within a narrow terminal', async () => {
    const text = await planned(['demo'], { profile: 'durable,throughput,zstd,lz4', color: false }, 60);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('is JSON for programs, whole', async () => {
    const told = JSON.parse(await planned(['demo'], { json: true, rate: '90/s' })) as Forecast;
    expect(told).toMatchObject({ workload: 'demo', records: 1800, sandbox: true, warnings: [] });
    expect(told.profiles[0]!.notes.map(({ kind }) => kind)).toContain('risk');
  });

  describe('takes all flags of run, so that one word turns a run into its plan, and', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventmill-plan-'));
    const client = join(folder, 'client.properties');
    writeFileSync(client, 'bootstrap.servers=broker.example:9093\nsecurity.protocol=SSL\n');
    /** For each flag that changes what would happen: a value, and what else has to be said for it to make sense. */
    const CHANGES: { readonly [flag: string]: readonly [given: object, beside?: object] } = {
      '--rate': [{ rate: ['77/s'] }],
      '--duration': [{ duration: '1s' }],
      '--count': [{ count: '7' }],
      '--bytes': [{ bytes: '3KiB' }],
      '--seed': [{ seed: '77' }],
      '--disorder': [{ disorder: ['late=1%'] }],
      '--profile': [{ profile: 'durable' }],
      '--driver': [{ driver: 'null' }],
      '--set': [{ set: ['lingerMs=77'] }],
      '--brokers': [{ brokers: 'localhost:9092' }],
      '--command-config': [{ commandConfig: client }],
      '--topic': [{ topic: ['stock=elsewhere'] }],
      '--key': [{ key: ['stock=venue'] }],
      '--partitions': [{ partitions: '77' }],
      '--replication-factor': [{ replicationFactor: '3' }],
      '--no-create-topics': [{ createTopics: false }, { brokers: 'localhost:9092' }],
      '--out': [{ out: folder }, { driver: 'file' }],
      '--envelope': [{ envelope: true }, { driver: 'stdout' }],
      '--sandbox-fault': [{ sandboxFault: ['produce:delay=5ms'] }],
      '--sandbox-nodes': [{ sandboxNodes: '3' }],
      '--sandbox-min-insync-replicas': [{ sandboxMinInsyncReplicas: '1' }],
      '--sandbox-memory': [{ sandboxMemory: '77MiB' }],
      '--backfill': [{ backfill: '7d' }],
      '--crash-after': [{ crashAfter: '5s' }],
      '--verify': [{ verify: true }],
      '--manifest': [{ manifest: 'truth.jsonl' }, { disorder: ['late=1%'] }],
      '--digest': [{ digest: true }],
      '--expect-digest': [{ expectDigest: '0123456789abcdef' }],
      '--workers': [{ workers: '2' }],
      '--shard': [{ shard: '1/3' }],
      '--no-color': [{ color: false }],
    };
    const long = ({ flags }: (typeof run.flags)[number]) => /--[\w-]+/.exec(flags)![0];
    const told = (flags: object) =>
      planned(['smoke'], flags, 100).catch((error: Error) => `refused: ${error.message}`);

    it.each(run.flags.map(long))(
      '%s changes the plan, or stands among those that cannot, with a reason',
      async (flag) => {
        expect(plan.flags.map(long)).toContain(flag);
        const reason = WITHOUT_EFFECT[flag];
        if (reason !== undefined) {
          expect(plan.flags.find((one) => long(one) === flag)?.hidden).toBe(true);
          return;
        }
        const [given, beside = {}] = CHANGES[flag]!;
        expect(await told({ ...beside, ...given })).not.toBe(await told(beside));
      },
    );

    it('is the same whatever is said of progress and figures', async () => {
      const shown = { summary: '/nowhere/at/all.json', metricsPort: '1', metricsHold: '1h' };
      const same = await planned(['smoke'], { ...shown, quiet: true, reporter: 'none', show: ['latency'] });
      expect(same).toBe(await planned(['smoke']));
    });
  });

  it('tells what a crash leaves, with its own default profiles, and refuses what a crash refuses', async () => {
    const text = await planned(['smoke'], { crashAfter: '5s' });
    expect(text).toMatch(/ends +after 5 s/);
    expect(text).toMatch(/^ +sync +async$/m);
    expect(text).toMatch(/^· --crash-after: the process is killed 5 s after its first record/m);
    const both = planned(['smoke'], { crashAfter: 'soon', workers: '2' });
    await expect(both).rejects.toThrow(
      /--crash-after: expected a duration.*\n--crash-after: expected a run of one/,
    );
  });

  it('tells what one part of several would make, and several threads', async () => {
    const part = await planned(['demo'], { rate: ['4000/s'], shard: '0/4', workers: '2', duration: '10s' });
    const [, records] = /makes +([\d,]+) records.*, its part of what 4 make/.exec(part)!;
    expect(Number(records!.replaceAll(',', ''))).toBeGreaterThan(6000);
    expect(Number(records!.replaceAll(',', ''))).toBeLessThan(14_000);
    expect(part).toMatch(/^· --shard: part 0 of 0 to 3: /m);
    expect(part).toMatch(/^· --workers: 2 threads for each profile, each a producer /m);
  });

  it('refuses what several threads cannot do together, and whatever would have no effect, in one error', async () => {
    const flags = {
      workers: '2',
      digest: true,
      manifest: 'truth.jsonl',
      driver: 'file',
      createTopics: false,
    };
    const [ofPlan, ofRun] = await Promise.all(
      [plan, run].map((command) =>
        command.run(invocation(['smoke'], flags), fakeProcess().context).then(
          () => 'nothing',
          (error: Error) => error.message,
        ),
      ),
    );
    expect(ofPlan).toBe(ofRun);
    expect(ofPlan!.split('\n').map((line) => line.split(/, so|;|,/)[0])).toEqual([
      '--workers: the drivers file and stdout write in one order',
      '--out: expected a folder for the driver file',
      '--manifest: nothing is done to any event',
    ]);
    await expect(planned(['smoke'], { createTopics: false })).rejects.toThrow(
      /^--no-create-topics: a sandbox begins without topics/,
    );
  });

  it('refuses what a run refuses, all at once, in the same words', async () => {
    const flags = { set: ['acks=1', 'batchBytes=1GiB'], rate: ['stok=5/s'] };
    const process = fakeProcess();
    const message = (command: typeof plan) =>
      command.run(invocation(['smoke'], flags), process.context).then(
        () => 'nothing',
        (error: Error) => error.message,
      );
    const [ofPlan, ofRun] = [await message(plan), await message(run)];
    expect(ofPlan).toBe(ofRun);
    expect(ofPlan.split('\n').length).toBeGreaterThanOrEqual(2);
  });

  it('shows nothing of the secrets in a client’s file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'eventmill-plan-')), 'client.properties');
    const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
    writeFileSync(
      file,
      `bootstrap.servers=broker.example:9093\nsecurity.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=${login} username="alice" password="hunter2";\n`,
    );
    for (const json of [true, false]) {
      const text = await planned(['smoke'], { commandConfig: file, json });
      expect(text).toContain('broker.example:9093');
      expect(text).not.toMatch(/hunter2|alice/);
    }
  });
});
