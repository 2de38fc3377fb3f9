/** The sandbox's own reading of faults, handed to the readers of settings, which know nothing of it. */

/** Throws an EventmillError with a line for each spec that a sandbox of so many brokers cannot have. */
export async function checkFaults(specs: readonly string[], nodes: number): Promise<void> {
  // Only who asks for faults pays for it.
  (await import('../../sandbox/faults.js')).parseFaults(specs, nodes);
}
