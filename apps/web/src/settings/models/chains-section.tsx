import { useTranslation } from 'react-i18next';
import { Block } from '../block.tsx';
import { ChainList } from './chain-list.tsx';

/** The chains of the organisation that is shown. */
export function ChainsSection() {
  const { t } = useTranslation('models');
  return (
    <Block text={t('chains.organisationText')}>
      <ChainList scope="organisation" />
    </Block>
  );
}
