/** On what a comparison was made: figures without their machine are worth nothing. */
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Machine } from './types.js';

export function thisMachine(): Machine {
  const { v8 = '', uv = '', openssl = '', zlib = '' } = process.versions;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
    versions: { v8, uv, openssl, zlib },
  };
}
