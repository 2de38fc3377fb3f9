import { createServer, type Server, type Socket } from 'node:net';
import type { Cluster, Node } from './cluster.js';
import { Connection } from './connection.js';
import { LIMITS } from './limits.js';

/** How often a port that somebody else has taken meanwhile is asked for again. */
const AGAIN_MS = 100;

/** One broker's port. */
export class Listener {
  readonly node: Node;
  readonly #cluster: Cluster;
  readonly #onBug: (error: unknown) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #closed = false;

  constructor(cluster: Cluster, node: Node, onBug: (error: unknown) => void) {
    this.#cluster = cluster;
    this.node = node;
    this.#onBug = onBug;
  }

  /** Begins to listen. Rejects with Node's own error if the port cannot be had. */
  open(): Promise<void> {
    const { node } = this;
    const everywhere = node.host === '0.0.0.0' || node.host === '::';
    const server = createServer({ noDelay: true });
    server.maxConnections = LIMITS.connections;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      new Connection(this.#cluster, node, socket, everywhere, this.#onBug);
    });
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: node.host, port: node.port }, () => {
        server.off('error', reject);
        server.on('error', this.#onBug);
        node.port = portOf(server);
        node.up = true;
        resolve();
      });
    });
  }

  /** Cuts all connections and stops listening; until `open`, the port refuses. Done at once, but for the system's part. */
  shut(): Promise<void> {
    const server = this.#server;
    this.node.up = false;
    this.#server = undefined;
    return new Promise((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Listens again where it did before, as soon as the port can be had; not once it is closed. */
  async reopen(): Promise<void> {
    while (!this.#closed) {
      try {
        return await this.open();
      } catch {
        await this.#cluster.clock.sleep(AGAIN_MS);
      }
    }
  }

  /** For good. */
  close(): Promise<void> {
    this.#closed = true;
    return this.shut();
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
