import { useTranslation } from 'react-i18next';
import { useMay } from '../../auth/use-may.ts';
import { Block } from '../block.tsx';
import { PipelineList } from './pipeline-list.tsx';

/** The person's own pipelines, and the organisation's to be started. */
export function PipelinesSection() {
  const { t } = useTranslation('pipelines');
  const mayStart = useMay('run.start');
  return (
    <>
      <Block title={t('own')} text={t('text')}>
        {mayStart ? <PipelineList scope="person" isChangeable /> : <p className="text-soft">{t('viewer')}</p>}
      </Block>
      <Block title={t('organisation')} text={t('organisationToUse')}>
        <PipelineList scope="organisation" isChangeable={false} />
      </Block>
    </>
  );
}
