import { describe, expect, test } from 'vitest';
import { pageText } from './page-text.ts';

const textOf = (html: string) => pageText(html, 'https://example.com/docs/a').text;

describe('a page', () => {
  test.each([
    ['<h1>One</h1><p>two</p><h3>three</h3>', '# One\n\ntwo\n\n### three'],
    ['<p>a <b>bold</b> and <em>slanted</em>\n  word', 'a **bold** and _slanted_ word'],
    ['<ul><li>one<li>two<ul><li>deep</ul></ul>after', '- one\n- two\n  - deep\n\nafter'],
    ['<pre>a\n  b</pre>after', '```\na\n  b\n```\n\nafter'],
    ['<table><tr><th>A<th>B<tr><td>1<td>2</table>', '| A | B\n| 1 | 2'],
    ['<a href="b?x=1">there</a>', 'there (https://example.com/docs/b?x=1)'],
    ['<a href="#part">here</a> <a href="javascript:alert(1)">run</a>', 'here run'],
    ['<a href="https://e.com/">https://e.com/</a>', 'https://e.com/'],
    ['<img src="x" alt="A cat"><img src="y">', '[Image: A cat]'],
    ['one<br>two<hr>three', 'one\ntwo\n\n---\n\nthree'],
    ['a &lt;b&gt; &amp;amp; &eacute;', 'a <b> &amp; é'],
  ])('%j is read as %j', (html, text) => {
    expect(textOf(html)).toBe(text);
  });

  test('has a title, and nothing of scripts, styles and menus', () => {
    const html =
      '<title>The\n title</title><style>p{}</style><nav>Menu</nav><p>words</p><script>alert("<p>x</p>")</script>';
    expect(pageText(html, 'https://e.com/')).toEqual({ title: 'The title', text: 'words' });
  });
});

// What grows with the square of the page would take minutes.
describe('a hostile page is done with soon', () => {
  const many = 200_000;
  test.each(
    Object.entries({
      deep: '<div>'.repeat(many),
      'deep and never closed': `${'<div>'.repeat(400)}${'</b>'.repeat(many)}`,
      wide: '<p>x</p>'.repeat(many),
      attributes: `<a ${'x="1" '.repeat(many)}>`,
      'only beginnings': '<'.repeat(2_000_000),
      cells: `<table><tr>${'<td>x'.repeat(many)}`,
      links: '<a href=/x>y'.repeat(many),
      lists: '<ul><li>'.repeat(many),
      blanks: ' \n'.repeat(1_000_000),
    }),
  )('%s', (_name, html) => {
    const startedAt = performance.now();
    textOf(html);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});
