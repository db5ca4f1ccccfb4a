import type { ToolPart } from '@atelier/contracts/parts';
import i18next from 'i18next';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { beforeAll, expect, test } from 'vitest';
import { hostileTexts, vectors } from '../../test/hostile-markdown.ts';
import { en } from '../i18n/en.ts';
import { laterEn } from '../i18n/later.en.ts';
import { visibleText } from '../platform/visible-text.ts';
import { ApprovalCard } from './approval-card.tsx';
import { Markdown } from './markdown.tsx';
import { Notice } from './notice.tsx';
import { QuestionCard } from './question-card.tsx';
import { ReasoningBlock } from './reasoning-block.tsx';
import { ToolGroup } from './tool-card.tsx';
import { ToolDetails } from './tool-details.tsx';
import { UserBubble } from './user-bubble.tsx';

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: { translation: { ...en, ...laterEn } } },
    interpolation: { escapeValue: false },
  });
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[^\s=<>"]+(?:="[^"<>]*")?)*)\s*\/?>/g;

/** What React wrote. It escapes every < of a text or an attribute: whatever is left of one once tags are taken out is a fault. */
function elementsIn(markup: string): readonly Element[] {
  expect(markup.replaceAll(tag, '')).not.toMatch(/[<>]/);
  return [...markup.matchAll(tag)].flatMap(([, slash, name = '', attributes = '']) => {
    if (slash) return [];
    const pairs = [...attributes.matchAll(/\s([^\s=]+)(?:="([^"]*)")?/g)];
    return [{ name, attributes: Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, decoded(value)])) }];
  });
}

function decoded(text: string): string {
  const named = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'", '&amp;': '&' };
  return Object.entries(named).reduce((rest, [entity, character]) => rest.replaceAll(entity, character), text);
}

function textIn(markup: string): string {
  return decoded(markup.replaceAll(tag, ''));
}

/** Everything that an answer may consist of, with all it may say about itself. What is not listed here is a fault. */
const ours = ['class', 'dir', 'type', 'tabindex', 'aria-label', 'aria-pressed', 'aria-hidden', 'title', 'role'];
const drawing = ['width', 'height', 'viewBox', 'fill', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin'];
const allowed: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    'p strong em del br hr ul li h1 h2 h3 h4 h5 h6 sup thead tbody tr'.split(' ').map((n) => [n, ['class']]),
  ),
  ...Object.fromEntries('div span figure figcaption button code pre table blockquote'.split(' ').map((n) => [n, ours])),
  ...Object.fromEntries(
    'path circle rect line polyline'
      .split(' ')
      .map((n) => [n, ['d', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'r', 'cx', 'cy', 'rx', 'ry', 'points', ...drawing]]),
  ),
  svg: ['xmlns', 'class', 'aria-hidden', ...drawing],
  a: ['href', 'target', 'rel'],
  ol: ['start', 'class'],
  th: ['style'],
  td: ['style'],
  section: ['class', 'data-footnotes'],
  input: ['type', 'disabled', 'checked'],
};

/** What is wrong with it; empty is right. */
function faultsIn(markup: string): readonly string[] {
  return elementsIn(markup).flatMap(({ name, attributes }) => {
    const known = allowed[name];
    if (!known) return [`<${name}>`];
    return Object.entries(attributes).flatMap(([key, value]) => {
      if (!known.includes(key)) return [`<${name} ${key}>`];
      if (key === 'style' && !/^text-align:(left|center|right)$/.test(value)) return [`<${name} style="${value}">`];
      if (key === 'href' && !isHarmless(value)) return [`<${name} href="${value}">`];
      return key === 'target' && !attributes.rel?.includes('noopener') ? [`<${name}> without noopener`] : [];
    });
  });
}

