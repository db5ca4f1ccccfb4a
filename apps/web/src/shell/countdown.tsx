import { useTranslation } from 'react-i18next';
import { formatDuration } from '../platform/format.ts';
import { useSecondsUntil } from '../platform/use-countdown.ts';

/** "Try again in 12 s", until it is 0. Not read out each second: what it stands in says why, once. */
export function Countdown({
  until,
  isAutomatic = false,
}: {
  readonly until: number | null;
  /** It is tried again then without anybody doing anything. */
  readonly isAutomatic?: boolean;
}) {
  const { t, i18n } = useTranslation();
  const seconds = useSecondsUntil(until);
  if (seconds === 0) return null;
  return (
    <span role="timer" aria-live="off" className="whitespace-nowrap tabular-nums">
      {t(isAutomatic ? 'common.tryingAgainIn' : 'common.tryAgainIn', {
        time: formatDuration(seconds * 1000, i18n.language),
      })}
    </span>
  );
}
