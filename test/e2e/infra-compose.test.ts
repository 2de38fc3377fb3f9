/** What docker-compose.yml and the Dockerfile start, as far as it can be judged without Docker. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needs } from '../support/tiers.js';
import { run } from '../support/tools.js';
import { dockerCompose } from '../support/tools-monitoring.js';

const compose = readFileSync('docker-compose.yml', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');
const ignored = readFileSync('.dockerignore', 'utf8').split('\n');

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found]) => found!);
}

describe('docker-compose.yml', () => {
  test('names every image with a version, as does the Dockerfile', () => {
    const images = [...all(compose, /^\s+image: (\S+)/gm), ...all(dockerfile, /^FROM (\S+)/gm)];
    const foreign = images.filter((image) => image !== 'eventmill:local');
    expect(foreign).toHaveLength(5);
    for (const image of foreign) expect(image).toMatch(/:v?\d+\.\d+/);
  });

  test('opens ports to this machine only', () => {
    const ports = all(compose, /^\s+- (\S*\d+:\d+)$/gm);
    expect(ports).toHaveLength(4);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('mounts files that are there', () => {
    const mounts = all(compose, /^\s+- (\.\/[^:]+):/gm);
    expect(mounts).toHaveLength(3);
    expect(mounts.filter((mount) => !existsSync(mount))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  test('copies what is there and what .dockerignore lets through', () => {
    const copied = all(dockerfile, /^COPY (?!--from)(.+) \S+$/gm).flatMap((paths) => paths.split(' '));
    expect(copied.length).toBeGreaterThan(4);
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect(copied.filter((path) => !ignored.includes(`!${path}`))).toEqual([]);
  });

  test('runs as a user without rights and says whether it is well', () => {
    expect(dockerfile.lastIndexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('FROM'));
    expect(dockerfile).toMatch(/HEALTHCHECK[\s\S]+\/healthz/);
  });
});

await needs([dockerCompose], () => {
  test('docker-compose takes docker-compose.yml', async () => {
    const { code, stderr } = await run('docker-compose', ['-f', 'docker-compose.yml', 'config', '--quiet']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});
