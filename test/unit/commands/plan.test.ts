import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import plan from '../../../src/commands/plan.js';
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

  it('takes all flags of run, so that one word turns a run into its plan', async () => {
    const names = (flags: typeof run.flags) => flags.map(({ flags: name }) => name);
    expect(names(plan.flags)).toEqual(expect.arrayContaining(names(run.flags)));
    const shown = { summary: '/nowhere/at/all.json', metricsPort: '1', metricsHold: '1h', verify: true };
    await planned(['smoke'], { ...shown, quiet: true, reporter: 'none', crashAfter: '5s' });
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
