import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { Spinner } from '@atelier/ui/spinner';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../../api.ts';
import { saveBlob } from '../../platform/save-blob.ts';
import { showError } from '../../shell/show-error.ts';
import { showToast } from '../../shell/toast-store.ts';

const ranges = ['7', '30', '90', '365'] as const;
export type UsageRange = (typeof ranges)[number];

interface UsageBarProps {
  readonly of: 'own' | 'organisation';
  readonly range: UsageRange;
  readonly onRange: (range: UsageRange) => void;
}

/** Of which time, and the same as a file. */
export function UsageBar({ of, range, onRange }: UsageBarProps) {
  const { t } = useTranslation('money');
  const [isBusy, setBusy] = useState(false);

  async function save(): Promise<void> {
    setBusy(true);
    try {
      const name = `atelier-usage-${new Date().toISOString().slice(0, 10)}.csv`;
      saveBlob(await client.exportUsage({ of, days: Number(range) }), name);
      showToast({ text: t('exported', { name }) });
    } catch (error) {
      showError(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <div className="mb-6 flex flex-wrap items-center gap-2 text-2">
      <Select<UsageRange>
        label={t('range')}
        isLabelHidden
        value={range}
        options={ranges.map((days) => [days, t('days', { count: Number(days) })] as const)}
        onChange={onRange}
      />
      <Button
        disabled={isBusy}
        icon={isBusy ? <Spinner /> : <Download aria-hidden className="size-4" />}
        onClick={() => void save()}
      >
        {t('export')}
      </Button>
    </div>
  );
}
