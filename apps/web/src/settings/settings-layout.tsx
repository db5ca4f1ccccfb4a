import { Skeleton } from '@atelier/ui/skeleton';
import { Link, useParams } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { ChevronLeft } from 'lucide-react';
import { Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { focusIfLost } from '../platform/focus-if-lost.ts';
import { ShellHeader } from '../shell/shell-header.tsx';
import { SettingsNav } from './settings-nav.tsx';
import { useSections } from './use-sections.ts';

/** The list of sections beside the one that is shown; on a phone the list leads to it. */
export function SettingsLayout() {
  const { t } = useTranslation('settings');
  const { section: id } = useParams({ strict: false });
  const sections = useSections();
  const heading = useRef<HTMLHeadingElement>(null);
  const current = id === undefined ? sections[0] : sections.find((section) => section.id === id);
  const title = current ? t(`section.${current.id}.title`) : t('title');
  // On a phone the list has just gone, and the focus with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each section anew
  useEffect(() => focusIfLost(() => heading.current), [id]);

  return (
    <main className="flex min-w-0 flex-1 flex-col">
      <title>{`${title} · Atelier`}</title>
      <ShellHeader title={<h1 className="text-3 font-semibold">{t('title')}</h1>} />
      <div className="flex min-h-0 flex-1">
        <div
          className={clsx(
            'w-60 flex-none overflow-y-auto border-r border-line px-3 py-4 max-md:w-full max-md:border-r-0',
            id !== undefined && 'max-md:hidden',
          )}
        >
          <SettingsNav sections={sections} current={current?.id} />
        </div>
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className={clsx(
            'min-w-0 flex-1 overflow-y-auto outline-offset-[-2px] sm:[scrollbar-gutter:stable]',
            id === undefined && 'max-md:hidden',
          )}
        >
          <div key={id} className="mx-auto max-w-[740px] px-6 pt-5 pb-12 max-sm:px-4">
            <Link
              to="/settings"
              className="tap -ml-1 mb-2 inline-flex h-8 items-center gap-1 text-2 text-accent md:hidden"
            >
              <ChevronLeft aria-hidden className="size-4" />
              {t('all')}
            </Link>
            <h2 ref={heading} tabIndex={-1} className="mb-4 text-4 font-semibold outline-none">
              {title}
            </h2>
            {current ? (
              <Suspense fallback={<SectionSkeleton />}>
                <current.Page />
              </Suspense>
            ) : (
              <p className="text-2 text-soft">{t('unknown')}</p>
            )}
          </div>
        </div>
      </div>
    </main>
  );
}

function SectionSkeleton() {
  return (
    <div className="flex flex-col gap-4">
      <Skeleton className="h-5 w-2/3" />
      <Skeleton className="h-24 w-full" />
    </div>
  );
}
