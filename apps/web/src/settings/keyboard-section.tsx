import { useTranslation } from 'react-i18next';
import { chooseEnter, enterChoice } from '../conversation/enter-choice.ts';
import { useValue } from '../platform/value-store.ts';
import { ShortcutList } from '../shell/shortcut-list.tsx';
import { ChoiceRow } from './choice-row.tsx';

export function KeyboardSection() {
  const { t } = useTranslation('settings');
  const enter = useValue(enterChoice);
  return (
    <div className="flex flex-col gap-5 text-2">
      <div className="flex flex-col gap-1.5">
        <ChoiceRow
          legend={t('keyboard.enter')}
          value={enter}
          options={[
            ['queue', t('keyboard.queue')],
            ['steer', t('keyboard.steer')],
          ]}
          onChange={chooseEnter}
        />
        <p className="text-soft">{enter === 'steer' ? t('keyboard.steerMeans') : t('keyboard.queueMeans')}</p>
      </div>
      <ShortcutList />
    </div>
  );
}
