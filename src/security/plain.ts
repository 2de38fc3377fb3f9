/** A security without functions and secrets, for another thread of this process, to which neither can be handed. */
import type { SaslMechanism, Security, SecurityProtocol, TlsOptions } from '../types.js';
import { secret } from './secret.js';

export interface PlainSecurity {
  readonly protocol: SecurityProtocol;
  readonly tls: (Omit<TlsOptions, 'checkServerIdentity'> & { readonly anyHost: boolean }) | null;
  readonly sasl: {
    readonly mechanism: Exclude<SaslMechanism, 'OAUTHBEARER'>;
    readonly username: string;
    readonly password: string;
  } | null;
}

/** Throws for OAUTHBEARER, whose tokens only the program can give: ask `canReadApart` before. */
export function plain({ protocol, tls, sasl }: Security): PlainSecurity {
  if (sasl?.mechanism === 'OAUTHBEARER') throw new Error('tokens cannot be asked for from another thread');
  return {
    protocol,
    tls: tls === null ? null : plainTls(tls()),
    sasl: sasl === null ? null : { ...sasl, password: sasl.password.reveal() },
  };
}

export function secured({ protocol, tls, sasl }: PlainSecurity): Security {
  return {
    protocol,
    tls: tls === null ? null : () => tlsOf(tls),
    sasl: sasl === null ? null : { ...sasl, password: secret(sasl.password) },
  };
}

function plainTls({ checkServerIdentity, ...rest }: TlsOptions): PlainSecurity['tls'] {
  return { ...rest, anyHost: checkServerIdentity !== undefined };
}

function tlsOf({ anyHost, ...rest }: NonNullable<PlainSecurity['tls']>): TlsOptions {
  return { ...rest, ...(anyHost ? { checkServerIdentity: () => undefined } : {}) };
}
