/** The fleets in config/: what Kubernetes and Compose would start, as far as it can be judged without either. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readCommandLine } from '../../src/command-line.js';
import run from '../../src/commands/run.js';
import { loadPlan } from '../../src/config/plan.js';
import { needs } from '../support/tiers.js';
import { run as runProgram } from '../support/tools.js';
import { dockerCompose } from '../support/tools-monitoring.js';

const script = new URL('../../config/compose/shard.mjs', import.meta.url).href;
const { indexFrom } = (await import(script)) as { indexFrom: (name: string) => number | undefined };

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly securityContext: unknown;
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
interface Job {
  readonly apiVersion: string;
  readonly spec: {
    readonly completions: number;
    readonly parallelism: number;
    readonly completionMode: string;
    readonly backoffLimit: number;
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly containers: readonly Container[];
        readonly volumes: readonly {
          readonly name: string;
          readonly persistentVolumeClaim: { claimName: string };
        }[];
      };
    };
  };
}

const documents = parseAllDocuments(readFileSync('config/kubernetes/fleet.yaml', 'utf8'));
const [claim, job] = documents.map((one) => one.toJS() as unknown) as [{ metadata: { name: string } }, Job];
const pod = job.spec.template.spec;
const [container] = pod.containers as [Container];

/** What the command line asks for, read as the command reads it. */
async function planOf(words: readonly string[]) {
  const reading = await readCommandLine(words, [run], '0', 80);
  if (!('invocation' in reading)) throw new Error('expected a command');
  const {
    arguments: [workload = ''],
    flags,
  } = reading.invocation;
  return loadPlan({ workload, profiles: ['async'], flags, env: {} });
}

test('the job is an Indexed one that starts all shards at once and none twice', () => {
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  expect(job.apiVersion).toBe('batch/v1');
  const { completions, parallelism, completionMode, backoffLimit } = job.spec;
  expect({ completionMode, backoffLimit }).toEqual({ completionMode: 'Indexed', backoffLimit: 0 });
  expect(parallelism).toBe(completions);
  expect(pod.restartPolicy).toBe('Never');
});

test('its pods are the shards of one run, and together all of them', async () => {
  const { completions } = job.spec;
  const shards: unknown[] = [];
  for (let index = 0; index < completions; index++) {
    const words = container.args.map((word) => word.replaceAll('$(JOB_COMPLETION_INDEX)', String(index)));
    const { settings } = await planOf(words);
    shards.push(settings.shard);
    expect(settings.summary).toBe(`${container.volumeMounts[0]!.mountPath}/shard-${index}.json`);
  }
  expect(shards).toEqual(Array.from({ length: completions }, (_, index) => ({ index, of: completions })));
});

test('its volume is the one that is claimed, its image has a version, and it may do nothing but run', () => {
  const [volume] = pod.volumes;
  expect(volume!.persistentVolumeClaim.claimName).toBe(claim.metadata.name);
  expect(container.volumeMounts.map(({ name }) => name)).toEqual([volume!.name]);
  expect(container.image).toMatch(/:\d+\.\d+\.\d+$/);
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(container.resources.limits.memory).toMatch(/^\d+Mi$/);
});

test('Compose’s containers find their number in their name', async () => {
  expect(indexFrom('eventmill-shard-3.eventmill_default')).toBe(2);
  expect(indexFrom('eventmill_shard_12.eventmill_default')).toBe(11);
  for (const name of ['localhost', 'host.example-1.org', 'x-0.y', ''])
    expect(indexFrom(name)).toBe(undefined);
  const { services } = parse(readFileSync('config/compose/fleet.yaml', 'utf8')) as {
    services: { shard: { entrypoint: readonly string[] } };
  };
  const shell = services.shard.entrypoint.at(-1)!;
  const line = /cli\.js (run [\s\S]+)$/.exec(shell)![1]!;
  const words = line
    .replaceAll('\\\n', ' ')
    .replaceAll('$$shard', '1')
    .replaceAll('$$SHARDS', '4')
    .replaceAll('"', '');
  const { settings } = await planOf(words.trim().split(/\s+/));
  expect(settings.shard).toEqual({ index: 1, of: 4 });
});

await needs([dockerCompose], () => {
  test('docker-compose takes the fleet beside docker-compose.yml', async () => {
    const files = ['-f', 'docker-compose.yml', '-f', 'config/compose/fleet.yaml'];
    const told = await runProgram('docker-compose', [...files, 'config', '--quiet']);
    expect(told).toMatchObject({ code: 0, stderr: '' });
  });
});
