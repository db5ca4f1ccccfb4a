import type { Usage } from '@atelier/contracts/runs';
import { clsx } from 'clsx';
import { Gauge } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCost } from '../traces/format-amounts.ts';
import { type ContextFill, isNearlyFull, percentOf } from './context-fill.ts';

interface ContextGaugeProps {
  readonly fill: ContextFill;
  /** Of the whole session. */
  readonly usage: Usage;
}

/** How full the model's window is; pressed, what that is in tokens, and what the session has taken. */
export function ContextGauge({ fill, usage }: ContextGaugeProps) {
  const { t, i18n } = useTranslation('choice');
  const number = new Intl.NumberFormat(i18n.language);
  const short = new Intl.NumberFormat(i18n.language, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = percentOf(fill);
  const share = percent === null ? null : percentText(percent, i18n.language);
  const isFull = isNearlyFull(fill);
  const inWords =
    fill.window === null
      ? t('context.tokens', { tokens: number.format(fill.tokens) })
      : t('context.of', { tokens: number.format(fill.tokens), window: number.format(fill.window) });
  // Whoever speaks to the page says what stands on the button.
  const shown = share ?? short.format(fill.tokens);
  return (
    <Popover.Root>
      <span className="relative flex flex-none">
        {/* Beside the button, and not in it: what is in a button is not told by itself. */}
        {percent !== null && (
          <meter
            className="unseen"
            aria-label={t('context.title')}
            max={100}
            value={Math.min(100, percent)}
            aria-valuetext={`${share}, ${inWords}`}
          />
        )}
        <Popover.Trigger
          aria-label={
            share === null
              ? t('context.buttonUnknown', { tokens: t('context.tokens', { tokens: shown }) })
              : t('context.button', { share })
          }
          title={share === null ? inWords : `${share} · ${inWords}`}
          className={clsx(
            'tap flex h-8 items-center justify-center gap-1.5 rounded-2 px-2 text-1 tabular-nums hover:bg-hover',
            isFull ? 'text-warn' : 'text-soft hover:text-ink',
          )}
        >
          {percent === null ? <Gauge aria-hidden className="size-4 flex-none" /> : <Ring percent={percent} />}
          <span className={share === null ? undefined : 'max-sm:hidden'}>{shown}</span>
        </Popover.Trigger>
      </span>
      <Popover.Portal>
        <Popover.Content
          aria-label={t('context.title')}
          side="top"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-(--z-popover) w-[min(320px,calc(100vw-16px))] rounded-3 border border-line bg-raised p-4 text-2 text-ink shadow-2"
        >
          <p className="flex items-baseline justify-between gap-3">
            <span className="font-semibold">{t('context.title')}</span>
            {share !== null && <span className={clsx('tabular-nums', isFull && 'text-warn')}>{share}</span>}
          </p>
          {percent !== null && <Bar percent={percent} isFull={isFull} />}
          <dl className="mt-3 flex flex-col gap-1.5">
            <Row name={t('context.inContext')}>{t('context.tokens', { tokens: number.format(fill.tokens) })}</Row>
            <Row name={t('context.window')} note={fill.model}>
              {fill.window === null
                ? t('context.unknown')
                : t('context.tokens', { tokens: number.format(fill.window) })}
            </Row>
            <Row
              name={t('context.used')}
              note={t('context.inAndOut', {
                input: number.format(usage.inputTokens),
                output: number.format(usage.outputTokens),
              })}
            >
              {t('context.tokens', { tokens: number.format(usage.inputTokens + usage.outputTokens) })}
            </Row>
            <Row name={t('context.cost')}>
              {usage.cost === undefined ? t('noPrice') : formatCost(usage.cost, i18n.language)}
            </Row>
          </dl>
          <p className={clsx('mt-3 text-1', isFull ? 'text-warn' : 'text-soft')}>
            {isFull ? t('context.soon') : fill.window === null ? t('context.noWindow') : t('context.later')}
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function percentText(percent: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent' }).format(percent / 100);
}

/** A ring that closes as the window fills; its length counts as a hundred. */
function Ring({ percent }: { readonly percent: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" className="size-4 flex-none -rotate-90" fill="none" strokeWidth="2.5">
      <circle cx="8" cy="8" r="6" className="stroke-line-strong" />
      <circle
        cx="8"
        cy="8"
        r="6"
        pathLength="100"
        stroke="currentColor"
        strokeDasharray={`${Math.min(100, percent)} 100`}
      />
    </svg>
  );
}

function Bar({ percent, isFull }: { readonly percent: number; readonly isFull: boolean }) {
  return (
    <svg aria-hidden="true" className="mt-2 block h-1.5 w-full overflow-hidden rounded-full">
      <rect width="100%" height="100%" className="fill-active" />
      <rect width={`${Math.min(100, percent)}%`} height="100%" className={isFull ? 'fill-warn' : 'fill-accent'} />
    </svg>
  );
}

interface RowProps {
  readonly name: string;
  readonly note?: string;
  readonly children: ReactNode;
}

function Row({ name, note, children }: RowProps) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="min-w-0 text-soft">
        {name}
        {note !== undefined && <span className="block truncate text-1 text-faint">{note}</span>}
      </dt>
      <dd className="flex-none text-right tabular-nums">{children}</dd>
    </div>
  );
}
