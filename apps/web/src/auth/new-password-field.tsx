import { passwordMaxLength, passwordMinLength } from '@atelier/contracts/auth';
import { clsx } from 'clsx';
import { useTranslation } from 'react-i18next';
import { PasswordField } from './password-field.tsx';
import type { Strength } from './password-strength.ts';
import { usePasswordStrength } from './use-password-strength.ts';

interface NewPasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly error?: string | undefined;
  /** What the person is called: a password made of it is weak. */
  readonly known?: readonly string[];
  readonly isFocused?: boolean;
  readonly onChange: (password: string) => void;
}

/** Choosing a password, with how strong it is. The server decides whether it will do. */
export function NewPasswordField({ label, value, error, known = [], isFocused, onChange }: NewPasswordFieldProps) {
  const { t } = useTranslation();
  const strength = usePasswordStrength(value, known);
  const isShort = value.length < passwordMinLength;
  return (
    <div className="mb-3">
      <PasswordField
        label={label}
        autoComplete="new-password"
        maxLength={passwordMaxLength}
        autoFocus={isFocused}
        value={value}
        hint={t('auth.passwordHint', { count: passwordMinLength })}
        error={error}
        onChange={(event) => onChange(event.target.value)}
        className="mb-2"
      />
      <StrengthMeter strength={isShort && strength !== null ? 0 : strength} />
    </div>
  );
}

/** What each strength is called and looks like. The first two are refused. */
const looks = [
  { word: 'veryWeak', colour: 'bg-bad' },
  { word: 'weak', colour: 'bg-bad' },
  { word: 'fair', colour: 'bg-warn' },
  { word: 'good', colour: 'bg-good' },
  { word: 'strong', colour: 'bg-good' },
] as const;

/** Its place is kept while nothing is known: nothing jumps when it is. */
function StrengthMeter({ strength }: { readonly strength: Strength | null }) {
  const { t } = useTranslation();
  const look = strength === null ? null : looks[strength];
  return (
    <div className="flex h-5 items-center gap-3">
      <div aria-hidden className="grid flex-1 grid-cols-4 gap-1">
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={clsx(
              'h-1 rounded-full transition-colors',
              look !== null && step <= Math.max(1, strength ?? 0) ? look.colour : 'bg-active',
            )}
          />
        ))}
      </div>
      <p role="status" className="min-w-24 text-right text-1 text-soft">
        {look !== null && t(`strength.${look.word}`)}
      </p>
    </div>
  );
}
