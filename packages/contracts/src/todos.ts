import * as z from 'zod';
import { isStorable, notStorable } from './plain-text.ts';

export const todoItem = z.strictObject({
  text: z.string().min(1).max(500).refine(isStorable, notStorable),
  state: z.enum(['open', 'doing', 'done']),
});
export type TodoItem = z.infer<typeof todoItem>;
export const todoList = z.array(todoItem).max(100);
