import { expect, test } from 'vitest';
import { run } from '../../../src/index.js';

const LOGIN =
  'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="sesame";';
const settings = {
  'security.protocol': 'SASL_PLAINTEXT',
  'sasl.mechanism': 'PLAIN',
  'sasl.jaas.config': LOGIN,
};

test('a program that gives settings and no broker is told, as the sandbox speaks plain text alone', async () => {
  await expect(run({ workload: 'smoke', security: settings })).rejects.toMatchObject({
    code: 'CONFIG',
    message: expect.stringMatching(/SASL_PLAINTEXT, and the sandbox speaks plain text alone/) as string,
  });
});

test('a program hears of all mistakes at once', async () => {
  const wrong = { ...settings, 'sasl.mechanism': 'GSSAPI', 'sasl.jaas.config': LOGIN.replace(';', '') };
  await expect(run({ workload: 'smoke', security: wrong })).rejects.toMatchObject({
    code: 'CONFIG',
    message: expect.stringMatching(
      /^security: sasl\.mechanism: expected one of .*\nsecurity: sasl\.jaas\.config: expected a semicolon/,
    ) as string,
  });
  await expect(run({ workload: 'smoke', security: 'nowhere.properties' })).rejects.toThrow(
    'nowhere.properties: there is no such file',
  );
});

test('a program is warned of what is not used', async () => {
  const warnings: string[] = [];
  const request = {
    workload: 'smoke',
    security: { ...settings, acks: 1 },
    warn: (text: string) => warnings.push(text),
  };
  await expect(run(request)).rejects.toThrow();
  expect(warnings).toEqual(['security: not used here: acks; profiles say how records are sent']);
});
