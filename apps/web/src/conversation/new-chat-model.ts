import { type ChosenModel, chosenModel } from '@atelier/contracts/model-choice';
import { useIdentity } from '../auth/identity.ts';
import { useDraft } from './drafts.ts';

/** Who is to answer a chat that is not begun yet, kept like its text: until it is sent, and for this organisation. */
export function useNewChatModel(): readonly [ChosenModel | null, (chosen: ChosenModel | null) => void] {
  const organisation = useIdentity()?.organisation.id ?? '';
  const [draft, setDraft] = useDraft(`new-model.${organisation}`);
  return [parse(draft), (chosen) => setDraft(chosen === null ? '' : JSON.stringify(chosen))];
}

function parse(draft: string): ChosenModel | null {
  if (draft === '') return null;
  try {
    return chosenModel.safeParse(JSON.parse(draft)).data ?? null;
  } catch {
    return null;
  }
}
