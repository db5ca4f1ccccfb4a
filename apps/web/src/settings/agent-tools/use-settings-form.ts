import type { InstallationSettings } from '@atelier/contracts/installation';
import { useState } from 'react';
import { useSubmit } from '../../auth/use-submit.ts';
import { useChangeSettings } from './use-change-settings.ts';

/** What is typed into a part of the settings: it is sent when it is right, and said to be wrong once that was tried. */
export function useSettingsForm(changed: Partial<InstallationSettings>, isRight: boolean) {
  const [hasTried, setTried] = useState(false);
  const change = useChangeSettings();
  const submission = useSubmit(async () => await change(changed));
  function onSubmit(): void {
    setTried(true);
    if (isRight) void submission.submit();
  }
  return { submission, isWrong: hasTried && !isRight, onSubmit };
}
