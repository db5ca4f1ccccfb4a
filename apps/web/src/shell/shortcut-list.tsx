import { useTranslation } from 'react-i18next';
import { isApple } from './use-shortcuts.ts';

export function ShortcutList() {
  const { t } = useTranslation();
  const mod = isApple ? '⌘' : 'Ctrl';
  const rows = [
    [t('shortcuts.newChat'), [mod, 'Shift', 'O']],
    [t('shortcuts.palette'), [mod, 'K']],
    [t('shortcuts.sidebar'), [mod, 'B']],
    [t('shortcuts.panel'), [mod, '.']],
    [t('shortcuts.sheet'), [mod, '/']],
    [t('shortcuts.send'), ['Enter']],
    [t('shortcuts.line'), ['Shift', 'Enter']],
    [t('shortcuts.other'), [mod, 'Enter']],
    [t('shortcuts.stop'), ['Esc']],
  ] as const;
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-2 text-2">
      {rows.map(([label, keys]) => (
        <div key={label} className="contents">
          <dt>{label}</dt>
          <dd className="flex items-start justify-end gap-1">
            {keys.map((name) => (
              <kbd key={name} className="rounded-1 border border-line bg-sunken px-1.5 font-mono text-1 leading-5">
                {name}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
