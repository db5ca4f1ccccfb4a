import { Button } from '@atelier/ui/button';
import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../platform/use-copy.ts';

interface SecretOnceProps {
  readonly title: string;
  readonly text: string;
  /** What is copied. */
  readonly secret: string;
  readonly onDone: () => void;
  /** The secret as it is shown. */
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

/** Something that is shown this once, until the person says that they have it. */
export function SecretOnce({ title, text, secret, onDone, children, actions }: SecretOnceProps) {
  const { t } = useTranslation('security');
  const { isCopied, copy } = useCopy();
  return (
    <section
      aria-label={title}
      ref={(panel) => panel?.focus()}
      tabIndex={-1}
      className="printed rounded-3 border border-line bg-raised p-4 outline-offset-2"
    >
      <h3 className="font-semibold">{title}</h3>
      <p className="mb-3 text-soft">{text}</p>
      {children}
      <div className="not-printed mt-4 flex flex-wrap gap-2">
        <Button
          icon={isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          onClick={() => void copy(secret)}
        >
          {isCopied ? t('once.copied') : t('once.copy')}
        </Button>
        {actions}
        <Button look="primary" className="ml-auto" onClick={onDone}>
          {t('once.done')}
        </Button>
      </div>
    </section>
  );
}
