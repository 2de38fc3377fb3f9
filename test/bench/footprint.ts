/** `npm run bench -- footprint`: how long commands take to say something, and what an installation takes of the disk. */
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Column, table } from '../../src/table.js';

type Look = Parameters<typeof table>[2];

const COMMANDS: readonly (readonly [what: string, args: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['eventmill --help', ['dist/src/cli.js', '--help']],
  ['eventmill sample stock', ['dist/src/cli.js', 'sample', 'stock']],
];

const TIMES: readonly Column[] = [
  { title: 'what', align: 'left' },
  { title: 'least ms' },
  { title: 'median ms' },
  { title: 'CPU ms' },
];
const SIZES: readonly Column[] = [{ title: 'what', align: 'left' }, { title: 'packages' }, { title: 'MB' }];

/** In turn, `rounds` times each. The least is what it takes where nothing else runs. */
export async function startTimes(rounds: number, look: Look): Promise<string> {
  const wall = COMMANDS.map((): number[] => []);
  const cpu = COMMANDS.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, args]] of COMMANDS.entries()) {
      // The shell's `time` reads the process's own accounting, which Node does not hand out for a child.
      const script = 'TIMEFORMAT="%R %U %S"; time "$0" "$@" > /dev/null 2>&1';
      const { stderr } = await promisify(execFile)('bash', ['-c', script, process.execPath, ...args]);
      const [real, user, system] = stderr.trim().split(' ').map(Number);
      wall[i]!.push(real! * 1000);
      cpu[i]!.push((user! + system!) * 1000);
    }
  }
  const rows = COMMANDS.map(([what], i) => {
    const times = wall[i]!.sort((a, b) => a - b);
    const cpus = cpu[i]!.sort((a, b) => a - b);
    return [what, times[0]!, times[rounds >> 1]!, cpus[rounds >> 1]!].map((each) =>
      typeof each === 'number' ? each.toFixed(0) : each,
    );
  });
  return table(TIMES, rows, look);
}

/** What `npm install eventmill` brings, on this platform. */
export function installSize(look: Look): string {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { encoding: 'utf8' });
  const folders = listed
    .trim()
    .split('\n')
    .slice(1)
    .filter((path) => path.includes('node_modules'));
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  });
  const [{ unpackedSize }] = JSON.parse(packed) as [{ unpackedSize: number }];
  const sizes = folders.map((path) => ({ path, bytes: bytesOf(path) })).sort((a, b) => b.bytes - a.bytes);
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const rows = [
    ['eventmill itself', '1', megabytes(unpackedSize)],
    ['asked for in package.json', String(Object.keys(dependencies).length), ''],
    ['with all that those ask for', String(folders.length), megabytes(all)],
    ...sizes
      .slice(0, 6)
      .map(({ path, bytes }) => [
        `  ${path.slice(path.lastIndexOf('node_modules/') + 13)}`,
        '',
        megabytes(bytes),
      ]),
  ];
  return table(SIZES, rows, look);
}

/** Without the packages that lie in a folder of its own. */
function bytesOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === 'node_modules' ? 0 : bytesOf(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}
