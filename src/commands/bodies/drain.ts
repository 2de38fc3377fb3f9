/** Back-pressure of an output. */

/** Resolves when `output` takes more, or when nobody reads it any more. */
export function drained(output: NodeJS.WritableStream, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      output.off('drain', go);
      closed.removeEventListener('abort', go);
      resolve();
    };
    output.on('drain', go);
    closed.addEventListener('abort', go);
    if (closed.aborted) go();
  });
}
