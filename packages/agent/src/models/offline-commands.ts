import { countTo, notALanguageModel, thinkAbout, whatItUnderstands } from './offline-words.ts';

/** A tool the offline model calls, with its arguments. */
export interface OfflineCall {
  readonly name: string;
  readonly input: object;
}

interface Command {
  readonly reasoning: string;
  readonly text: string;
  readonly call: OfflineCall | null;
}

type Rule = readonly [pattern: RegExp, read: (match: RegExpExecArray) => Command];

function call(text: string, name: string, input: object): Command {
  return { reasoning: `The command asks for ${name}.`, text, call: { name, input } };
}

function say(text: string, reasoning = ''): Command {
  return { reasoning, text, call: null };
}

/** "[x] thing" or "done thing": a thing that is ticked off. */
const doneMark = /^(?:\[x\]\s*|done\s+)(?=\S)/i;

/** Tried in order; the first that fits is the command. */
const rules: readonly Rule[] = [
  [/^(help|\?|what can you do.*|hilfe)$/i, () => say(whatItUnderstands)],
  [
    /^(?:run\s|execute\s|\$)(?<command>[\s\S]+)$/i,
    ({ groups }) => call('I run it.\n', 'run_command', { command: unfenced(groups?.command ?? '').trim() }),
  ],
  [
    /^ask me(?<words>[\s:][\s\S]+)$/i,
    ({ groups }) => {
      const [text = '', ...choices] = (groups?.words ?? '').split('|').map((words) => words.replace(/^:/, '').trim());
      return call('I ask.\n', 'ask_user', { text, choices: choices.filter((choice) => choice !== '') });
    },
  ],
  [
    /^(?:list|show)(?: all)?(?: the| my)? files(?: (?:in|of|under) (?<dir>\S+))?$|^ls(?: (?<ls>\S+))?$/i,
    ({ groups }) => call('I look at the files.\n', 'list_files', { path: groups?.dir ?? groups?.ls ?? '' }),
  ],
  [
    /^(?:write|create|save)(?: (?:a |the )?file)? (?<path>[^\s:]+)\s*:\s?(?<text>[\s\S]+)$/i,
    ({ groups }) => {
      const path = groups?.path ?? '';
      return call(`I write \`${path}\`.\n`, 'write_file', { path, text: unfenced(groups?.text ?? '') });
    },
  ],
  [
    /^(?:edit|change|in)(?: (?:the )?file)? (?<path>[^\s:]+)(?:\s*:)?\s+replace (?<old>[\s\S]+?) (?:with|by) (?<new>[\s\S]*)$/i,
    ({ groups }) => {
      const path = groups?.path ?? '';
      return call(`I edit \`${path}\`.\n`, 'edit_file', {
        path,
        oldText: unquoted(groups?.old ?? ''),
        newText: unquoted(groups?.new ?? ''),
      });
    },
  ],
  [
    /^(?:find|look for)(?: files?)? (?<glob>[^\s*?.]*[*?.]\S*)$/i,
    ({ groups }) => call('I look for files of that name.\n', 'find_files', { pattern: groups?.glob ?? '' }),
  ],
  [
    /^(?:search|grep|find)(?: for)? (?<text>.+?)(?: in (?<dir>\S+))?$/i,
    ({ groups }) =>
      call('I search the files.\n', 'search_files', {
        text: unquoted(groups?.text ?? ''),
        ...(groups?.dir ? { path: groups.dir } : {}),
      }),
  ],
  [
    /^delegate[\s:]+(?<goal>[^\s:][\s\S]*)$/i,
    ({ groups }) => call('I have it done.\n', 'run_subagent', { goal: groups?.goal?.trim() ?? '' }),
  ],
  // In a check, what it looks at comes behind the first line.
  [
    /^verdict (?<word>pass|fail)(?:[ \t]*:)?[ \t]*(?<reason>[^\n]*)/i,
    ({ groups }) =>
      call('I decide.\n', 'verdict', {
        pass: groups?.word?.toLowerCase() === 'pass',
        reason: groups?.reason?.trim() || 'I was told to say so.',
      }),
  ],
  [
    /^todos?\s*:(?<items>[\s\S]+)$/i,
    ({ groups }) =>
      call('I note that down.\n', 'update_todos', {
        items: (groups?.items ?? '')
          .split(/[;\n]/)
          .map((text) => text.trim())
          .filter((text) => text !== '')
          .map((text) => ({
            text: text.replace(doneMark, ''),
            state: doneMark.test(text) ? 'done' : 'open',
          })),
      }),
  ],
  [
    /^(?:read|open|cat|show)(?: (?:the )?file)? (?<path>\S+)$/i,
    ({ groups }) => call('I read it.\n', 'read_file', { path: groups?.path ?? '' }),
  ],
  [/^count(?: up)? to (?<n>[1-9]\d{0,3})$/i, ({ groups }) => say(countTo(Number(groups?.n ?? 1)))],
  [/^think about (?<topic>[\s\S]+)$/i, ({ groups }) => say(notALanguageModel, thinkAbout(groups?.topic ?? ''))],
];

/** The command in a person's words. Anything it does not know gets an answer that says what it is. */
export function readCommand(question: string): Command {
  const text = question.trim();
  for (const [pattern, read] of rules) {
    const match = pattern.exec(text);
    if (match) return read(match);
  }
  return say(notALanguageModel);
}

function unfenced(text: string): string {
  return /^\s*```[^\n]*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text;
}

function unquoted(text: string): string {
  return /^(["'`])([\s\S]*)\1$/.exec(text.trim())?.[2] ?? text.trim();
}
