import type { MessageDto } from '@atelier/contracts/messages';
import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { textOf } from './shown.ts';

/** What a check was asked about a stage's result: folded, for nobody wrote it. */
export function CheckMessage({ message }: { readonly message: MessageDto }) {
  const { t } = useTranslation();
  return (
    <details className="rounded-3 border border-line bg-sunken text-2">
      <summary className="tap flex cursor-pointer list-none items-center gap-2 px-3 py-2 text-soft hover:text-ink">
        <ShieldCheck aria-hidden className="size-4 flex-none text-faint" />
        {t('chat.check')}
      </summary>
      <p dir="auto" className="border-t border-line px-3 py-2 break-words whitespace-pre-wrap text-soft">
        {textOf(message)}
      </p>
    </details>
  );
}
