/** ASN.1 in its distinguished encoding (X.690), as far as PKCS #12 needs it: a tree of values, with checked lengths. */
export interface Der {
  readonly tag: number;
  /** The contents, without tag and length. */
  readonly value: Buffer;
  /** Tag and length too. */
  readonly whole: Buffer;
}

export const TAGS = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  OBJECT_ID: 0x06,
  SEQUENCE: 0x30,
  CONTEXT_0: 0xa0,
  PRIMITIVE_0: 0x80,
} as const;

export class DerError extends Error {
  override readonly name = 'DerError';
}

/** Reads the value at the beginning; what follows it is left alone. */
export function readDer(bytes: Buffer): Der {
  const tag = bytes[0];
  let length = bytes[1];
  if (tag === undefined || length === undefined) throw new DerError('it ends too soon');
  let start = 2;
  if (length >= 0x80) {
    const size = length & 0x7f;
    if (size === 0 || size > 4) throw new DerError('its lengths are not in the distinguished encoding (DER)');
    if (bytes.length < 2 + size) throw new DerError('it ends too soon');
    length = bytes.readUIntBE(2, size);
    start += size;
  }
  if (start + length > bytes.length) throw new DerError('it ends too soon');
  return { tag, value: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) };
}

/** The values that a constructed one is made of. */
export function children(parent: Der): Der[] {
  const found: Der[] = [];
  for (let rest = parent.value; rest.length > 0; ) {
    const child = readDer(rest);
    found.push(child);
    rest = rest.subarray(child.whole.length);
  }
  return found;
}

/** The child at a place, which must have this tag. */
export function child(parent: Der, at: number, tag?: number): Der {
  const found = children(parent)[at];
  if (found === undefined || (tag !== undefined && found.tag !== tag)) {
    throw new DerError('it is not built as it should be');
  }
  return found;
}

/** `1.2.840.113549.1.7.1` */
export function objectId(der: Der): string {
  if (der.tag !== TAGS.OBJECT_ID || der.value.length === 0)
    throw new DerError('it is not built as it should be');
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of der.value) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      if (arcs.length === 0) {
        const first = Math.min(2, Math.floor(arc / 40));
        arcs.push(first, arc - first * 40);
      } else arcs.push(arc);
      arc = 0;
    }
  }
  return arcs.join('.');
}

/** A count: not negative and not beyond 2³¹. */
export function count(der: Der): number {
  if (der.tag !== TAGS.INTEGER || der.value.length === 0 || der.value.length > 5) {
    throw new DerError('it is not built as it should be');
  }
  const number = der.value.readUIntBE(0, der.value.length);
  if (number > 0x7fffffff) throw new DerError('a number in it is out of bounds');
  return number;
}
