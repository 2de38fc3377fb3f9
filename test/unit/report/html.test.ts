import { describe, expect, it } from 'vitest';
import { html, trusted } from '../../../src/report/html.js';

describe('a template', () => {
  it('escapes whatever is not markup', () => {
    const name = `<img src=x onerror="alert('1')">&`;
    expect(`${html`<p title="${name}">${name}</p>`}`).not.toMatch(/<img|"alert|'1'/);
    expect(`${html`${name}`}`).toBe('&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;');
  });

  it('leaves markup of its own as it is, and joins lists', () => {
    expect(`${html`<ul>${['a', '<b>'].map((one) => html`<li>${one}</li>`)}</ul>`}`).toBe(
      '<ul><li>a</li><li>&#60;b&#62;</li></ul>',
    );
    expect(`${html`<style>${trusted('a > b {}')}</style>${3}${[['x'], []]}`}`).toBe(
      '<style>a > b {}</style>3x',
    );
  });

  it('shows control characters as what they are not', () => {
    expect(`${html`${'a\u0000b\u001b[31m\tc\n'}`}`).toBe('a\ufffdb\ufffd[31m\tc\n');
  });
});
