import { Parser } from 'htmlparser2';

/** Deeper than any page for people. What is beyond is left out: looking for the tag that ends takes steps by the depth. */
const maxDepth = 500;

const skipped = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'svg',
  'math',
  'iframe',
  'object',
  'select',
  'nav',
]);
const blocks = new Set([
  ...['p', 'div', 'section', 'article', 'main', 'header', 'footer', 'aside', 'form', 'figure', 'figcaption', 'address'],
  ...['ul', 'ol', 'dl', 'dt', 'dd', 'table', 'thead', 'tbody', 'blockquote', 'details', 'summary', 'fieldset'],
]);
const marks: Readonly<Record<string, string>> = { b: '**', strong: '**', em: '_', i: '_', code: '`' };

export interface PageText {
  readonly title: string;
  readonly text: string;
}

/**
 * What a page of the web says, in Markdown: headings, lists, links, code and rows of tables, and nothing of scripts. Each
 * tag is read once, as it comes: a hostile page takes no longer than another of its length.
 */
export function pageText(html: string, address: string): PageText {
  const writer = new MarkdownWriter(address);
  let depth = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1;
      if (depth > maxDepth) parser.reset();
      else writer.open(name, attributes);
    },
    ontext: (text) => writer.text(text),
    onclosetag(name) {
      depth -= 1;
      writer.close(name);
    },
  });
  parser.write(html);
  parser.end();
  return writer.page;
}

class MarkdownWriter {
  readonly #address: string;
  readonly #pieces: string[] = [];
  readonly #links: { readonly href: string | null; readonly at: number }[] = [];
  #title = '';
  #isTitle = false;
  #skipping = 0;
  #preformatted = 0;
  #lists = 0;
  /** How many line breaks the end has; text that follows begins on a line of its own. */
  #breaks = 2;

  constructor(address: string) {
    this.#address = address;
  }

  get page(): PageText {
    return { title: this.#title.replace(/\s+/g, ' ').trim(), text: this.#pieces.join('').trim() };
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (skipped.has(name)) this.#skipping += 1;
    if (this.#skipping > 0) return;
    if (name === 'title') this.#isTitle = true;
    else if (/^h[1-6]$/.test(name)) this.#begin(2, `${'#'.repeat(Number(name[1]))} `);
    else if (name === 'li') this.#begin(1, `${'  '.repeat(Math.min(8, Math.max(0, this.#lists - 1)))}- `);
    else if (name === 'br') this.#break(1);
    else if (name === 'hr') this.#rule();
    else if (name === 'tr') this.#break(1);
    else if (name === 'td' || name === 'th') this.#write(this.#breaks > 0 ? '| ' : ' | ');
    else if (name === 'a') this.#links.push({ href: this.#absolute(attributes.href), at: this.#pieces.length });
    else if (name === 'img' && attributes.alt) this.#write(`[Image: ${attributes.alt.slice(0, 200)}]`);
    else if (name === 'pre') this.#openCode();
    else if (name in marks) this.#mark(name);
    else if (blocks.has(name)) this.#openBlock(name);
  }

  close(name: string): void {
    if (skipped.has(name)) this.#skipping = Math.max(0, this.#skipping - 1);
    if (this.#skipping > 0) return;
    if (name === 'title') this.#isTitle = false;
    else if (name === 'a') this.#closeLink();
    else if (name === 'pre') this.#closeCode();
    else if (name === 'ul' || name === 'ol') this.#closeList();
    else if (name in marks) this.#mark(name);
    else if (/^h[1-6]$/.test(name) || blocks.has(name)) this.#break(2);
  }

  text(text: string): void {
    if (this.#isTitle) this.#title = (this.#title + text).slice(0, 300);
    if (this.#skipping > 0 || this.#isTitle) return;
    const line = this.#preformatted > 0 ? text : text.replace(/\s+/g, ' ');
    this.#write(this.#breaks > 0 && this.#preformatted === 0 ? line.trimStart() : line);
  }

  #rule(): void {
    this.#begin(2, '---');
    this.#break(2);
  }

  #openBlock(name: string): void {
    if (name === 'ul' || name === 'ol') this.#lists += 1;
    this.#break(this.#lists > 0 ? 1 : 2);
    if (name === 'blockquote') this.#write('> ');
  }

  #closeList(): void {
    this.#lists = Math.max(0, this.#lists - 1);
    this.#break(this.#lists > 0 ? 1 : 2);
  }

  #openCode(): void {
    this.#begin(2, '```\n');
    this.#preformatted += 1;
  }

  #closeCode(): void {
    if (this.#preformatted === 0) return;
    this.#preformatted -= 1;
    this.#break(1);
    this.#begin(1, '```');
    this.#break(2);
  }

  #mark(name: string): void {
    // Between blanks a mark means nothing, and inside of code it would be taken for the code.
    if (this.#preformatted === 0) this.#write(marks[name] ?? '');
  }

  /** Text that leads somewhere is followed by where. */
  #closeLink(): void {
    const link = this.#links.pop();
    if (!link?.href) return;
    const words = this.#pieces.slice(link.at).join('').trim();
    if (words !== '' && words !== link.href) this.#write(` (${link.href})`);
  }

  #absolute(href: string | undefined): string | null {
    if (href === undefined || href.startsWith('#') || !URL.canParse(href, this.#address)) return null;
    const url = new URL(href, this.#address);
    return /^https?:$/.test(url.protocol) && url.href.length <= 500 ? url.href : null;
  }

  #begin(breaks: number, text: string): void {
    this.#break(breaks);
    this.#write(text);
    // What follows belongs on this line.
    if (!text.endsWith('\n')) this.#breaks = 0;
  }

  #break(count: number): void {
    if (this.#breaks >= count) return;
    this.#pieces.push('\n'.repeat(count - this.#breaks));
    this.#breaks = count;
  }

  #write(text: string): void {
    if (text === '') return;
    this.#pieces.push(text);
    const breaks = [...text.slice(-2)].reverse().findIndex((character) => character !== '\n');
    if (breaks >= 0) this.#breaks = breaks;
    else this.#breaks = Math.min(2, text.length === 1 ? this.#breaks + 1 : 2);
  }
}
