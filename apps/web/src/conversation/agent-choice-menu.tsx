import { Menu } from '@atelier/ui/menu';
import { useNavigate } from '@tanstack/react-router';
import { Bot, ChevronDown, Settings2, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useMay } from '../auth/use-may.ts';
import type { AgentChoiceProps } from './agent-choice.tsx';

/** Who answers the next message, or the pipeline that it starts. Where nobody has made either, there is nothing to choose, and nothing is shown. */
export function AgentChoiceMenu({ chosen, onChoose, pipelines }: AgentChoiceProps) {
  const { t } = useTranslation('agents');
  const navigate = useNavigate();
  const agents = trpc.agents.list.useQuery().data?.items ?? [];
  const mayStart = useMay('run.start');
  const offersPipelines = pipelines !== undefined && mayStart;
  const startable = trpc.pipelines.list.useQuery(undefined, { enabled: offersPipelines }).data?.items ?? [];
  const pipeline = pipelines?.chosen ?? null;
  if (agents.length + startable.length === 0 && chosen === null && pipeline === null) return null;
  const name = pipeline?.name ?? chosen?.name ?? t('standard');
  const Icon = pipeline ? Workflow : Bot;
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <button
          type="button"
          aria-label={pipeline ? t('choosePipeline', { name }) : t('choose', { name })}
          className="tap flex h-8 min-w-0 items-center gap-1.5 rounded-2 px-2 text-1 text-soft hover:bg-hover hover:text-ink"
        >
          <Icon aria-hidden className="size-4 flex-none" />
          <span className="max-w-40 min-w-0 truncate max-sm:max-w-24">{name}</span>
          <ChevronDown aria-hidden className="size-3 flex-none text-faint" />
        </button>
      }
      items={[
        {
          key: '',
          label: t('standard'),
          isChecked: chosen === null && pipeline === null,
          onSelect: () => onChoose(null),
        },
        ...agents.map(({ id, name }) => ({
          key: id,
          label: name,
          isChecked: pipeline === null && chosen?.id === id,
          onSelect: () => onChoose({ id, name }),
        })),
        ...startable.map((one, index) => ({
          key: one.id,
          label: one.name,
          icon: <Workflow aria-hidden className="size-4 flex-none text-faint" />,
          note: t('pipelineStages', { count: one.stages.length }),
          isFirstOfGroup: index === 0,
          isChecked: pipeline?.id === one.id,
          onSelect: () => pipelines?.onChoose(one),
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
