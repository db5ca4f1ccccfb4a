import type { Capability } from '@atelier/contracts/system';
import { useTranslation } from 'react-i18next';
import { CapabilityList } from './capability-list.tsx';

export function FirstRunNotes({ capabilities }: { readonly capabilities: readonly Capability[] }) {
  const { t } = useTranslation();
  return (
    <section className="mt-8 border-t border-line pt-5">
      <h2 className="mb-3 text-2 font-semibold">{t('firstRun.title')}</h2>
      <CapabilityList capabilities={capabilities} />
    </section>
  );
}
