import { describe, expect, test } from 'vitest';
import { parseJaas } from '../../../src/security/jaas.js';

const NAME = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const options = (text: string) => Object.fromEntries(parseJaas(text).options);

describe('a login module', () => {
  test('has a class, a flag and options in double or single quotes, or bare', () => {
    const { name, options } = parseJaas(`${NAME} required username="al ice" password='p"w' realm=x.y-z_1;`);
    expect(name).toBe(NAME);
    expect(Object.fromEntries(options)).toEqual({ username: 'al ice', password: 'p"w', realm: 'x.y-z_1' });
  });

  test('may go without options, over several lines and with comments', () => {
    expect(options(`${NAME} Required;`)).toEqual({});
    expect(options(`// who\n${NAME} /* must */ required\n  username="a"\n  password="b"; // done`)).toEqual({
      username: 'a',
      password: 'b',
    });
  });

  test('has escapes in quotes, and signs there are no signs', () => {
    expect(options(`${NAME} required a="x\\"y\\\\z\\n\\101" b="a=b;c//d";`)).toEqual({
      a: 'x"y\\z\nA',
      b: 'a=b;c//d',
    });
  });
});

test.for([
  ['', 'expected the class of a login module first'],
  [`${NAME} username="u";`, 'expected a control flag such as "required"'],
  [`${NAME} required username="u"`, 'expected a semicolon (;) at the end'],
  [`${NAME} required username "u";`, 'expected = after username'],
  [`${NAME} required username=;`, 'expected a value for username'],
  [`${NAME} required password="sesame`, 'a quote is opened and never closed'],
  [`${NAME} required a="b"; ${NAME} required;`, 'expected one login module'],
  [`${NAME} required =b;`, 'expected the name of an option'],
] as const)('%s is answered with: %s', ([text, problem]) => {
  expect(() => parseJaas(text)).toThrow(problem);
});

test('no message repeats a value', () => {
  for (const text of [`${NAME} required password="sesame`, `${NAME} required password="sesame" x;`]) {
    expect(() => parseJaas(text)).toThrow(/^(?!.*sesame)/);
  }
});
