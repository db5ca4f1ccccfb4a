import { Menu } from '@atelier/ui/menu';
import { useNavigate } from '@tanstack/react-router';
import { Bot, ChevronDown, Settings2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import type { AgentChoiceProps } from './agent-choice.tsx';

/** Who answers the next message. Where nobody has made an agent, there is nothing to choose, and nothing is shown. */
export function AgentChoiceMenu({ chosen, onChoose }: AgentChoiceProps) {
  const { t } = useTranslation('agents');
  const navigate = useNavigate();
  const agents = trpc.agents.list.useQuery().data?.items ?? [];
  if (agents.length === 0 && chosen === null) return null;
  const name = chosen?.name ?? t('standard');
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <button
          type="button"
          aria-label={t('choose', { name })}
          className="tap flex h-8 min-w-0 items-center gap-1.5 rounded-2 px-2 text-1 text-soft hover:bg-hover hover:text-ink"
        >
          <Bot aria-hidden className="size-4 flex-none" />
          <span className="max-w-40 min-w-0 truncate max-sm:max-w-24">{name}</span>
          <ChevronDown aria-hidden className="size-3 flex-none text-faint" />
        </button>
      }
      items={[
        { key: '', label: t('standard'), isChecked: chosen === null, onSelect: () => onChoose(null) },
        ...agents.map(({ id, name }) => ({
          key: id,
          label: name,
          isChecked: chosen?.id === id,
          onSelect: () => onChoose({ id, name }),
        })),
        {
          key: 'manage',
          label: t('manage'),
          icon: <Settings2 aria-hidden className="size-4" />,
          isFirstOfGroup: true,
          onSelect: () => void navigate({ to: '/settings/$section', params: { section: 'agents' } }),
        },
      ]}
    />
  );
}
