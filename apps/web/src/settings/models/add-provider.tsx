import { Button } from '@atelier/ui/button';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NewProvider } from './new-provider.tsx';

/** A button that becomes the form of a new provider, and a button again. */
export function AddProvider({ onMade }: { readonly onMade: (id: string) => void }) {
  const { t } = useTranslation('models');
  const [isAdding, setAdding] = useState(false);
  if (!isAdding) {
    return (
      <Button look="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
        {t('providers.add')}
      </Button>
    );
  }
  return (
    <NewProvider
      onMade={(id) => {
        setAdding(false);
        onMade(id);
      }}
      onCancel={() => setAdding(false)}
    />
  );
}
