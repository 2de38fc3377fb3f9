/** Sockets secured by TLS. */
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { TlsOptions } from '../types.js';

/** For a connection's `dial`. */
export function tlsDial(options: () => TlsOptions): (host: string, port: number) => TLSSocket {
  return (host, port) => {
    // A name is told to the server (SNI); an address may not be.
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...name, ...options() });
    socket.setNoDelay(true);
    return socket;
  };
}
