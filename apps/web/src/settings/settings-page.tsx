import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { CapabilityList } from '../auth/capability-list.tsx';
import { useIdentity } from '../auth/identity.ts';
import { signOut } from '../auth/sign-out.ts';
import { chooseLanguage, chosenLanguage, type Language, languages } from '../i18n/i18n.ts';
import { formatBytes } from '../platform/format.ts';
import { chooseTheme, chosenTheme, type Theme } from '../platform/theme.ts';
import { ShellHeader } from '../shell/shell-header.tsx';
import { ShortcutList } from '../shell/shortcut-list.tsx';
import { ChoiceRow } from './choice-row.tsx';

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <main className="flex min-w-0 flex-1 flex-col">
      <title>{`${t('settings.title')} · Atelier`}</title>
      <ShellHeader title={<h1 className="text-3 font-semibold">{t('settings.title')}</h1>} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]" tabIndex={0}>
        <div className="mx-auto flex max-w-[740px] flex-col px-6 pb-12 max-sm:px-4">
          <Profile />
          <Appearance />
          <Section title={t('settings.keyboard')}>
            <ShortcutList />
          </Section>
          <About />
          <Section title={t('nav.signOut')}>
            <p className="mb-3 text-soft">{t('settings.signOutText')}</p>
            <Button onClick={() => void signOut()}>{t('nav.signOut')}</Button>
          </Section>
        </div>
      </div>
    </main>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="border-line py-6 text-2 not-first:border-t">
      <h2 className="mb-3 text-3 font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(140px,1fr)_2fr] gap-x-4 gap-y-2">
      {rows.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-soft">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Profile() {
  const { t } = useTranslation();
  const identity = useIdentity();
  if (!identity) return null;
  const { user, organisation } = identity;
  return (
    <Section title={t('settings.profile')}>
      <Facts
        rows={[
          [t('settings.name'), user.name],
          [t('settings.email'), user.email],
          [t('settings.organisation'), organisation.name],
        ]}
      />
    </Section>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const [language, setLanguage] = useState<Language>(chosenLanguage);
  return (
    <Section title={t('settings.appearance')}>
      <div className="flex flex-col gap-3">
        <ChoiceRow
          legend={t('settings.theme')}
          value={theme}
          options={[
            ['system', t('settings.system')],
            ['light', t('settings.light')],
            ['dark', t('settings.dark')],
          ]}
          onChange={(next) => {
            setTheme(next);
            chooseTheme(next);
          }}
        />
        <ChoiceRow
          legend={t('settings.language')}
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
    </Section>
  );
}

function About() {
  const { t, i18n } = useTranslation();
  const about = trpc.system.about.useQuery();
  const bytes = (value: number) => formatBytes(value, i18n.language);
  return (
    <Section title={t('settings.about')}>
      {about.isPending && <Skeleton className="h-24 w-full" />}
      {about.isError && (
        <p role="alert">
          {t('common.failed')} <Button onClick={() => void about.refetch()}>{t('common.retry')}</Button>
        </p>
      )}
      {about.data && (
        <>
          <Facts
            rows={[
              [t('settings.version'), about.data.version],
              [t('settings.model'), about.data.model.label],
              [t('settings.fileLimit'), bytes(about.data.limits.fileBytes)],
              [t('settings.workspaceLimit'), bytes(about.data.limits.workspaceBytes)],
              [t('settings.inlineLimit'), bytes(about.data.limits.inlineTextBytes)],
            ]}
          />
          <h3 className="mt-5 mb-3 font-semibold">{t('settings.capabilities')}</h3>
          <CapabilityList capabilities={about.data.capabilities} />
        </>
      )}
    </Section>
  );
}
