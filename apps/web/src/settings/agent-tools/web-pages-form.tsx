import { type WebFetchSettings, webFetchSettings } from '@atelier/contracts/tool-settings';
import { CheckField } from '@atelier/ui/check-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LinesField, linesOf } from '../lines-field.tsx';
import { SaveForm } from './save-form.tsx';
import { useSettingsForm } from './use-settings-form.ts';

/** Whether agents may read pages of the web, and of which hosts. */
export function WebPagesForm({ saved }: { readonly saved: WebFetchSettings }) {
  const { t } = useTranslation('mcp');
  const [isOn, setOn] = useState(saved.isOn);
  const [hosts, setHosts] = useState(saved.hosts.join('\n'));
  const wanted = { isOn, hosts: linesOf(hosts) };
  const isRight = webFetchSettings.safeParse(wanted).success;
  const { submission, isWrong, onSubmit } = useSettingsForm({ webFetch: wanted }, isRight);
  return (
    <SaveForm
      submission={submission}
      isSame={JSON.stringify(wanted) === JSON.stringify(saved)}
      action={t('admin.saveWeb')}
      onSubmit={onSubmit}
    >
      <CheckField
        className="mb-3"
        label={t('admin.webOn')}
        hint={t('admin.webOnHint')}
        checked={isOn}
        onChange={setOn}
      />
      {isOn && (
        <LinesField
          label={t('admin.webHosts')}
          hint={t('admin.webHostsHint')}
          value={hosts}
          error={isWrong ? t('admin.webHostsWrong') : undefined}
          onText={setHosts}
        />
      )}
    </SaveForm>
  );
}
