import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readText, writeText } from '../platform/storage.ts';
import { en } from './en.ts';

export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const key = 'atelier.language';

function isLanguage(value: string | null | undefined): value is Language {
  return value === 'en' || value === 'de';
}

export function chosenLanguage(): Language {
  const stored = readText(key);
  if (isLanguage(stored)) return stored;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  await switchTo(chosenLanguage());
}

export async function chooseLanguage(language: Language): Promise<void> {
  writeText(key, language);
  await switchTo(language);
}

/** English is in the app; any other language is loaded when it is wanted. */
async function switchTo(language: Language): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation')) {
    const { de } = await import('./de.ts');
    i18next.addResourceBundle(language, 'translation', de);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
