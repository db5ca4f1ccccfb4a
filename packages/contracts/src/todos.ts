import * as z from 'zod';

/** PostgreSQL keeps neither a NUL nor half of a surrogate pair in the `jsonb` the list is stored as. */
const storable = (text: string) => !text.includes('\u0000') && text.isWellFormed();

export const todoItem = z.strictObject({
  text: z.string().min(1).max(500).refine(storable, 'This text holds a character that cannot be stored.'),
  state: z.enum(['open', 'doing', 'done']),
});
export type TodoItem = z.infer<typeof todoItem>;
export const todoList = z.array(todoItem).max(100);
