import { useIdentity } from '../auth/identity.ts';
import { may } from '../auth/use-may.ts';
import { type SettingsSection, settingsSections } from './settings-sections.ts';

/** The sections that the role of whoever is signed in shows. */
export function useSections(): readonly SettingsSection[] {
  const identity = useIdentity();
  return settingsSections.filter(
    ({ permission }) => permission === null || (identity !== null && may(identity, permission)),
  );
}
