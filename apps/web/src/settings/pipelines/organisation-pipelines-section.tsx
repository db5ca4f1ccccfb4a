import { useTranslation } from 'react-i18next';
import { Block } from '../block.tsx';
import { PipelineList } from './pipeline-list.tsx';

/** Pipelines for everybody in the organisation. */
export function OrganisationPipelinesSection() {
  const { t } = useTranslation('pipelines');
  return (
    <Block text={t('organisationText')}>
      <PipelineList scope="organisation" isChangeable />
    </Block>
  );
}
