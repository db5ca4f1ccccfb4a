import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NewPasswordField } from './new-password-field.tsx';
import { shortPassword } from './person-problems.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SubmitButton } from './submit-button.tsx';
import { useSubmit } from './use-submit.ts';
import { otherThanWeak, weakPassword } from './weak-password.ts';

interface NewPasswordFormProps {
  readonly action: string;
  readonly onChosen: (password: string) => Promise<unknown>;
}

/** Choosing a password and nothing else. Once is enough: it can be looked at. */
export function NewPasswordForm({ action, onChosen }: NewPasswordFormProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [hasTried, setTried] = useState(false);
  const submission = useSubmit(() => onChosen(password));
  const problem = shortPassword(password, t);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (problem === undefined) void submission.submit();
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <NewPasswordField
        label={t('auth.newPassword')}
        value={password}
        error={hasTried && problem !== undefined ? problem : weakPassword(submission.refusal, t)}
        onChange={setPassword}
        isFocused
      />
      <RefusalNote refusal={otherThanWeak(submission.refusal)} />
      <SubmitButton of={submission}>{action}</SubmitButton>
    </form>
  );
}
