import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

/** What a server answered, as text. Pictures and sounds are named and not shown. */
export function resultText({ content, structuredContent }: CallToolResult): string {
  const texts = content.map(textOf).filter((text) => text !== '');
  if (texts.length === 0 && structuredContent) texts.push(JSON.stringify(structuredContent, null, 2));
  const text = texts.join('\n').replaceAll('\0', '').toWellFormed();
  return text === '' ? '[The answer is empty.]' : text;
}

function textOf(item: CallToolResult['content'][number]): string {
  switch (item.type) {
    case 'text':
      return item.text;
    case 'image':
    case 'audio':
      return `[${item.mimeType}, ${Buffer.byteLength(item.data, 'base64')} bytes, not shown]`;
    case 'resource_link':
      return `[${item.name}: ${item.uri}]`;
    case 'resource':
      return 'text' in item.resource
        ? item.resource.text
        : `[${item.resource.uri}, ${Buffer.byteLength(item.resource.blob, 'base64')} bytes, not shown]`;
  }
}
