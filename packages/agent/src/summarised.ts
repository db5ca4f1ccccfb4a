import type { MessageDto } from '@atelier/contracts/messages';
import type { Part, SummaryPart } from '@atelier/contracts/parts';

/** A turn of the conversation, as far as a model is concerned. */
export type Turn = Pick<MessageDto, 'role' | 'parts' | 'seq'>;

export interface Remembered {
  readonly conversation: readonly Turn[];
  readonly answer: readonly Part[];
  /** What stands for all that is left out; null: nothing is. */
  readonly summary: string | null;
}

/** The conversation without what the latest summary in it stands for. */
export function withoutSummarised(conversation: readonly Turn[], answer: readonly Part[]): Remembered {
  const own = answer.findLast(isSummary);
  if (own) {
    const kept = conversation.filter(({ seq }) => seq > own.upTo.seq);
    return { conversation: kept, answer: after(answer, own), summary: own.text };
  }
  const index = conversation.findLastIndex(({ parts }) => parts.some(isSummary));
  const summary = conversation[index]?.parts.findLast(isSummary);
  if (!summary) return { conversation, answer, summary: null };
  const kept = conversation.flatMap((turn, at) => {
    if (turn.seq <= summary.upTo.seq) return [];
    return [at === index ? { ...turn, parts: [...after(turn.parts, summary)] } : turn];
  });
  return { conversation: kept, answer, summary: summary.text };
}

function isSummary(part: Part): part is SummaryPart {
  return part.type === 'summary';
}

function after(parts: readonly Part[], { upTo: { step } }: SummaryPart): readonly Part[] {
  return step === null ? parts : parts.filter((part) => stepOf(part) > step);
}

/** Which model call made a part; what no call made comes before all of them. */
export function stepOf(part: Part): number {
  return 'step' in part ? (part.step ?? 0) : -1;
}
