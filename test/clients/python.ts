/** The Python clients: from a virtual environment in .cache, which pip fills on first use. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fetched, type Need, output, programPath, root } from '../support/tools.js';

const REQUIREMENTS = join(root, 'test/clients/python/requirements.txt');

export const pythonClients: Need = {
  name: 'python3 and its Kafka clients',
  remedy: 'install Python 3.9 or newer with venv (on Debian: apt-get install python3-venv)',
  async ready() {
    if (programPath('python3') === undefined) throw new Error('python3 is not on the PATH');
    await clientsFolder();
  },
};

/** What a Python program needs in its environment to import the clients. */
export async function pythonEnvironment(): Promise<{ readonly PYTHONPATH: string }> {
  return { PYTHONPATH: await clientsFolder() };
}

/** A folder of installed packages: unlike a whole virtual environment it can be renamed. */
function clientsFolder(): Promise<string> {
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 8);
  return fetched(`python-clients-${wanted}`, async (folder) => {
    const venv = `${folder}.venv`;
    await output('python3', ['-m', 'venv', '--clear', venv]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '2'];
    const args = [...pip, '--target', folder, '-r', REQUIREMENTS];
    await output(join(venv, 'bin/python'), args, { timeoutMs: 180_000 });
    await rm(venv, { recursive: true });
  });
}
