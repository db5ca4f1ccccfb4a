import { type WebFetchSettings, webFetchSettings } from '@atelier/contracts/tool-settings';
import { CheckField } from '@atelier/ui/check-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubmit } from '../../auth/use-submit.ts';
import { LinesField, linesOf } from '../lines-field.tsx';
import { SaveForm } from './save-form.tsx';
import { useChangeSettings } from './use-change-settings.ts';

/** Whether agents may read pages of the web, and of which hosts. */
export function WebPagesForm({ saved }: { readonly saved: WebFetchSettings }) {
  const { t } = useTranslation('mcp');
  const [isOn, setOn] = useState(saved.isOn);
  const [hosts, setHosts] = useState(saved.hosts.join('\n'));
  const [hasTried, setTried] = useState(false);
  const change = useChangeSettings();
  const wanted = { isOn, hosts: linesOf(hosts) };
  const isRight = webFetchSettings.safeParse(wanted).success;
  const submission = useSubmit(async () => await change({ webFetch: wanted }));
  function onSubmit(): void {
    setTried(true);
    if (isRight) void submission.submit();
  }
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
          error={hasTried && !isRight ? t('admin.webHostsWrong') : undefined}
          onText={setHosts}
        />
      )}
    </SaveForm>
  );
}
