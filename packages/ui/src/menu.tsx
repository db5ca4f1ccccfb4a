import { clsx } from 'clsx';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly isDanger?: boolean;
  readonly isChecked?: boolean;
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
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side={side}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-(--z-popover) min-w-44 rounded-2 border border-line bg-raised p-1 text-2 text-ink shadow-2"
        >
          {items.map(({ label, icon, isDanger, isChecked, onSelect }) => (
            <DropdownMenu.Item
              key={label}
              onSelect={onSelect}
              aria-current={isChecked ? 'true' : undefined}
              className={clsx(
                'tap flex h-8 cursor-default items-center gap-2 rounded-1 px-2 outline-none select-none data-highlighted:bg-hover',
                isDanger && 'text-bad',
                isChecked && 'font-medium',
              )}
            >
              {icon}
              {label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
