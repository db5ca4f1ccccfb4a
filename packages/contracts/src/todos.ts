import { z } from 'zod';

export const todoItem = z.strictObject({
  text: z.string().min(1).max(500),
  state: z.enum(['open', 'doing', 'done']),
});
export type TodoItem = z.infer<typeof todoItem>;
export const todoList = z.array(todoItem).max(100);
