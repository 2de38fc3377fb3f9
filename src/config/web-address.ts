/** The address of something that speaks HTTP, such as https://user:password@host:9091/path. */
import { expected } from '../units.js';
import type { Format } from './formats.js';

const TAKES = 'an address such as http://localhost:9091';

export const webAddress: Format<string> = {
  takes: TAKES,
  parse(raw) {
    const text = typeof raw === 'string' ? raw.trim() : '';
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const got = typeof raw === 'string' ? hidden(raw) : raw;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
      return expected(TAKES, got);
    if (url.search !== '' || url.hash !== '') return expected(`${TAKES}, without ? and #`, got);
    if (!decodable(url.username) || !decodable(url.password))
      return expected(TAKES, got, 'write a % in user or password as %25');
    return { value: text };
  },
};

/** What may be a password is not for a screen or a log. */
function hidden(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, '$1…@');
}

function decodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
