/** `key=value` arguments, read as Java reads them. */

export type Properties = ReadonlyMap<string, string>;

/** `key=value` arguments; the first equals sign parts them, nothing is trimmed, and a missing value is the empty text. */
export function readPairs(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
