import { useTranslation } from 'react-i18next';

export function ImageNote({ src, alt }: { readonly src: string; readonly alt: string }) {
  const { t } = useTranslation();
  return (
    <a href={src} target="_blank" rel="noreferrer noopener nofollow">
      {t('chat.imageLink', { name: alt === '' ? t('chat.imageUnnamed') : alt })}
    </a>
  );
}
