import { Link, useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectionId, SettingsSection } from './settings-sections.ts';

const groups = ['account', 'organisation', 'installation'] as const;

interface SettingsNavProps {
  readonly sections: readonly SettingsSection[];
  readonly current: SectionId | undefined;
}

/** Every section, found by its name or by what is in it. */
export function SettingsNav({ sections, current }: SettingsNavProps) {
  const { t } = useTranslation('settings');
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = sections.filter(({ id, group }) =>
    [t(`section.${id}.title`), t(`section.${id}.words`), t(`group.${group}`)].join(' ').toLowerCase().includes(wanted),
  );

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (found[0]) void navigate({ to: '/settings/$section', params: { section: found[0].id } });
  }
  return (
    <nav aria-label={t('title')} className="text-2">
      <search>
        <form onSubmit={onSubmit} className="relative mb-2">
          <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint" />
          <input
            type="search"
            aria-label={t('search')}
            placeholder={t('search')}
            value={search}
            onChange={({ target }) => setSearch(target.value)}
            className="tap h-8 w-full rounded-2 border border-line-strong bg-raised pr-2 pl-8 focus:border-accent focus:outline-none max-sm:text-[16px]"
          />
        </form>
      </search>
      {found.length === 0 && (
        <p role="status" className="p-2 text-faint">
          {t('nothing')}
        </p>
      )}
      {groups.map((group) => {
        const members = found.filter((section) => section.group === group);
        if (members.length === 0) return null;
        return (
          <section key={group} aria-label={t(`group.${group}`)} className="mb-3">
            <p aria-hidden className="px-2 pt-2 pb-1 text-1 font-semibold text-faint">
              {t(`group.${group}`)}
            </p>
            <ul>
              {members.map(({ id, icon: Icon, Page }) => (
                <li key={id}>
                  <Link
                    to="/settings/$section"
                    params={{ section: id }}
                    aria-current={id === current ? 'page' : undefined}
                    onPointerEnter={() => void Page.preload?.()}
                    className="tap flex min-h-8 items-center gap-2 rounded-2 px-2 hover:bg-hover md:aria-[current=page]:bg-active md:aria-[current=page]:font-medium"
                  >
                    <Icon aria-hidden className="size-4 flex-none text-faint" />
                    <span className="min-w-0 truncate">{t(`section.${id}.title`)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </nav>
  );
}
