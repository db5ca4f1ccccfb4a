import { TextField, type TextFieldProps } from '@atelier/ui/text-field';
import { useTranslation } from 'react-i18next';

interface CodeFieldProps extends Pick<TextFieldProps, 'label' | 'hint' | 'error' | 'className'> {
  readonly kind: 'totp' | 'recovery_code';
  readonly value: string;
  readonly isFocused?: boolean;
  readonly onChange: (code: string) => void;
}

/** What the server takes, as far as the form goes: blanks and dashes are nothing. */
const patterns = { totp: '\\s*(\\d\\s*){6}', recovery_code: '[\\s\\-]*([0-9a-fA-F][\\s\\-]*){32}' } as const;

/** A code of an authenticator app, or one that was kept for the day the app is lost. */
export function CodeField({ kind, value, isFocused, onChange, ...rest }: CodeFieldProps) {
  const { t } = useTranslation();
  const isTotp = kind === 'totp';
  return (
    <TextField
      {...rest}
      required
      pattern={patterns[kind]}
      title={t(`secondFactor.form.${kind}`)}
      inputMode={isTotp ? 'numeric' : 'text'}
      autoComplete={isTotp ? 'one-time-code' : 'off'}
      autoCapitalize="off"
      spellCheck={false}
      maxLength={isTotp ? 20 : 100}
      placeholder={isTotp ? '000000' : undefined}
      autoFocus={isFocused}
      data-autofocus={isFocused}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
