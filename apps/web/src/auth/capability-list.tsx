import type { Capability } from '@atelier/contracts/system';
import { CircleCheck, CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface CapabilityListProps {
  readonly capabilities: readonly Capability[];
  /** Stands below the model when there is none: the way to one, for whoever may go it. */
  readonly toModels?: ReactNode;
}

/** What this installation can do, and for what is off the line that turns it on. */
export function CapabilityList({ capabilities, toModels }: CapabilityListProps) {
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
              {name === 'model' && !isOn && toModels}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
