import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Check, Copy } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../platform/use-copy.ts';

interface LinkOnceProps {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly link: string;
  readonly onClose: () => void;
}

/** A link with a secret in it, shown this once, to be copied. */
export function LinkOnce({ title, text, label, link, onClose }: LinkOnceProps) {
  const { t } = useTranslation();
  const { isCopied, copy } = useCopy();
  const id = useId();
  return (
    <Dialog title={title} closeLabel={t('common.close')} onClose={onClose}>
      <div className="flex flex-col gap-3 p-5 text-2">
        <p>{text}</p>
        <div>
          <label htmlFor={id} className="mb-1 block font-medium">
            {label}
          </label>
          <textarea
            id={id}
            readOnly
            rows={3}
            value={link}
            onFocus={({ target }) => target.select()}
            className="block w-full resize-none rounded-2 border border-line-strong bg-sunken px-3 py-2 font-mono text-1 break-all focus:border-accent focus:outline-none"
          />
        </div>
      </div>
      <div className="flex justify-end gap-2 border-t border-line p-3">
        <Button onClick={onClose}>{t('common.close')}</Button>
        <Button
          look="primary"
          data-autofocus
          icon={isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          onClick={() => void copy(link)}
        >
          <span aria-live="polite">{isCopied ? t('common.copied') : t('common.copy')}</span>
        </Button>
      </div>
    </Dialog>
  );
}
