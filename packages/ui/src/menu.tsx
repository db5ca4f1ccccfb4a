import { clsx } from 'clsx';
import { DropdownMenu } from 'radix-ui';
import { Fragment, type ReactNode, useRef } from 'react';

export interface MenuItem {
  /** Needed where two labels may be the same. */
  readonly key?: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly isDanger?: boolean;
  readonly isChecked?: boolean;
  /** Begins another group: a line stands above it. */
  readonly isFirstOfGroup?: boolean;
  /** Stands behind the label, softly. */
  readonly note?: string;
  readonly onSelect: () => void;
}

export interface MenuProps {
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
  readonly side?: 'top' | 'bottom';
  readonly align?: 'start' | 'end';
}

/** A menu at its trigger. Not modal: a modal one would have to write a style sheet into the page, which our CSP refuses. */
export function Menu({ trigger, items, side = 'bottom', align = 'end' }: MenuProps) {
  const chosen = useRef<(() => void) | null>(null);
  // Done after the focus is back at the trigger: a dialog that opens then gives it back there.
  const runChosen = () => {
    const run = chosen.current;
    chosen.current = null;
    if (run) queueMicrotask(run);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side={side}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={runChosen}
          className="z-(--z-popover) max-h-[min(480px,70dvh)] max-w-[min(320px,calc(100vw-16px))] min-w-44 overflow-y-auto rounded-2 border border-line bg-raised p-1 text-2 text-ink shadow-2"
        >
          {items.map(({ key, label, icon, isDanger, isChecked, isFirstOfGroup, note, onSelect }) => (
            <Fragment key={key ?? label}>
              {isFirstOfGroup && <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />}
              <DropdownMenu.Item
                onSelect={() => {
                  chosen.current = onSelect;
                }}
                aria-current={isChecked ? 'true' : undefined}
                className={clsx(
                  'tap flex h-8 cursor-default items-center gap-2 rounded-1 px-2 outline-none select-none data-highlighted:bg-hover',
                  isDanger && 'text-bad',
                  isChecked && 'font-medium',
                )}
              >
                {icon}
                <span className="min-w-0 truncate">{label}</span>
                {note !== undefined && <span className="ml-auto flex-none pl-3 text-1 text-faint">{note}</span>}
              </DropdownMenu.Item>
            </Fragment>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
