/** The brokers of a sandbox: who is up, and what happens when one goes, comes back or hands over what it leads. */
import type { Timer } from '../types.js';
import type { Subject } from './api.js';
import type { Cluster, Node } from './cluster.js';
import type { Fault } from './fault-words.js';
import type { Listener } from './listener.js';
import { concerns } from './plan.js';

export class Brokers {
  readonly #cluster: Cluster;
  readonly #listeners: readonly Listener[];
  /** Of those that are gone: when they come back. */
  readonly #returns = new Map<Node, Timer>();
  /** Where the next one is taken from when a fault names none. */
  #turn = 0;

  constructor(cluster: Cluster, listeners: readonly Listener[]) {
    this.#cluster = cluster;
    this.#listeners = listeners;
  }

  /** Carries out what a fault has in store for brokers: at `called`, or, when nobody called, at the one it names. */
  strike(fault: Fault, called?: Node, subjects?: Iterable<Subject>): void {
    if (fault.kind === 'gone') this.#leave(called ?? this.#named(fault), fault.ms);
    else if (fault.kind === 'leader-move') this.#moveLeaders(fault, subjects);
  }

  /** Lets nobody come back any more. */
  close(): void {
    for (const timer of this.#returns.values()) timer.cancel();
    this.#returns.clear();
  }

  /** A broker is gone for so long; one that is gone already stays away for as long from now. */
  #leave(node: Node | undefined, ms: number): void {
    if (node === undefined) return;
    const listener = this.#listeners.find((each) => each.node === node)!;
    const wasUp = node.up;
    void listener.shut();
    if (wasUp) this.#cluster.topics.elect();
    this.#returns.get(node)?.cancel();
    const timer = this.#cluster.clock.after(ms, async () => {
      this.#returns.delete(node);
      await listener.reopen();
      this.#cluster.topics.elect();
    });
    this.#returns.set(node, timer);
  }

  /** The one with the number that the fault names, or else each in turn. */
  #named({ node }: Fault): Node | undefined {
    const { nodes } = this.#cluster;
    if (node !== undefined) return nodes.find(({ id }) => id === node);
    return nodes[this.#turn++ % nodes.length];
  }

  /** What the request speaks of, or everything, as far as the fault concerns it. */
  #moveLeaders(fault: Fault, subjects: Iterable<Subject> | undefined): void {
    const { topics } = this.#cluster;
    for (const subject of subjects ?? everything(this.#cluster)) {
      if (!concerns(fault, subject) || subject.partition === undefined) continue;
      const log = topics.log(subject.topic, subject.partition);
      if (log !== undefined) topics.move(log);
    }
  }
}

function* everything({ topics }: Cluster): Iterable<Subject> {
  for (const { name, logs } of topics) {
    for (const { partition } of logs) yield { topic: name, partition };
  }
}
