import type { AccessDto } from '@atelier/contracts/providers';
import { IconButton } from '@atelier/ui/icon-button';
import { Plus, Search, X } from 'lucide-react';
import { type ReactNode, useDeferredValue, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';

type Organisation = AccessDto['organisations'][number];

interface OrganisationPickerProps {
  readonly chosen: readonly Organisation[];
  readonly onChange: (chosen: Organisation[]) => void;
}

/** Those that are chosen, and a search for more. */
export function OrganisationPicker({ chosen, onChange }: OrganisationPickerProps) {
  const { t } = useTranslation('models');
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const field = useRef<HTMLInputElement>(null);
  const found = trpc.providers.findOrganisations.useQuery({ search }, { placeholderData: (before) => before });
  const others = found.data?.items.filter(({ id }) => !chosen.some((one) => one.id === id));
  function change(next: Organisation[]): void {
    onChange(next);
    // The button that was pressed has gone.
    field.current?.focus();
  }
  return (
    <div className="mb-3">
      <p className="mb-1 font-medium">{t('access.chosen')}</p>
      {chosen.length === 0 && <p className="mb-2 text-faint">{t('access.none')}</p>}
      <ul aria-label={t('access.chosen')} className="mb-3">
        {chosen.map((organisation) => (
          <OrganisationLine key={organisation.id} organisation={organisation}>
            <IconButton
              label={t('access.remove', { name: organisation.name })}
              onClick={() => change(chosen.filter(({ id }) => id !== organisation.id))}
            >
              <X aria-hidden className="size-4" />
            </IconButton>
          </OrganisationLine>
        ))}
      </ul>
      <div className="relative mb-1">
        <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint" />
        <input
          ref={field}
          type="search"
          aria-label={t('access.find')}
          placeholder={t('access.find')}
          maxLength={100}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          className="tap h-8 w-full rounded-2 border border-line-strong bg-raised pr-2 pl-8 focus:border-accent focus:outline-none max-sm:text-[16px]"
        />
      </div>
      {found.isError && <LoadError error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.items.length === 0 && <p className="py-2 text-faint">{t('access.nothing')}</p>}
      <ul aria-label={t('access.find')} className="min-h-16">
        {others?.slice(0, 8).map((organisation) => (
          <OrganisationLine key={organisation.id} organisation={organisation}>
            <IconButton
              label={t('access.add', { name: organisation.name })}
              onClick={() => change([...chosen, organisation])}
            >
              <Plus aria-hidden className="size-4" />
            </IconButton>
          </OrganisationLine>
        ))}
      </ul>
    </div>
  );
}

interface OrganisationLineProps {
  readonly organisation: Organisation;
  readonly children: ReactNode;
}

function OrganisationLine({ organisation: { name, kind }, children }: OrganisationLineProps) {
  const { t } = useTranslation('models');
  return (
    <li className="flex min-h-9 items-center gap-2 border-b border-line">
      <span className="min-w-0 flex-1 truncate" title={name}>
        {name}
      </span>
      {kind === 'personal' && <span className="flex-none text-faint">{t('access.personal')}</span>}
      {children}
    </li>
  );
}
