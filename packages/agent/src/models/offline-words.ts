import type { ToolResult } from '../ports.ts';

const howToAddAModel = `To talk with a real one, stop Atelier and start it with a provider, for example:

\`\`\`sh
OPENAI_BASE_URL=https://api.openai.com/v1 OPENAI_API_KEY=your-key MODEL=gpt-5-mini npm start
\`\`\`

Any server that speaks OpenAI's protocol will do, one on your own machine too.`;

const commands = `- \`list files\`, or \`list files in src\`
- \`read notes.md\`
- \`write notes.md: what is to be in it\`
- \`edit notes.md: replace old words with new words\`
- \`find *.md\` for names, \`search TODO\` for content
- \`run npm test\`, or any other command, where there is a sandbox
- \`ask me which colour | red | blue\`
- \`todo: first thing; second thing\`
- \`delegate: list files\`, or any other command, to a sub-agent
- \`count to 20\`, \`think about something\`, \`help\``;

export const whatItUnderstands = `I am the **offline model**: not a language model, only a reader of plain commands. I understand:

${commands}

${howToAddAModel}`;

export const notALanguageModel = `I am the **offline model**. I am not a language model, so I cannot talk about that; but I can work with this session's files by plain commands:

${commands}

${howToAddAModel}`;

export function countTo(n: number): string {
  return Array.from({ length: n }, (_, index) => String(index + 1)).join(' ');
}

export function thinkAbout(topic: string): string {
  return `Somebody wants me to think about ${topic.slice(0, 200)}. I am not a language model, so there is little to think with. I shall say so.`;
}

/** What came out of a call, in words. */
export function sayResult({ name, output, isError }: ToolResult): string {
  if (isError) return `That did not work: ${output}`;
  switch (name) {
    case 'list_files':
      return output.startsWith('There are no')
        ? 'The workspace is empty. Try `write notes.md: hello`.'
        : `These are the files:\n\n${fenced(output)}`;
    case 'run_command':
      return output === '' ? 'It ran, and wrote nothing.' : `This is what it wrote:\n\n${fenced(output)}`;
    case 'ask_user':
      return `You said: ${output}`;
    case 'read_file':
      return `This is what it says:\n\n${fenced(output)}`;
    case 'find_files':
    case 'search_files':
      return `Found:\n\n${fenced(output)}`;
    default:
      return `Done. ${output}`;
  }
}

function fenced(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length + 1);
  const fence = '`'.repeat(Math.max(3, ...runs));
  const shown = text.length > 4000 ? `${text.slice(0, 4000)}\n…` : text;
  return `${fence}\n${shown}\n${fence}`;
}
