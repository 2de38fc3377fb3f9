/** The sum of hashes that a digest is: 64 bits in two words, told as sixteen digits. */

/** Two words, each modulo 2³². */
export interface DigestSum {
  high: number;
  low: number;
}

export function digestText({ high, low }: DigestSum): string {
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The digest of what two workers or shards have made together. */
export function addDigests(a: string, b: string): string {
  const word = (text: string, from: number) => Number.parseInt(text.slice(from, from + 8), 16);
  return digestText({ high: word(a, 0) + word(b, 0), low: word(a, 8) + word(b, 8) });
}
