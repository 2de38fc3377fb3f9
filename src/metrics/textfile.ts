/** `--metrics-file`: the metrics in a file that node_exporter's textfile collector, or anybody else, reads. */
import { Outlet } from '../outlet.js';
import { WholeFile } from '../whole-file.js';
import { snapshotText } from './registry.js';

/** Throws NOT_WRITABLE if there is no writing there. */
export async function openTextfile(path: string): Promise<Outlet> {
  const file = await WholeFile.open(path, '--metrics-file');
  const text = snapshotText();
  return new Outlet(async (snapshot) => file.write((await text(snapshot)).text));
}
