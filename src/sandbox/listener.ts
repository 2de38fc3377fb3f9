import { createServer, type Server, type Socket } from 'node:net';
import type { Cluster, Node } from './cluster.js';
import { Connection } from './connection.js';
import { LIMITS } from './limits.js';

/** One broker's port. */
export interface Listener {
  readonly node: Node;
  /** Cuts all connections and stops listening. */
  close(): Promise<void>;
}

/** Listens for a broker of the cluster. Rejects with Node's own error if the port cannot be had. */
export function listen(
  cluster: Cluster,
  at: { id: number; host: string; port: number },
  onBug: (error: unknown) => void,
): Promise<Listener> {
  const everywhere = at.host === '0.0.0.0' || at.host === '::';
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true });
  server.maxConnections = LIMITS.connections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.host, port: at.port }, () => {
      server.off('error', reject);
      server.on('error', onBug);
      const node: Node = { id: at.id, host: at.host, port: portOf(server) };
      server.on('connection', (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        new Connection(cluster, node, socket, everywhere, onBug);
      });
      resolve({ node, close: () => shut(server, sockets) });
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

function shut(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
