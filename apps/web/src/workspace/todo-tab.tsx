import type { TodoItem } from '@atelier/contracts/todos';
import { Empty } from '@atelier/ui/empty';
import { clsx } from 'clsx';
import { Circle, CircleCheck, CircleDot } from 'lucide-react';
import { useTranslation } from 'react-i18next';

const icons = { open: Circle, doing: CircleDot, done: CircleCheck } as const;
const colours = { open: 'text-faint', doing: 'text-accent', done: 'text-good' } as const;

/** The agent's list of what is still to do. */
export function TodoTab({ todos }: { readonly todos: readonly TodoItem[] }) {
  const { t } = useTranslation();
  if (todos.length === 0) return <Empty text={t('todo.empty')} />;
  const done = todos.filter(({ state }) => state === 'done').length;
  return (
    <div className="p-4 text-2">
      <p className="mb-3 text-faint tabular-nums">{t('todo.progress', { done, total: todos.length })}</p>
      <ul className="flex flex-col gap-2">
        {todos.map(({ text, state }, index) => {
          const Icon = icons[state];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an item has no identity but its place in the list
            <li key={index} className="flex gap-2">
              <Icon aria-hidden className={clsx('mt-0.5 size-4 flex-none', colours[state])} />
              <span className="unseen">{t(`todo.${state}`)}: </span>
              <span className={clsx('min-w-0 break-words', state === 'done' && 'text-faint line-through')}>{text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
