import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readText, writeText } from '../platform/storage.ts';

const key = 'atelier.panel-width';
const least = 300;
const most = 900;
const usual = 420;
const stepPx = 24;

const within = (width: number) => Math.round(Math.min(most, Math.max(least, width)));

export function usePanelWidth(): readonly [number, (width: number) => void] {
  const [width, setWidth] = useState(() => within(Number(readText(key) ?? usual) || usual));
  return [
    width,
    (next) => {
      setWidth(within(next));
      writeText(key, String(within(next)));
    },
  ];
}

/** The panel's left edge: drawn with the pointer, moved with the arrow keys. */
export function PanelResizer({
  width,
  onWidth,
}: {
  readonly width: number;
  readonly onWidth: (width: number) => void;
}) {
  const { t } = useTranslation();
  function onPointerMove(event: PointerEvent<HTMLDivElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    onWidth(window.innerWidth - event.clientX);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft') onWidth(width + stepPx);
    if (event.key === 'ArrowRight') onWidth(width - stepPx);
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> takes no keys and holds no value
    <div
      role="separator"
      tabIndex={0}
      aria-label={t('files.resize')}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className="absolute inset-y-0 -left-1 z-(--z-panel) w-2 cursor-col-resize touch-none hover:bg-accent-wash max-[1100px]:hidden"
    />
  );
}
