/** Standard input as it is: what cannot be read says so. */
import { createReadStream, fstatSync } from 'node:fs';
import type { Input } from './command.js';

const STDIN = 0;

/**
 * Node takes whatever is neither a file, a pipe, a socket nor a terminal for an input that is empty, so that a directory
 * would be one without lines. Such a one is read as a file is, and the system tells why it cannot be.
 */
export function standardInput(): Input {
  return isReadByNode() ? process.stdin : createReadStream('', { fd: STDIN, autoClose: false });
}

function isReadByNode(): boolean {
  try {
    const kind = fstatSync(STDIN);
    return !kind.isDirectory() && !kind.isBlockDevice();
  } catch {
    // Whatever it is, Node has an answer to it.
    return true;
  }
}
