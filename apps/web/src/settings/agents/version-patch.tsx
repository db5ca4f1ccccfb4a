import type { AgentVersionDto } from '@atelier/contracts/agents';
import { useTranslation } from 'react-i18next';
import { patchLines } from '../../platform/visible-text.ts';
import { PatchLines } from '../../workspace/patch-view.tsx';

/** What a version changed; of the first one, what it says. */
export function VersionPatch({ version }: { readonly version: AgentVersionDto }) {
  const { t } = useTranslation('agents');
  const { number, patch, content } = version;
  if (patch !== null) {
    return (
      <div className="overflow-hidden rounded-2 border border-line">
        <PatchLines lines={patchLines(patch)} />
      </div>
    );
  }
  if (number > 1) return <p className="text-faint">{t('noPatch')}</p>;
  return content.instructions === '' ? (
    <p className="text-faint">{t('noInstructions')}</p>
  ) : (
    <p className="max-h-60 overflow-y-auto rounded-2 border border-line bg-sunken px-3 py-2 break-words whitespace-pre-wrap">
      {content.instructions}
    </p>
  );
}
