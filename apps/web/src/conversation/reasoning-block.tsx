import { useTranslation } from 'react-i18next';
import { formatDuration } from '../platform/format.ts';
import { FoldOut } from './fold-out.tsx';

interface ReasoningBlockProps {
  readonly text: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** The model's thoughts: open while they come, folded to their duration afterwards, unless the reader chose otherwise. */
export function ReasoningBlock({ text, startedAt, endedAt }: ReasoningBlockProps) {
  const { t, i18n } = useTranslation();
  const label =
    endedAt === null
      ? t('chat.reasoning')
      : t('chat.reasonedFor', { duration: formatDuration(Date.parse(endedAt) - Date.parse(startedAt), i18n.language) });
  return <FoldOut label={label} text={text} isLive={endedAt === null} />;
}
