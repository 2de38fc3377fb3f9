/** Small workloads and profiles for tests of whole runs. */
import type {
  Limits,
  Profile,
  ProfileSettings,
  RateSpec,
  Workload,
  WorkloadSource,
} from '../../src/types.js';

export const MAX: RateSpec = { kind: 'max' };
export const perSecond = (rate: number): RateSpec => ({ kind: 'constant', options: { rate }, scale: 1 });

const DEFAULTS: ProfileSettings = {
  driver: 'kafka',
  acks: 'all',
  compression: 'none',
  compressionLevel: null,
  batchBytes: 16 * 1024,
  batchRecords: 100_000,
  lingerMs: 5,
  bufferBytes: 4 * 1024 * 1024,
  partitionBufferBytes: 4 * 1024 * 1024,
  whenFull: 'wait',
  inFlightMax: 5,
  retriesMax: 2 ** 31 - 1,
  retryBackoffMs: 10,
  retryBackoffMsMax: 100,
  requestTimeoutMs: 1000,
  deliveryTimeoutMs: 30_000,
  idempotent: true,
  mode: 'async',
  guards: true,
};

export function profile(name: string, settings: Partial<ProfileSettings> = {}): Profile {
  return { name, doc: '', settings: { ...DEFAULTS, ...settings } };
}

export function source(generator: string, more: Partial<WorkloadSource> = {}): WorkloadSource {
  return {
    name: generator,
    generator,
    serializer: 'json',
    rate: MAX,
    time: { kind: 'live' },
    options: {},
    ...more,
  };
}

export function workload(limits: Limits, sources: WorkloadSource[], seed = 1): Workload {
  return { name: 'test', doc: '', seed, limits, faults: [], sources };
}
