import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';

const quietAfterMs = 20_000;

/** Says so when nothing has come for a while: a stalled model is seen, never waited for in the dark. */
export function QuietNote({ heardAt }: { readonly heardAt: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const quietMs = now - heardAt;
  return quietMs < quietAfterMs ? null : <QuietFor seconds={Math.floor(quietMs / 1000)} />;
}

function QuietFor({ seconds }: { readonly seconds: number }) {
  const { t } = useTranslation();
  const limit = trpc.system.about.useQuery().data?.limits.modelStallSeconds;
  return (
    <p role="status" className="rounded-2 bg-warn-wash px-3 py-1.5 text-2 text-soft tabular-nums">
      {t('chat.quiet', { seconds })} {limit !== undefined && t('chat.quietLimit', { limit })}
    </p>
  );
}
