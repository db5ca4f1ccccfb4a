import type { AgentScope } from '@atelier/contracts/agents';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Bot, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { FactLine, Row, RowList } from '../row-list.tsx';
import { AgentDialog } from './agent-dialog.tsx';
import { AgentMenu } from './agent-menu.tsx';
import { useAgentChanges } from './use-agents.ts';

interface AgentListProps {
  readonly scope: AgentScope;
  readonly isChangeable: boolean;
}

/** The agents of a scope below each other, and a new one. */
export function AgentList({ scope, isChangeable }: AgentListProps) {
  const { t, i18n } = useTranslation('agents');
  const [isAdding, setAdding] = useState(false);
  const list = trpc.agents.list.useQuery();
  const changes = useAgentChanges(scope);
  if (list.isError && !list.data) return <LoadError error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton className="h-20 w-full" />;
  const agents = list.data.items.filter((agent) => agent.scope === scope);
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' });
  return (
    <>
      {agents.length === 0 && <p className="mb-3 text-faint">{t(scope === 'person' ? 'none' : 'organisationNone')}</p>}
      {agents.length > 0 && (
        <div className="mb-3">
          <RowList label={t(scope === 'person' ? 'own' : 'organisation')}>
            {agents.map((agent) => (
              <Row
                key={agent.id}
                icon={<Bot aria-hidden className="size-4" />}
                title={agent.name}
                facts={
                  <FactLine>
                    {agent.description !== '' && <span>{agent.description}</span>}
                    <span>{t('version', { number: agent.version })}</span>
                    <span>{date.format(new Date(agent.updatedAt))}</span>
                  </FactLine>
                }
                actions={<AgentMenu agent={agent} changes={changes} isChangeable={isChangeable} />}
              />
            ))}
          </RowList>
        </div>
      )}
      {isChangeable && (
        <Button icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      )}
      {isAdding && (
        <AgentDialog
          scope={scope}
          title={t('newTitle')}
          action={t('create')}
          saved={null}
          onSave={async (content) => void (await changes.create.mutateAsync({ content }))}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}
