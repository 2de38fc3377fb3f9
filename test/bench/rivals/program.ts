/** Programs of ours around a library of others: a task as JSON on the command line, two numbers as JSON for an answer. */
import { timed } from '../timed.js';
import {
  BATCH_BYTES,
  BUFFER_BYTES,
  type Effort,
  isIdempotent,
  LEVELS,
  LINGER_MS,
  type Task,
} from './rival.js';

/** What such a program is told. */
export interface Order {
  readonly broker: string;
  readonly topic: string;
  readonly records: number;
  readonly values: string;
  readonly keys: string;
  readonly acks: '1' | 'all';
  readonly idempotent: boolean;
  readonly compression: string;
  /** The codec's level; 0 where it has none. */
  readonly level: number;
  readonly batchBytes: number;
  readonly lingerMs: number;
  readonly bufferBytes: number;
}

/** Runs it; what it says must be `{ "records": n, "seconds": s }`. */
export async function runProgram(program: string, args: readonly string[], task: Task): Promise<Effort> {
  const { broker, topic, records, payload, acks, compression } = task;
  const order: Order = {
    ...{ broker, topic, records, values: payload.values, keys: payload.keys, acks, compression },
    idempotent: isIdempotent(task),
    level: LEVELS[compression] ?? 0,
    ...{ batchBytes: BATCH_BYTES, lingerMs: LINGER_MS, bufferBytes: BUFFER_BYTES },
  };
  const { stdout, cpuSeconds } = await timed(program, [...args, JSON.stringify(order)]);
  const said = JSON.parse(stdout) as Pick<Effort, 'records' | 'seconds'>;
  return { records: said.records, seconds: said.seconds, cpuSeconds };
}
