import { marked } from 'marked';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remend from 'remend';
import { CodeBlock } from './code-block.tsx';
import { ImageNote } from './image-note.tsx';

const plugins = [remarkGfm];
const treePlugins = [() => removeNames];

const components: Components = {
  pre: ({ children }) => <>{children}</>,
  code({ className, children, node }) {
    const text = typeof children === 'string' ? children : '';
    const isBlock = className !== undefined || (node?.position?.start.line ?? 0) < (node?.position?.end.line ?? 0);
    if (!isBlock) return <code>{children}</code>;
    return <CodeBlock code={text.replace(/\n$/, '')} language={/language-(\S+)/.exec(className ?? '')?.[1] ?? ''} />;
  },
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow">
      {children}
    </a>
  ),
  // An image from elsewhere would tell its host who reads what, and when: it is a link until somebody follows it.
  img: ({ src, alt }) => <ImageNote src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="table-scroll" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

/**
 * The one renderer of what a model writes, for streaming and for history. A block is parsed again only when it changes,
 * so a long answer costs no more per word than a short one. HTML in it is shown as text, never as a page.
 */
export function Markdown({ text: latest, isStreaming }: { readonly text: string; readonly isStreaming: boolean }) {
  const openLength = useRef(0);
  const text = useSettled(latest, isStreaming ? openLength.current : 0);
  const blocks = useMemo(() => marked.lexer(text, { gfm: true }).map(({ raw }) => raw), [text]);
  openLength.current = blocks.at(-1)?.length ?? 0;
  return (
    <div dir="auto" className="markdown">
      {blocks.map((block, index) => {
        const isOpen = isStreaming && index === blocks.length - 1;
        // biome-ignore lint/suspicious/noArrayIndexKey: a stream only ever appends, a block keeps its place
        return <MarkdownBlock key={index} text={isOpen ? remend(block) : block} />;
      })}
    </div>
  );
}

/** From this length on a block that still grows is drawn less often: a long table costs its whole length each time. */
const longBlock = 6000;

/** The text, a little behind while its last block is long and still grows. */
function useSettled(latest: string, openLength: number): string {
  const [shown, setShown] = useState(latest);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const newest = useRef(latest);
  newest.current = latest;
  const isLong = openLength > longBlock;
  // What was seen last is where a long block goes on from: nothing on the page ever goes back.
  if (!isLong && shown !== latest) setShown(latest);
  useEffect(() => {
    if (!isLong || shown === latest || timer.current !== undefined) return;
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        setShown(newest.current);
      },
      Math.min(2000, openLength / 20),
    );
  }, [latest, shown, isLong, openLength]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return isLong ? shown : latest;
}

const MarkdownBlock = memo(function MarkdownBlock({ text }: { readonly text: string }) {
  return (
    <ReactMarkdown remarkPlugins={plugins} rehypePlugins={treePlugins} components={components}>
      {text}
    </ReactMarkdown>
  );
});

interface TreeNode {
  readonly type: string;
  readonly properties?: Record<string, unknown>;
  readonly children?: readonly TreeNode[];
}

/** Footnotes get ids from their names: an answer must not be able to name a place of the page, nor the same one twice. */
function removeNames({ properties, children }: TreeNode): void {
  if (properties) for (const name of ['id', 'name', 'ariaDescribedBy']) delete properties[name];
  for (const child of children ?? []) removeNames(child);
}
