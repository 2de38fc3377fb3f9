/**
 * The seam for TLS and SASL: what a console's properties ask for, before anything is dialled. Until the transport can
 * do more than plain text, whatever asks for more is refused here rather than sent without protection.
 */
import type { Properties } from './properties.js';

const IS_SECURITY = /^(?:ssl\.|sasl\.|security\.)/;

/** Whether a property belongs to TLS or SASL. */
export function isSecurity(name: string): boolean {
  return IS_SECURITY.test(name);
}

/** Why these properties cannot be honoured; undefined when plain text is all they ask for. */
export function securityProblem(properties: Properties): string | undefined {
  const asked = [...properties.keys()].filter(isSecurity);
  const protocol = (properties.get('security.protocol') ?? 'PLAINTEXT').trim().toUpperCase();
  // Without a protocol that uses them, Kafka's own tool ignores keys and passwords too.
  if (asked.length === 0 || protocol === 'PLAINTEXT') return undefined;
  return `security.protocol: expected PLAINTEXT, got ${JSON.stringify(protocol)}, which this version cannot speak; use a plain listener of the broker`;
}
