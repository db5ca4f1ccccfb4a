import { todoList } from '@atelier/contracts/todos';
import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import type { AnyTool, TodoStore, Workspace } from '../ports.ts';
import { editFile, listFiles, readFile, writeFile } from './file-tools.ts';
import { findFiles, searchFiles } from './search-tools.ts';

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const updateTodosInput = z.strictObject({ items: todoList });

/** Everything the agent can do in a session. */
export function workspaceTools(workspace: Workspace, todos: TodoStore): readonly AnyTool[] {
  return [
    listFiles(workspace),
    readFile(workspace),
    writeFile(workspace),
    editFile(workspace),
    findFiles(workspace),
    searchFiles(workspace),
    updateTodos(todos),
  ];
}

function updateTodos(todos: TodoStore): AnyTool {
  return defineTool({
    name: 'update_todos',
    effect: 'ask',
    description: 'Replaces the todo list of the session, which the person sees. Send all items each time.',
    input: updateTodosInput,
    title: (input) =>
      `Update todo list (${input.items.filter(({ state }) => state === 'done').length}/${input.items.length})`,
    async execute({ items }) {
      await todos.save(items);
      return { output: `The list has ${items.length} ${items.length === 1 ? 'item' : 'items'} now.` };
    },
  });
}