/** As a browser reads it: control characters and spaces inside of a scheme do not count. */
function isHarmless(url: string): boolean {
  const [, scheme] = /^([^/?#:]*):/.exec(url.replaceAll(/\p{Cc}| /gu, '')) ?? [];
  return scheme === undefined || ['http', 'https', 'mailto', 'irc', 'ircs', 'xmpp'].includes(scheme.toLowerCase());
}

const answer = (text: string, isStreaming: boolean) =>
  renderToStaticMarkup(createElement(Markdown, { text, isStreaming }));

test('there are enough of them', () => {
  expect(new Set(hostileTexts).size).toBeGreaterThanOrEqual(300);
});

test('AT-24: a hostile answer is text, and its words stay readable', { timeout: 120_000 }, () => {
  for (const text of hostileTexts) {
    expect({ text, faults: faultsIn(answer(text, false)) }).toEqual({ text, faults: [] });
  }
  expect(textIn(answer('before <script>pwned()</script> after', false))).toContain('<script>pwned()</script>');
});

test('AT-68: no beginning of a hostile answer shows what the whole would not', { timeout: 120_000 }, () => {
  for (const [index, text] of hostileTexts.entries()) {
    // The vectors themselves at every character; where they stand among others, at some, from another place each time.
    const step = index < vectors.length ? 1 : 19;
    for (let end = 1 + (index % step); end <= text.length; end += step) {
      const beginning = text.slice(0, end);
      const faults = faultsIn(answer(beginning, true));
      if (faults.length > 0) expect({ beginning, faults }).toEqual({ beginning, faults: [] });
    }
  }
});

const tool: ToolPart = {
  type: 'tool',
  callId: 'call',
  step: 0,
  name: 'read_file',
  title: 'words',
  inputText: 'words',
  output: 'words',
  state: 'succeeded',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:01.000Z',
};
const at = '2026-01-01T00:00:00.000Z';
const file = { uploadId: 'id', size: 1 };
const nothing = () => undefined;
const asked = { reason: '', isBusy: false, onApprove: nothing, onDeny: nothing };

/** What a person decides by also shows what leaves no mark. */
const isDecidedBy = (what: string) =>
  ['the title of a call', 'half the arguments of a call', 'what leave is asked for'].includes(what);

test.each<[string, (text: string) => ReactNode]>([
  ['what a person wrote', (text) => createElement(UserBubble, { text, files: [] })],
  ['the name of a file', (name) => createElement(UserBubble, { text: '', files: [{ ...file, name }] })],
  ['a notice', (text) => createElement(Notice, { kind: 'retrying', text })],
  ['reasoning', (text) => createElement(ReasoningBlock, { text, startedAt: at, endedAt: null })],
  ['the title of a call', (title) => createElement(ToolGroup, { tools: [{ ...tool, title }] })],
  ['the name of a tool', (name) => createElement(ToolGroup, { tools: [{ ...tool, name, title: '' }] })],
  ['half the arguments of a call', (inputText) => createElement(ToolDetails, { tool: { ...tool, inputText } })],
  ['what leave is asked for', (title) => createElement(ApprovalCard, { ...asked, tool: { ...tool, title } })],
  ['why leave is asked', (reason) => createElement(ApprovalCard, { ...asked, tool, reason })],
  [
    'a question and its choices',
    (text) => createElement(QuestionCard, { question: { text, choices: [text] }, isBusy: false, onAnswer: nothing }),
  ],
  ['the output of a call', (output) => createElement(ToolDetails, { tool: { ...tool, output } })],
])('AT-24: %s is shown as it is, and makes no element', (what, draw) => {
  const shape = (markup: string) => elementsIn(markup).map(({ name, attributes }) => [name, Object.keys(attributes)]);
  const harmless = shape(renderToStaticMarkup(draw('words')));
  for (const text of hostileTexts) {
    const markup = renderToStaticMarkup(draw(text));
    expect({ text, shape: shape(markup) }).toEqual({ text, shape: harmless });
    expect(textIn(markup)).toContain(isDecidedBy(what) ? visibleText(text) : text);
  }
});

test('a command that leave is asked for does not read as another', () => {
  const inputText = JSON.stringify({ command: 'npm test \u202e# a mr ;' });
  const shown = renderToStaticMarkup(
    createElement(ApprovalCard, { ...asked, tool: { ...tool, title: 'x\u202e', inputText } }),
  );
  expect(shown).toContain('npm test \\u{202E}# a mr ;');
  expect(shown).not.toContain('\u202e');
});
