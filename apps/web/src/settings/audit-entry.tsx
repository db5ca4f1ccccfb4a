import type { AuditEventDto } from '@atelier/contracts/audit';
import { Badge, type Tone } from '@atelier/ui/badge';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatExactTime } from '../platform/format.ts';
import { AuditDetails } from './audit-details.tsx';

const tones: Readonly<Record<AuditEventDto['outcome'], Tone>> = { ok: 'good', denied: 'bad', failed: 'warn' };

/** One line of the record; what is known besides opens below it. */
export function AuditEntry({ entry }: { readonly entry: AuditEventDto }) {
  const { t, i18n } = useTranslation('settings');
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="tap flex min-h-9 w-full flex-wrap items-center gap-x-3 gap-y-0.5 px-1 py-1.5 text-left hover:bg-hover"
      >
        <ChevronRight aria-hidden className={`size-4 flex-none text-faint ${isOpen ? 'rotate-90' : ''}`} />
        <span className="min-w-0 flex-[1_1_160px] truncate font-medium">{t(`audit.actions.${entry.action}`)}</span>
        <span className="min-w-0 flex-[1_1_100px] truncate text-soft">
          <ActorName actor={entry.actor} />
        </span>
        {entry.outcome !== 'ok' && <Badge tone={tones[entry.outcome]}>{t(`audit.outcomes.${entry.outcome}`)}</Badge>}
        <time dateTime={entry.at} className="flex-none text-1 text-soft tabular-nums">
          {formatExactTime(entry.at, i18n.language)}
        </time>
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen && <AuditDetails entry={entry} />}
      </div>
    </li>
  );
}

export function ActorName({
  actor: { kind, name },
}: {
  readonly actor: Pick<AuditEventDto['actor'], 'kind' | 'name'>;
}) {
  const { t } = useTranslation('settings');
  return name ?? (kind === 'system' ? t('audit.system') : t('audit.unknown'));
}
