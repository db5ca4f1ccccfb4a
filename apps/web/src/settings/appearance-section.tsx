import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, chosenLanguage, type Language, languages } from '../i18n/i18n.ts';
import { chooseTheme, chosenTheme, type Theme } from '../platform/theme.ts';
import { ChoiceRow } from './choice-row.tsx';

export function AppearanceSection() {
  const { t } = useTranslation('settings');
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const [language, setLanguage] = useState<Language>(chosenLanguage);
  return (
    <div className="flex flex-col gap-3 text-2">
      <ChoiceRow
        legend={t('appearance.theme')}
        value={theme}
        options={[
          ['system', t('appearance.system')],
          ['light', t('appearance.light')],
          ['dark', t('appearance.dark')],
        ]}
        onChange={(next) => {
          setTheme(next);
          chooseTheme(next);
        }}
      />
      <ChoiceRow
        legend={t('appearance.language')}
        value={language}
        options={[
          ['en', languages.en],
          ['de', languages.de],
        ]}
        onChange={(next) => {
          setLanguage(next);
          void chooseLanguage(next);
        }}
      />
    </div>
  );
}
