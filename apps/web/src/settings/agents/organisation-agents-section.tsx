import { useTranslation } from 'react-i18next';
import { Block } from '../block.tsx';
import { AgentList } from './agent-list.tsx';

/** Agents for everybody in the organisation. */
export function OrganisationAgentsSection() {
  const { t } = useTranslation('agents');
  return (
    <Block text={t('organisationText')}>
      <AgentList scope="organisation" isChangeable />
    </Block>
  );
}
