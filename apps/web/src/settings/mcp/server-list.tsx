import type { McpOwner, McpServerDto } from '@atelier/contracts/mcp';
import { Button } from '@atelier/ui/button';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RowList } from '../row-list.tsx';
import { AddServer } from './add-server.tsx';
import { ServerRow } from './server-row.tsx';

interface ServerListProps {
  readonly label: string;
  /** Said where there is none. */
  readonly none: string;
  readonly owner: McpOwner;
  readonly servers: readonly McpServerDto[];
  /** What may be run, by name. */
  readonly commands: readonly string[];
  readonly mayArrange: boolean;
}

/** Servers below each other, and the form of a new one. */
export function ServerList({ label, none, owner, servers, commands, mayArrange }: ServerListProps) {
  const { t } = useTranslation('mcp');
  const [isAdding, setAdding] = useState(false);
  const [madeId, setMadeId] = useState<string | null>(null);
  function onMade(id: string): void {
    setAdding(false);
    setMadeId(id);
  }
  return (
    <>
      {servers.length === 0 && <p className="mb-3 text-faint">{none}</p>}
      {servers.length > 0 && (
        <div className="mb-3">
          <RowList label={label}>
            {servers.map((server) => (
              <ServerRow key={server.id} server={server} mayArrange={mayArrange} isNew={server.id === madeId} />
            ))}
          </RowList>
        </div>
      )}
      {mayArrange && !isAdding && (
        <Button look="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      )}
      {isAdding && <AddServer owner={owner} commands={commands} onMade={onMade} onCancel={() => setAdding(false)} />}
    </>
  );
}
