/** Where in somebody's file something was thrown, for messages of one line. */
import { fileURLToPath } from 'node:url';

/**
 * `file:line` of the innermost frame outside Node and packages, from the error's stack; undefined when it has none. `file`
 * narrows it to one file. A column only for what could not be parsed: in a frame it may be that of the transpiled text.
 */
export function whereThrown(error: unknown, file?: string): string | undefined {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined;
  for (const line of error.stack.split('\n')) {
    // A frame (`at f (path:1:2)`), the first line of a SyntaxError (`path:1`), or a transpiler's last (` path:1:2`).
    const found =
      /(?:^|\s|\()((?:file:\/\/)?(?:[A-Za-z]:)?[^\s():]*[\\/][^\s():]+):(\d+)(?::(\d+))?\)?$/.exec(line);
    if (found === null) continue;
    const [, place = '', row, column] = found;
    const path = place.startsWith('file:') ? fileURLToPath(place) : place;
    if (file === undefined ? path.includes('node_modules') || path.startsWith('node:') : path !== file)
      continue;
    return column === undefined || /^\s*at /.test(line) ? `${path}:${row}` : `${path}:${row}:${column}`;
  }
  return undefined;
}
