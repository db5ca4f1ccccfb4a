import { Dialog } from '@atelier/ui/dialog';
import { useTranslation } from 'react-i18next';
import { ShortcutList } from './shortcut-list.tsx';

export function ShortcutsSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('shortcuts.title')} closeLabel={t('common.close')} onClose={onClose}>
      <div className="p-5">
        <ShortcutList />
      </div>
    </Dialog>
  );
}
