import { Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PresetChoice } from './provider-draft.ts';

/** Known providers of which there is something to know. */
const noted = ['google', 'openrouter', 'moonshot', 'zai', 'ollama', 'vllm', 'llama_cpp', 'lm_studio'] as const;

/** What a person should know before choosing a known provider. */
export function PresetNote({ choice }: { readonly choice: PresetChoice }) {
  const { t } = useTranslation('models');
  const id = noted.find((preset) => preset === choice);
  if (id === undefined) return null;
  return (
    <p role="note" className="mb-3 flex gap-1.5 rounded-2 bg-sunken px-3 py-2 text-soft">
      <Info aria-hidden className="mt-0.5 size-4 flex-none text-faint" />
      <span className="min-w-0 break-words">{t(`providers.note.${id}`)}</span>
    </p>
  );
}
