import { type McpSettings, mcpSettings } from '@atelier/contracts/tool-settings';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LinesField, linesOf } from '../lines-field.tsx';
import { SaveForm } from './save-form.tsx';
import { useSettingsForm } from './use-settings-form.ts';

/** Which machines of one's own network MCP servers may be at. */
export function InternalHostsForm({ saved }: { readonly saved: McpSettings }) {
  const { t } = useTranslation('mcp');
  const [hosts, setHosts] = useState(saved.internalHosts.join('\n'));
  const wanted = { ...saved, internalHosts: linesOf(hosts) };
  const isRight = mcpSettings.safeParse(wanted).success;
  const { submission, isWrong, onSubmit } = useSettingsForm({ mcp: wanted }, isRight);
  return (
    <SaveForm
      submission={submission}
      isSame={JSON.stringify(wanted) === JSON.stringify(saved)}
      action={t('admin.saveHosts')}
      onSubmit={onSubmit}
    >
      <LinesField
        label={t('admin.hostsLabel')}
        hint={t('admin.hostsHint')}
        value={hosts}
        error={isWrong ? t('admin.hostsWrong') : undefined}
        onText={setHosts}
      />
    </SaveForm>
  );
}
