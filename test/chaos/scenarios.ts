/** What is done to a cluster, or to eventmill, while it produces. */
import { setTimeout as sleep } from 'node:timers/promises';
import { behindProxy, type Cluster, oneNode, threeNodes } from './clusters.js';

export interface Victim {
  readonly cluster: Cluster;
  /** How long records are made, ms. */
  readonly durationMs: number;
  /** Sends a signal to eventmill. */
  signal(name: NodeJS.Signals): void;
}

/** What a run may end with, beside 0 for a profile that promises no loss. */
export interface Scenario {
  readonly name: string;
  start(): Promise<Cluster>;
  /** Records are made for so long at least, so that all is up again when they are read back. */
  readonly leastMs?: number;
  /** Runs while records are made. */
  hurt(victim: Victim): Promise<void>;
  /** `survives`: a durable profile delivers everything. `told`: the run fails in time. `flushed`: interrupted. `killed`: by SIGKILL. */
  readonly end: 'survives' | 'told' | 'flushed' | 'killed';
}

const GONE_MS = 5000;

async function restart({ cluster: { nodes } }: Victim, index: number): Promise<void> {
  await nodes[index]!.kill();
  await sleep(GONE_MS);
  await nodes[index]!.restart();
}

/** Does something again and again until the time is over. */
async function each(everyMs: number, { durationMs }: Victim, act: () => Promise<void> | void): Promise<void> {
  for (let at = everyMs; at < durationMs; at += everyMs) {
    await sleep(everyMs);
    await act();
  }
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'broker killed with -9, back after 5 s',
    start: oneNode,
    end: 'survives',
    async hurt(victim) {
      await sleep(victim.durationMs / 3);
      await restart(victim, 0);
    },
  },
  {
    name: 'leader killed (3 nodes)',
    start: threeNodes,
    end: 'survives',
    async hurt(victim) {
      await sleep(victim.durationMs / 3);
      await restart(victim, 0);
    },
  },
  {
    name: 'each node restarted in turn (3 nodes)',
    start: threeNodes,
    leastMs: 75_000,
    end: 'survives',
    async hurt(victim) {
      for (let index = 0; index < 3; index++) {
        await sleep(2000);
        await restart(victim, index);
      }
    },
  },
  {
    name: 'connection cut each second',
    start: behindProxy,
    end: 'survives',
    hurt: (victim) => each(1000, victim, () => victim.cluster.proxy!.cut()),
  },
  {
    name: 'answers swallowed for 1 s, each 10 s',
    start: behindProxy,
    end: 'survives',
    hurt: (victim) =>
      each(Math.min(10_000, victim.durationMs / 3), victim, async () => {
        victim.cluster.proxy!.swallow(true);
        await sleep(1000);
        victim.cluster.proxy!.swallow(false);
      }),
  },
  {
    name: 'stalls of 2 s, each 10 s',
    start: behindProxy,
    end: 'survives',
    hurt: (victim) =>
      each(Math.min(10_000, victim.durationMs / 3), victim, async () => {
        victim.cluster.proxy!.stall(true);
        await sleep(2000);
        victim.cluster.proxy!.stall(false);
      }),
  },
  {
    name: 'broker gone for good',
    start: oneNode,
    end: 'told',
    async hurt({ cluster, durationMs }) {
      await sleep(durationMs / 2);
      await cluster.nodes[0]!.kill();
    },
  },
  {
    name: 'SIGINT in the middle',
    start: oneNode,
    end: 'flushed',
    async hurt({ durationMs, signal }) {
      await sleep(durationMs / 2);
      signal('SIGINT');
    },
  },
  {
    name: 'SIGTERM in the middle',
    start: oneNode,
    end: 'flushed',
    async hurt({ durationMs, signal }) {
      await sleep(durationMs / 2);
      signal('SIGTERM');
    },
  },
  {
    name: 'SIGKILL of eventmill',
    start: oneNode,
    end: 'killed',
    async hurt({ durationMs, signal }) {
      await sleep(durationMs / 2);
      signal('SIGKILL');
    },
  },
];
