import { Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useValue } from '../platform/value-store.ts';
import { signedOutBecause } from './sign-out.ts';

/** Why somebody who was signed in is not any more, when it was not they who left. */
export function SignedOutNote() {
  const { t } = useTranslation();
  const reason = useValue(signedOutBecause);
  return (
    <div role="status">
      {reason !== null && (
        <p className="mb-4 flex gap-1.5 rounded-2 bg-warn-wash px-3 py-2 text-2 text-warn">
          <Info aria-hidden className="mt-0.5 size-4 flex-none" />
          <span>{t(`signedOut.${reason}`)}</span>
        </p>
      )}
    </div>
  );
}
