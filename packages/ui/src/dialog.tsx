import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './icon-button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly isTitleHidden?: boolean;
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A modal dialog: the browser's own, which keeps the focus inside, closes by Escape and gives the focus back. */
export function Dialog({ title, isTitleHidden = false, closeLabel, onClose, children, className }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    // React's own autofocus runs before the dialog is shown, and showing moves the focus to its first control.
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      // The browser gives the focus back when a dialog is closed, and not when it is taken away.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by the browser's own hand; the click is on the backdrop
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      className={clsx(
        'm-auto w-[min(480px,calc(100vw-32px))] rounded-3 border border-line bg-raised p-0 text-ink shadow-2',
        className,
      )}
    >
      <div
        className={isTitleHidden ? 'unseen' : 'flex h-13 items-center justify-between border-b border-line pr-2 pl-5'}
      >
        <h2 id={titleId} className="text-3 font-semibold">
          {title}
        </h2>
        {!isTitleHidden && (
          <IconButton label={closeLabel} onClick={onClose}>
            <X aria-hidden className="size-4" />
          </IconButton>
        )}
      </div>
      {children}
    </dialog>
  );
}
