/**
 * The thread in which one lane's topics are read back, so that judging takes nothing of the time in which events are made
 * and sent. It makes the sources once more, and is told what the lane claims.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from './clock.js';
import { EventmillError } from './errors.js';
import { prepareSources } from './prepare.js';
import { createRandom } from './random.js';
import { type Claims, ReadBack } from './read-back.js';
import { expectedOf } from './replay.js';
import { type PlainSecurity, secured } from './security/plain.js';
import { threadCpuSeconds } from './thread-cpu.js';
import type { ProfileSettings, VerifyResult, Workload } from './types.js';
import type { Authors } from './verify/verifier.js';

export interface ReadingOrder {
  readonly workload: Workload;
  readonly settings: ProfileSettings;
  /** Of each source, in their order. */
  readonly topics: readonly string[];
  readonly brokers: readonly string[];
  readonly authors?: Authors | undefined;
  readonly security?: PlainSecurity | undefined;
}

export type Said =
  | { readonly say: 'claims'; readonly claims: Claims }
  | { readonly say: 'finish'; readonly claims: Claims }
  | { readonly say: 'cpu' };

export type Answer =
  | { readonly kind: 'ready' }
  /** The claims have been taken in, so that newer ones may be sent. */
  | { readonly kind: 'heard' }
  | { readonly kind: 'cpu'; readonly seconds: number | null }
  | { readonly kind: 'waiting'; readonly line: string }
  | { readonly kind: 'verdict'; readonly verify: VerifyResult }
  | { readonly kind: 'failed'; readonly code: EventmillError['code']; readonly text: string };

async function start(port: MessagePort, order: ReadingOrder): Promise<void> {
  const say = (answer: Answer): void => port.postMessage(answer);
  let claims: Claims = {};
  const fail = (error: unknown): void => {
    if (!(error instanceof EventmillError)) throw error;
    say({ kind: 'failed', code: error.code, text: error.message });
  };
  try {
    const { workload, settings, topics, brokers, security, authors } = order;
    const prepared = await prepareSources(workload, createRandom(workload.seed));
    const readBack = await ReadBack.following({
      settings,
      expected: prepared.map((source, i) => expectedOf(source, topics[i]!, authors?.shard)),
      topics,
      claims: () => claims,
      at: { brokers, security: security === undefined ? undefined : secured(security) },
      clock: systemClock,
      tell: (line) => say({ kind: 'waiting', line }),
      authors,
    });
    port.on('message', (said: Said) => {
      if (said.say === 'cpu') return say({ kind: 'cpu', seconds: threadCpuSeconds() });
      claims = said.claims;
      if (said.say === 'claims') return say({ kind: 'heard' });
      readBack.finish().then((verify) => say({ kind: 'verdict', verify }), fail);
    });
    say({ kind: 'ready' });
  } catch (error) {
    fail(error);
  }
}

if (parentPort !== null) await start(parentPort, workerData as ReadingOrder);
