/** What goes wrong with a socket, secured or not, in words that say how to mend it. */

export type Verdict = 'AUTHENTICATION' | 'BROKER_UNREACHABLE';

/** What a failed connection says about itself. */
export interface Fault {
  readonly words: string;
  /** Set where the words say all that is to be said. AUTHENTICATION: one side does not accept who the other is. */
  readonly verdict: Verdict | null;
}

const TRUST =
  'its certificate is signed by nobody that we trust: put the certificate of its authority into ssl.truststore.location';
const PLAIN =
  'it broke off the TLS handshake, as a listener in plain text does: set security.protocol to PLAINTEXT or SASL_PLAINTEXT, or use the port for TLS';
const OURS = 'set ssl.keystore.location to a certificate that the broker trusts';

/** Who one side is, and what the other makes of it. */
const IDENTITY: { readonly [code: string]: string } = {
  DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
  SELF_SIGNED_CERT_IN_CHAIN: TRUST,
  UNABLE_TO_GET_ISSUER_CERT: TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
  CERT_SIGNATURE_FAILURE: TRUST,
  CERT_UNTRUSTED: TRUST,
  INVALID_CA: TRUST,
  CERT_HAS_EXPIRED: 'its certificate, or one that signed it, has expired: renew it on the broker',
  CERT_NOT_YET_VALID:
    "its certificate is not valid yet: check this machine's clock, and the broker's certificate",
  CERT_REVOKED: 'its certificate was revoked: renew it on the broker',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: `it asks for a client certificate, and none was given: ${OURS}`,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: `it asks for a client certificate that it accepts: ${OURS}`,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: `it does not accept our certificate: ${OURS}`,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: `it does not know who signed our certificate: ${OURS}`,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    'our certificate has expired: renew the one in ssl.keystore.location',
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: `it does not accept our certificate: ${OURS}`,
};

const NETWORK: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nobody listens there (connection refused)',
  ENOTFOUND: 'this name is not known (DNS)',
  EAI_AGAIN: 'this name could not be looked up (DNS)',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no route to this host',
  ENETUNREACH: 'there is no route to this network',
  ETIMEDOUT: 'it did not answer in time',
};

/** `host` is what was dialled. */
export function faultOf(cause: unknown, host: string): Fault {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const identity = IDENTITY[code];
  if (identity !== undefined) return { words: identity, verdict: 'AUTHENTICATION' };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { words: otherHost(cause, host), verdict: 'AUTHENTICATION' };
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /before secure TLS connection/.test(message)) {
    return { words: PLAIN, verdict: 'BROKER_UNREACHABLE' };
  }
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE/.test(code)) {
    const remedy = 'check ssl.enabled.protocols on both sides';
    return { words: `no version or cipher of TLS suits both sides: ${remedy}`, verdict: 'AUTHENTICATION' };
  }
  if (code.startsWith('ERR_SSL_')) return { words: `TLS failed (${code})`, verdict: null };
  return { words: NETWORK[code] ?? message, verdict: null };
}

function otherHost(cause: unknown, host: string): string {
  const { cert } = cause as { readonly cert?: { readonly subjectaltname?: string } };
  const names = cert?.subjectaltname?.slice(0, 200) ?? 'no host';
  return (
    `its certificate is for ${names}, not for ${host}: dial it by a name in the certificate, or set ` +
    'ssl.endpoint.identification.algorithm to nothing if you accept that'
  );
}
