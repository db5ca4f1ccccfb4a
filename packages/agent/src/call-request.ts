import type { EventBody } from '@atelier/contracts/events';
import type { ProviderData } from '@atelier/contracts/models';
import type { ToolPart } from '@atelier/contracts/parts';
import * as z from 'zod';
import type { AnyTool, PreparedCall } from './ports.ts';
import type { StepContext } from './run-agent.ts';

/** A call as a model asks for it. */
export interface CallRequest {
  readonly callId: string;
  readonly name: string;
  readonly inputText: string;
  readonly providerData?: ProviderData;
}

export type PreparedRequest =
  | { readonly kind: 'ready'; readonly tool: AnyTool; readonly call: PreparedCall }
  | { readonly kind: 'refused'; readonly reason: string; readonly isInvalidJson: boolean };

/** The call with its arguments checked, or what the model is to be told of it. */
export function prepareCall(tools: readonly AnyTool[], request: CallRequest): PreparedRequest {
  const tool = tools.find((candidate) => candidate.name === request.name);
  if (!tool) {
    return refused(`There is no tool ${request.name}. The tools are: ${tools.map(({ name }) => name).join(', ')}.`);
  }
  let input: unknown;
  try {
    input = JSON.parse(request.inputText === '' ? '{}' : request.inputText);
  } catch {
    const reason = 'The arguments are not valid JSON. Call the tool again with correct arguments.';
    return { kind: 'refused', reason, isInvalidJson: true };
  }
  try {
    return { kind: 'ready', tool, call: tool.prepare(input) };
  } catch (error) {
    if (error instanceof z.ZodError) return refused(`The arguments do not fit:\n${z.prettifyError(error)}`);
    throw error;
  }
}

export function refused(reason: string): Extract<PreparedRequest, { kind: 'refused' }> {
  return { kind: 'refused', reason, isInvalidJson: false };
}

/** What the log says of calls before anything is done for them: whoever takes the run over makes them, asking nobody. */
export function plannedEntries(context: StepContext, requests: readonly CallRequest[]): readonly EventBody[] {
  const { messageId, step, tools } = context;
  return requests.map((request) => {
    const { callId, inputText, providerData } = request;
    const name = request.name.slice(0, 64);
    const prepared = prepareCall(tools, request);
    const title = prepared.kind === 'ready' ? prepared.call.title.slice(0, 200) : name;
    const data = providerData ? { providerData } : {};
    return { type: 'tool.planned', messageId, step, callId, name, title, inputText, ...data };
  });
}

/** The calls that are still to be made, or wait for a person, in their order. */
export function undone(parts: StepContext['parts']): readonly ToolPart[] {
  return parts.filter(
    (part): part is ToolPart => part.type === 'tool' && (part.state === 'planned' || part.state === 'waiting'),
  );
}
