import { pictureTypes } from '@atelier/contracts/picture-limits';
import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../platform/format.ts';

interface PictureNoteProps {
  readonly file: Pick<File, 'type' | 'size'>;
  /** Bytes of the largest picture that the model can be shown; null: it sees none. */
  readonly largest: number | null;
}

/** Said before a picture is sent that the model will not see: it lies in the workspace like any file. */
export function PictureNote({ file, largest }: PictureNoteProps) {
  const { t, i18n } = useTranslation();
  if (!pictureTypes.includes(file.type) || (largest !== null && file.size <= largest)) return null;
  const text =
    largest === null
      ? t('composer.pictureUnseen')
      : t('composer.pictureTooLarge', { limit: formatBytes(largest, i18n.language) });
  return (
    <span className="flex items-center gap-1 text-1 text-soft">
      <EyeOff aria-hidden className="size-3.5 flex-none text-warn" />
      {text}
    </span>
  );
}
