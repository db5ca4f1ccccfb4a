import { CheckField } from '@atelier/ui/check-field';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';

interface AgentToolsProps {
  /** By name; null: all there are. */
  readonly chosen: readonly string[] | null;
  readonly onChange: (chosen: string[] | null) => void;
}

/** The tools that an agent has: all, or these. */
export function AgentTools({ chosen, onChange }: AgentToolsProps) {
  const { t } = useTranslation('agents');
  const { data } = trpc.agents.tools.useQuery();
  const known = data?.items ?? [];
  // What is not there now, for want of a sandbox perhaps, stays chosen.
  const others = (chosen ?? []).filter((name) => !known.some((tool) => tool.name === name));
  const names = [...known.map(({ name }) => name), ...others];
  const toggle = (name: string, isOn: boolean) =>
    onChange(names.filter((other) => (other === name ? isOn : (chosen ?? []).includes(other))));
  return (
    <fieldset className="mb-4">
      <legend className="mb-1 font-medium">{t('tools')}</legend>
      <CheckField
        label={t('allTools')}
        hint={t('allToolsHint')}
        checked={chosen === null}
        onChange={(isAll) =>
          onChange(isAll ? null : known.filter(({ effect }) => effect === 'read').map(({ name }) => name))
        }
      />
      {chosen !== null && (
        <div className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 rounded-2 border border-line bg-sunken p-3 max-sm:grid-cols-1">
          {names.map((name) => {
            const effect = known.find((tool) => tool.name === name)?.effect;
            return (
              <CheckField
                key={name}
                label={name}
                hint={effect === undefined ? t('toolAway') : t(`effect.${effect}`)}
                checked={chosen.includes(name)}
                onChange={(isOn) => toggle(name, isOn)}
              />
            );
          })}
        </div>
      )}
    </fieldset>
  );
}
