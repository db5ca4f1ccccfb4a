import { useTranslation } from 'react-i18next';
import { useMay } from '../../auth/use-may.ts';
import { Block } from '../block.tsx';
import { AgentList } from './agent-list.tsx';

/** The person's own agents, and the organisation's to look at. */
export function AgentsSection() {
  const { t } = useTranslation('agents');
  const mayStart = useMay('run.start');
  return (
    <>
      <Block title={t('own')} text={t('text')}>
        {mayStart ? <AgentList scope="person" isChangeable /> : <p className="text-soft">{t('viewer')}</p>}
      </Block>
      <Block title={t('organisation')} text={t('organisationToUse')}>
        <AgentList scope="organisation" isChangeable={false} />
      </Block>
    </>
  );
}
