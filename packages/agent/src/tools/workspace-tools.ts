import { todoList } from '@atelier/contracts/todos';
import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import type { AnyTool, Shell, TodoStore, Workspace } from '../ports.ts';
import { applyPatchTool } from './apply-patch.ts';
import { editFile, listFiles, multiEdit, readFile, writeFile } from './file-tools.ts';
import { findFiles, searchFiles } from './search-tools.ts';

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const updateTodosInput = z.strictObject({ items: todoList });

/**
 * Everything the agent can do in a session without commands.
 *
 * @param ripgrep Where ripgrep can be run: it searches there, and reads the files itself otherwise.
 */
export function workspaceTools(
  workspace: Workspace,
  todos: TodoStore,
  ripgrep: Shell | null = null,
): readonly AnyTool[] {
  return [
    listFiles(workspace),
    readFile(workspace),
    writeFile(workspace),
    editFile(workspace),
    multiEdit(workspace),
    applyPatchTool(workspace),
    findFiles(workspace),
    searchFiles(workspace, ripgrep),
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
