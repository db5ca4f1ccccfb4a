import i18next, { type BackendModule, type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readText, writeText } from '../platform/storage.ts';
import type { agentsEn } from './agents.en.ts';
import type { approvalsEn } from './approvals.en.ts';
import type { choiceEn } from './choice.en.ts';
import { en, type Messages } from './en.ts';
import { loadErrorTexts } from './error-text.ts';
import type { mcpEn } from './mcp.en.ts';
import type { modelsEn } from './models.en.ts';
import type { moneyEn } from './money.en.ts';
import type { pipelinesEn } from './pipelines.en.ts';
import type { securityEn } from './security.en.ts';
import type { settingsEn } from './settings.en.ts';
import type { tracesEn } from './traces.en.ts';

export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: {
      translation: Messages;
      settings: typeof settingsEn;
      security: typeof securityEn;
      models: typeof modelsEn;
      agents: typeof agentsEn;
      approvals: typeof approvalsEn;
      pipelines: typeof pipelinesEn;
      mcp: typeof mcpEn;
      traces: typeof tracesEn;
      choice: typeof choiceEn;
      money: typeof moneyEn;
    };
  }
}

const key = 'atelier.language';

/** The English words of the first pages are in the app; all others are loaded with the first page that needs them. */
const loaders: Readonly<Record<string, () => Promise<ResourceKey>>> = {
  'de/translation': async () => (await import('./de.ts')).de,
  'en/settings': async () => (await import('./settings.en.ts')).settingsEn,
  'en/security': async () => (await import('./security.en.ts')).securityEn,
  'de/security': async () => (await import('./security.de.ts')).securityDe,
  'en/models': async () => (await import('./models.en.ts')).modelsEn,
  'de/models': async () => (await import('./models.de.ts')).modelsDe,
  'en/agents': async () => (await import('./agents.en.ts')).agentsEn,
  'de/agents': async () => (await import('./agents.de.ts')).agentsDe,
  'en/approvals': async () => (await import('./approvals.en.ts')).approvalsEn,
  'de/approvals': async () => (await import('./approvals.de.ts')).approvalsDe,
  'en/pipelines': async () => (await import('./pipelines.en.ts')).pipelinesEn,
  'de/pipelines': async () => (await import('./pipelines.de.ts')).pipelinesDe,
  'de/settings': async () => (await import('./settings.de.ts')).settingsDe,
  'en/choice': async () => (await import('./choice.en.ts')).choiceEn,
  'de/choice': async () => (await import('./choice.de.ts')).choiceDe,
  'en/money': async () => (await import('./money.en.ts')).moneyEn,
  'de/money': async () => (await import('./money.de.ts')).moneyDe,
  'en/mcp': async () => (await import('./mcp.en.ts')).mcpEn,
  'de/mcp': async () => (await import('./mcp.de.ts')).mcpDe,
  'en/traces': async () => (await import('./traces.en.ts')).tracesEn,
  'de/traces': async () => (await import('./traces.de.ts')).tracesDe,
};

const words: BackendModule = {
  type: 'backend',
  callbackApi: false,
  init: () => undefined,
  read: async (language, namespace) => (await loaders[`${language}/${namespace}`]?.()) ?? {},
};

function isLanguage(value: string | null | undefined): value is Language {
  return value === 'en' || value === 'de';
}

export function chosenLanguage(): Language {
  const stored = readText(key);
  if (isLanguage(stored)) return stored;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

export async function startI18n(): Promise<void> {
  await i18next
    .use(words)
    .use(initReactI18next)
    .init({
      lng: chosenLanguage(),
      fallbackLng: 'en',
      resources: { en: { translation: en } },
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
    });
  await loadErrorTexts(i18next.language);
  document.documentElement.lang = i18next.language;
}

/** Changes at once; words that are shown are loaded first. */
export async function chooseLanguage(language: Language): Promise<void> {
  writeText(key, language);
  await Promise.all([i18next.changeLanguage(language), loadErrorTexts(language)]);
  document.documentElement.lang = language;
}
