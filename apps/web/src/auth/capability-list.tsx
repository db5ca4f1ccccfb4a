import type { Capability } from '@atelier/contracts/system';
import { CircleCheck, CircleDashed } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** What this installation can do, and for what is off the line that turns it on. */
export function CapabilityList({ capabilities }: { readonly capabilities: readonly Capability[] }) {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-col gap-3 text-2">
      {capabilities.map(({ name, isOn, label, remedy }) => {
        const Icon = isOn ? CircleCheck : CircleDashed;
        return (
          <li key={name} className="flex gap-2">
            <Icon
              aria-hidden
              className={isOn ? 'mt-0.5 size-4 flex-none text-good' : 'mt-0.5 size-4 flex-none text-faint'}
            />
            <div className="min-w-0">
              <p>
                <span className="unseen">{isOn ? t('firstRun.on') : t('firstRun.off')}: </span>
                {label}
              </p>
              {remedy !== null && <p className="mt-0.5 font-mono text-1 break-words text-soft">{remedy}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
