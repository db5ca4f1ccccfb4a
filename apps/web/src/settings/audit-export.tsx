import type { AuditFilter } from '@atelier/contracts/audit';
import { Button } from '@atelier/ui/button';
import { Menu } from '@atelier/ui/menu';
import { Spinner } from '@atelier/ui/spinner';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { saveBlob } from '../platform/save-blob.ts';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';

/** Saves what the filter lets through as a file. */
export function AuditExport({ filter }: { readonly filter: AuditFilter }) {
  const { t } = useTranslation('settings');
  const [isBusy, setBusy] = useState(false);

  async function save(format: 'csv' | 'json'): Promise<void> {
    setBusy(true);
    try {
      const name = `atelier-audit-${new Date().toISOString().slice(0, 10)}.${format === 'csv' ? 'csv' : 'jsonl'}`;
      saveBlob(await client.exportAudit({ ...filter, format }), name);
      showToast({ text: t('audit.exported', { name }) });
    } catch (error) {
      showError(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Menu
      align="start"
      trigger={
        <Button disabled={isBusy} icon={isBusy ? <Spinner /> : <Download aria-hidden className="size-4" />}>
          {t('audit.export')}
        </Button>
      }
      items={[
        { label: t('audit.exportCsv'), onSelect: () => void save('csv') },
        { label: t('audit.exportJson'), onSelect: () => void save('json') },
      ]}
    />
  );
}
