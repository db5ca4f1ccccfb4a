import type { Clock } from '@atelier/kernel/clock';
import type { Model, ModelPart, ModelRequest, PromptMessage } from '../ports.ts';
import { attachmentLead, continueInstruction } from '../prompt.ts';
import { type OfflineCall, readCommand } from './offline-commands.ts';
import { sayResult } from './offline-words.ts';

export interface OfflineOptions {
  readonly clock: Clock;
  /** Pause between words. */
  readonly wordMs: number;
}

/** A reply of the offline model, before it is cut into pieces. */
interface Reply {
  readonly reasoning: string;
  readonly text: string;
  readonly call: OfflineCall | null;
}

/**
 * Answers when no provider is set. It is not a language model and says so: it understands plain commands, and drives
 * the same tools by the same protocol, so that everything around the model can be used and tested without one.
 */
export function createOfflineModel(options: OfflineOptions): Model {
  return {
    id: 'offline',
    label: 'Offline model',
    isOffline: true,
    provider: { id: 'offline', name: 'Atelier' },
    features: { tools: true, images: false, reasoning: true },
    contextWindow: null,
    price: { input: 0, output: 0, cachedInput: null },
    stream: (request) => stream(options, request),
  };
}

async function* stream(options: OfflineOptions, request: ModelRequest): AsyncGenerator<ModelPart, void> {
  const { reasoning, text, call } = replyTo(request.messages);
  const written = writtenSoFar(request.messages);
  // Asked to go on: the reply is the same each time it is computed, so what is written is a prefix of it.
  const rest = text.startsWith(written) ? text.slice(written.length) : text;
  let words = 0;
  if (written === '') {
    for (const piece of pieces(reasoning)) yield await paced({ type: 'reasoning', text: piece });
  }
  for (const piece of pieces(rest)) yield await paced({ type: 'text', text: piece });
  if (call) {
    const callId = `call-${request.messages.length}`;
    const inputText = JSON.stringify(call.input);
    for (let at = 0; at < inputText.length; at += 24) {
      yield await paced({ type: 'tool_input', callId, name: call.name, text: inputText.slice(at, at + 24) });
    }
    yield { type: 'tool_call', callId, name: call.name, inputText };
  }
  const inputTokens = Math.ceil(JSON.stringify(request.messages).length / 4);
  yield { type: 'finish', usage: { inputTokens, outputTokens: words, cost: 0 } };

  async function paced(part: ModelPart): Promise<ModelPart> {
    words += 1;
    if (options.wordMs > 0) await options.clock.sleep(options.wordMs, request.signal);
    request.signal.throwIfAborted();
    return part;
  }
}

/** Words with the blanks that follow them. */
function pieces(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function replyTo(messages: readonly PromptMessage[]): Reply {
  const turn = currentTurn(messages);
  const results = turn.after.flatMap((message) => (message.role === 'tool' ? message.results : []));
  const last = results.at(-1);
  if (last) return { reasoning: '', text: sayResult(last), call: null };
  return readCommand(withoutAttachments(turn.question));
}

/** A command is what the person typed; what hangs on it lies in the workspace and is not part of it. */
function withoutAttachments(question: string): string {
  const start = question.startsWith(attachmentLead) ? 0 : question.indexOf(`\n\n${attachmentLead}`);
  return start === -1 ? question : question.slice(0, start);
}

/** The person's last words, and what has happened since; the instruction to continue is not theirs. */
function currentTurn(messages: readonly PromptMessage[]) {
  const index = messages.findLastIndex((message) => message.role === 'user' && message.text !== continueInstruction);
  const message = messages[index];
  return { question: message?.role === 'user' ? message.text : '', after: messages.slice(index + 1) };
}

/** The text of a broken answer that is to be continued. */
function writtenSoFar(messages: readonly PromptMessage[]): string {
  const last = messages.at(-1);
  if (last?.role !== 'user' || last.text !== continueInstruction) return '';
  const { after } = currentTurn(messages);
  const lastTool = after.findLastIndex((message) => message.role === 'tool');
  return after
    .slice(lastTool + 1)
    .flatMap((message) => (message.role === 'assistant' ? message.content : []))
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('');
}
