import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NewPasswordField } from './new-password-field.tsx';
import { type NewPerson, problemsOf } from './person-problems.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SubmitButton } from './submit-button.tsx';
import type { Submission } from './use-submit.ts';
import { otherThanWeak, weakPassword } from './weak-password.ts';

interface NewPersonFormProps {
  readonly person: NewPerson;
  readonly onChange: (person: NewPerson) => void;
  readonly submission: Submission;
  /** What the button says. */
  readonly action: string;
}

/** Who somebody is who has no account yet. What is missing is said at its field, once they tried. */
export function NewPersonForm({ person, onChange, submission, action }: NewPersonFormProps) {
  const { t } = useTranslation();
  const [hasTried, setTried] = useState(false);
  const problems = problemsOf(person, t);
  const shown: Partial<typeof problems> = hasTried ? problems : {};
  const { refusal } = submission;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).every((problem) => problem === undefined)) void submission.submit();
  }
  return (
    <form onSubmit={onSubmit} noValidate>
      <TextField
        label={t('auth.name')}
        autoComplete="name"
        maxLength={80}
        value={person.name}
        error={shown.name}
        onChange={(event) => onChange({ ...person, name: event.target.value })}
      />
      <TextField
        label={t('auth.email')}
        type="email"
        autoComplete="username"
        maxLength={254}
        value={person.email}
        error={shown.email}
        onChange={(event) => onChange({ ...person, email: event.target.value })}
      />
      <NewPasswordField
        label={t('auth.password')}
        value={person.password}
        known={[person.name, person.email]}
        error={shown.password ?? weakPassword(refusal, t)}
        onChange={(password) => onChange({ ...person, password })}
      />
      <RefusalNote refusal={otherThanWeak(refusal)} />
      <SubmitButton of={submission}>{action}</SubmitButton>
    </form>
  );
}
