/** The command line as built: what it prints, where, and how it ends. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { describe, expect, it, test } from 'vitest';
import { cliPath, eventmill } from '../support/tools-cli.js';

const COMMANDS = ['demo', 'run', 'console', 'sandbox', 'sample', 'list', 'tail'];

describe('help', () => {
  it.each(COMMANDS)('of %s is on standard output, with 0', async (command) => {
    const { code, stdout, stderr } = await eventmill([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Examples:');
  });

  it('goes to standard error, with 2, for whoever asks for nothing', async () => {
    const { code, stdout, stderr } = await eventmill([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Commands:');
  });

  test('comes in less than 300 ms, or five times what node itself takes', () => {
    const milliseconds = (args: string[]) => {
      const begin = performance.now();
      expect(spawnSync(process.execPath, args).status).toBe(0);
      return performance.now() - begin;
    };
    // The best of several: the machine may be busy, and this is about how much is loaded.
    const best = (args: string[]) => Math.min(...Array.from({ length: 7 }, () => milliseconds(args)));
    const node = best(['-e', '0']);
    const help = best([cliPath(), '--help']);
    expect(help).toBeLessThan(Math.max(300, 5 * node));
    expect(help).toBeLessThan(5 * node);
  });

  it('has the version of package.json', async () => {
    const { default: manifest } = (await import('../../package.json', { with: { type: 'json' } })) as {
      default: { version: string };
    };
    expect((await eventmill(['--version'])).stdout).toBe(`${manifest.version}\n`);
  });
});

describe('a mistake ends with 2, in one line each on standard error, without a stack', () => {
  it.each([
    [['rnu'], 'did you mean run?'],
    [['run', '--rat', '5/s'], 'did you mean --rate?'],
    [['run', 'dmeo'], 'nearest: demo'],
    [['run', '--profile', 'durabel'], 'nearest: durable'],
    [['run', '--set', 'lingerMs=soon'], 'lingerMs'],
    [['run', '--set', 'linger=5'], 'nearest: lingerMs'],
    [['run', '--duration', '5'], 'add a unit: 5s or 5ms'],
    [['run', '--count', '-3'], '--count'],
    [['run', '--driver', 'kafk'], 'nearest: kafka'],
    [['run', '--partitions', '0'], '--partitions'],
    [['run', '--topic', 'stock=not/a/topic'], 'not/a/topic'],
    [['run', '--brokers', 'localhost'], 'add the port: localhost:9092'],
    [['run', '--workers', '0'], 'expected an integer from 1 to 1024'],
    [['run', '--shard', '4/4'], 'the last one is 3/4'],
    [['run', '--sandbox-fault', 'produce:dely=5ms', '--metrics-port', 'off'], 'dely'],
    [['run', '--summary', '/nonexistent/out.json'], 'its folder does not exist'],
    [['sample', 'pizzza'], 'Did you mean pizza?'],
    [['sample', './nowhere.ts'], 'there is no file'],
    [['list', 'profile'], 'did you mean profiles?'],
    [['sandbox', '--port', '99999'], '--port'],
    [['tail', 'x', '--from', 'somewhere'], '--from'],
  ])('%j', async (words, hint) => {
    const { code, stdout, stderr } = await eventmill(words);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^error: /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('a broker that cannot be reached', async () => {
    const { code, stderr } = await eventmill([
      'run',
      'smoke',
      '--brokers',
      '127.0.0.1:1',
      '--metrics-port',
      'off',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*127\.0\.0\.1:1.*--brokers.*\n$/);
  });

  it('a port in use', async () => {
    const server = await occupied();
    const { port } = server.address() as { port: number };
    try {
      for (const words of [
        ['run', 'smoke', '--metrics-port', String(port)],
        ['sandbox', '--port', String(port)],
      ]) {
        const { code, stderr } = await eventmill(words);
        expect(code).toBe(2);
        expect(stderr).toMatch(new RegExp(`^error: .*port ${port}.* in use.*\\n$`));
      }
    } finally {
      server.close();
    }
  });
});

function occupied(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

describe('a closed pipe ends it quietly', () => {
  it.each([
    'list',
    'sample stock --count 1000000',
    'run smoke --driver stdout --rate max --count 1000000 --metrics-port off --quiet',
    'run demo --duration 0 --metrics-port off',
  ])('%s, of which one chunk is read', async (words) => {
    const child = spawn(process.execPath, [cliPath(), ...words.split(' ')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const ended = once(child, 'exit');
    const limit = setTimeout(() => child.kill('SIGKILL'), 15_000);
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    expect(first.length).toBeGreaterThan(0);
    child.stdout.destroy();
    const [code] = (await ended) as [number | null];
    clearTimeout(limit);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
