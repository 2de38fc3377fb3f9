import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTextfile } from '../../../src/metrics/textfile.js';
import { snapshot } from '../../support/snapshots.js';

it('is whole at every moment, and no other *.prom stands beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventmill-textfile-'));
  const path = join(folder, 'eventmill.prom');
  const file = await openTextfile(path);
  await file.update(snapshot([{ acked: 0 }]));
  for (let acked = 1; acked <= 20; acked++) {
    const writing = file.update(snapshot([{ acked }]));
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`fate="acked"\\} ${acked - 1}\n[\\s\\S]+\n$`));
    expect(readdirSync(folder).filter((name) => name.endsWith('.prom'))).toEqual(['eventmill.prom']);
    await writing;
  }
  expect(readdirSync(folder)).toEqual(['eventmill.prom']);
  expect(readFileSync(path, 'utf8')).not.toMatch(/^(process|nodejs)_/m);
});

it('names its own flag when it cannot be written', async () => {
  await expect(openTextfile('/nowhere/eventmill.prom')).rejects.toMatchObject({
    code: 'NOT_WRITABLE',
    message: expect.stringMatching(
      /^--metrics-file \/nowhere\/eventmill\.prom: expected .*folder does not exist/,
    ),
  });
});
