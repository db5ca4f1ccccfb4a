import { type McpCommand, type McpSettings, mcpSettings } from '@atelier/contracts/tool-settings';
import { Button } from '@atelier/ui/button';
import { TextField } from '@atelier/ui/text-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../auth/use-may.ts';
import { showError } from '../../shell/show-error.ts';
import { LinesField } from '../lines-field.tsx';
import { Row, RowList } from '../row-list.tsx';
import { SaveForm } from './save-form.tsx';
import { useChangeSettings } from './use-change-settings.ts';
import { useSettingsForm } from './use-settings-form.ts';

/** The whole commands that people may run as MCP servers. */
export function McpCommands({ saved }: { readonly saved: McpSettings }) {
  const { t } = useTranslation('mcp');
  const mayWrite = useMay('installation.write');
  const change = useChangeSettings();
  function remove(gone: McpCommand): void {
    const commands = saved.commands.filter(({ name }) => name !== gone.name);
    change({ mcp: { ...saved, commands } }).catch(showError);
  }
  return (
    <>
      {saved.commands.length === 0 && <p className="mb-3 text-faint">{t('admin.commandsNone')}</p>}
      <div className="mb-3">
        <RowList label={t('admin.commands')}>
          {saved.commands.map((command) => (
            <Row
              key={command.name}
              title={command.name}
              facts={<code className="font-mono text-1 break-all">{command.argv.map(shown).join(' ')}</code>}
              actions={
                mayWrite && (
                  <Button
                    look="danger"
                    aria-label={t('admin.removeCommand', { name: command.name })}
                    onClick={() => remove(command)}
                  >
                    {t('removeAction')}
                  </Button>
                )
              }
            />
          ))}
        </RowList>
      </div>
      <NewCommand key={saved.commands.length} saved={saved} />
    </>
  );
}

function NewCommand({ saved }: { readonly saved: McpSettings }) {
  const { t } = useTranslation('mcp');
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const argv = text.split('\n').filter((line) => line !== '');
  const wanted = { ...saved, commands: [...saved.commands.filter((command) => command.name !== name), { name, argv }] };
  const isRight = mcpSettings.safeParse(wanted).success;
  const { submission, isWrong, onSubmit } = useSettingsForm({ mcp: wanted }, isRight);
  return (
    <SaveForm
      submission={submission}
      isSame={name === '' && text === ''}
      action={t('admin.addCommand')}
      onSubmit={onSubmit}
    >
      <TextField
        className="max-w-xl"
        label={t('admin.commandName')}
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        value={name}
        hint={t('admin.commandNameHint')}
        onChange={({ target }) => setName(target.value)}
      />
      <LinesField
        label={t('admin.argv')}
        hint={t('admin.argvHint')}
        value={text}
        error={isWrong ? t('admin.commandWrong') : undefined}
        onText={setText}
      />
    </SaveForm>
  );
}

/** An argument with blanks in it is seen to be one. */
function shown(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
