import type { AuditEventDto } from '@atelier/contracts/audit';
import { useTranslation } from 'react-i18next';
import { Facts } from './facts.tsx';

/** All that an entry says, with what was before and what is after. */
export function AuditDetails({ entry }: { readonly entry: AuditEventDto }) {
  const { t } = useTranslation('settings');
  const { seq, at, event, target, reason, ip, userAgent, requestId, outcome, change } = entry;
  const said: readonly (readonly [string, string | null])[] = [
    [t('audit.seq'), String(seq)],
    [t('audit.time'), at],
    [t('audit.event'), event],
    [t('audit.outcome'), t(`audit.outcomes.${outcome}`)],
    [t('audit.target'), target.id === null ? target.kind : `${target.kind} ${target.id}`],
    [t('audit.reason'), reason],
    [t('audit.ip'), ip],
    [t('audit.userAgent'), userAgent],
    [t('audit.requestId'), requestId],
  ];
  return (
    <div className="flex flex-col gap-4 rounded-2 bg-sunken px-4 py-3 mb-2">
      <Facts rows={said.flatMap(([term, value]) => (value === null ? [] : [[term, value] as const]))} />
      {change !== null && <ChangeTable before={fieldsOf(change.before)} after={fieldsOf(change.after)} />}
    </div>
  );
}

type Fields = ReadonlyMap<string, string>;

function ChangeTable({ before, after }: { readonly before: Fields; readonly after: Fields }) {
  const { t } = useTranslation('settings');
  const names = [...new Set([...before.keys(), ...after.keys()])];
  if (names.length === 0) return null;
  return (
    <table className="w-full table-fixed text-left">
      <thead className="text-soft">
        <tr>
          <th className="w-1/4 pr-3 font-normal">{t('audit.field')}</th>
          {before.size > 0 && <th className="pr-3 font-normal">{t('audit.before')}</th>}
          {after.size > 0 && <th className="font-normal">{t('audit.after')}</th>}
        </tr>
      </thead>
      <tbody className="align-top font-mono text-1">
        {names.map((name) => (
          <tr key={name}>
            <th scope="row" className="py-1 pr-3 font-normal break-words">
              {name}
            </th>
            {before.size > 0 && <td className="py-1 pr-3 break-words">{before.get(name) ?? ''}</td>}
            {after.size > 0 && <td className="py-1 break-words">{after.get(name) ?? ''}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Names and values of one side, as text. */
function fieldsOf(side: unknown): Fields {
  if (typeof side !== 'object' || side === null) return new Map();
  return new Map(
    Object.entries(side).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
