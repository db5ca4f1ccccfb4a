import type { SteerPart } from '@atelier/contracts/parts';
import { ShipWheel } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { UserBubble } from './user-bubble.tsx';

/** What somebody said while the answer was being written, where the agent read it. */
export function SteerBubble({ part }: { readonly part: SteerPart }) {
  const { t } = useTranslation();
  const text = part.content.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join('\n\n');
  const files = part.content.flatMap((piece) => (piece.type === 'file' ? [piece] : []));
  const caption = part.author ? t('chat.steeredBy', { name: part.author.name }) : t('chat.steered');
  return (
    <div className="flex flex-col gap-1">
      <p className="flex items-center gap-1.5 self-end text-1 text-faint">
        <ShipWheel aria-hidden className="size-3.5 flex-none" />
        {caption}
      </p>
      <UserBubble text={text} files={files} at={part.sentAt} caption={caption} />
    </div>
  );
}
