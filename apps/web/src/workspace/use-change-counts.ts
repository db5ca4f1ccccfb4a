import type { RestorationDto } from '@atelier/contracts/checkpoints';
import { useTranslation } from 'react-i18next';

type Counts = Pick<RestorationDto, 'created' | 'modified' | 'deleted'>;

/** "1 file made, 2 changed": in words how many files were made, changed and removed. */
export function useChangeCounts(): (counts: Counts) => string {
  const { t } = useTranslation();
  return ({ created, modified, deleted }) =>
    [
      created > 0 && t('changes.created', { count: created }),
      modified > 0 && t('changes.modified', { count: modified }),
      deleted > 0 && t('changes.deleted', { count: deleted }),
    ]
      .filter(Boolean)
      .join(', ');
}
