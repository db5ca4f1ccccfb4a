import { IconButton } from '@atelier/ui/icon-button';
import { TextField, type TextFieldProps } from '@atelier/ui/text-field';
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export type PasswordFieldProps = Omit<TextFieldProps, 'type' | 'trailing'>;

/** A password, hidden until one asks to see it. */
export function PasswordField(props: PasswordFieldProps) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <TextField
      {...props}
      type={isShown ? 'text' : 'password'}
      spellCheck={false}
      autoCapitalize="off"
      trailing={
        <IconButton label={isShown ? t('auth.hide') : t('auth.show')} onClick={() => setShown(!isShown)}>
          <Icon aria-hidden className="size-4" />
        </IconButton>
      }
    />
  );
}
