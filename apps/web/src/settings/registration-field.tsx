import type { RegistrationRule } from '@atelier/contracts/installation';
import { CircleAlert } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface RegistrationFieldProps {
  readonly mode: RegistrationRule['mode'];
  /** As they are typed. */
  readonly domains: string;
  readonly isMissing: boolean;
  readonly onMode: (mode: RegistrationRule['mode']) => void;
  readonly onDomains: (domains: string) => void;
}

/** Who may make an account. */
export function RegistrationField({ mode, domains, isMissing, onMode, onDomains }: RegistrationFieldProps) {
  const { t } = useTranslation('settings');
  const id = useId();
  return (
    <fieldset>
      <legend className="mb-2 text-3 font-semibold">{t('installation.registration')}</legend>
      <div className="flex flex-col gap-3">
        {(['open', 'invitation', 'domain'] as const).map((option) => (
          <div key={option} className="flex gap-2.5">
            <input
              type="radio"
              id={`${id}-${option}`}
              name={id}
              checked={mode === option}
              aria-describedby={`${id}-${option}-hint`}
              onChange={() => onMode(option)}
              className="mt-0.5 size-4 flex-none accent-(--accent) pointer-coarse:size-6"
            />
            <div>
              <label htmlFor={`${id}-${option}`} className="block font-medium">
                {t(`installation.${option}`)}
              </label>
              <p id={`${id}-${option}-hint`} className="text-soft">
                {t(`installation.${option}Hint`)}
              </p>
            </div>
          </div>
        ))}
        {mode === 'domain' && (
          <div className="max-w-sm pl-6.5">
            <label htmlFor={`${id}-domains`} className="mb-1 block font-medium">
              {t('installation.domains')}
            </label>
            <textarea
              id={`${id}-domains`}
              rows={3}
              spellCheck={false}
              value={domains}
              aria-invalid={isMissing}
              aria-describedby={isMissing ? `${id}-missing` : undefined}
              onChange={({ target }) => onDomains(target.value)}
              className="block w-full rounded-2 border border-line-strong bg-raised px-3 py-2 focus:border-accent focus:outline-none max-sm:text-[16px]"
            />
            {isMissing && (
              <p id={`${id}-missing`} className="mt-1 flex gap-1.5 text-bad">
                <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />
                {t('installation.domainsMissing')}
              </p>
            )}
          </div>
        )}
      </div>
    </fieldset>
  );
}
