import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import { type AnyTool, type Workspace, WorkspaceError } from '../ports.ts';
import { type FilePatch, readPatch } from './read-patch.ts';

const maxPatch = 1_000_000;
const maxFiles = 100;

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const applyPatchInput = z.strictObject({
  patch: z
    .string()
    .min(1)
    .max(maxPatch)
    .describe(
      'A unified diff ("--- a/path", "+++ b/path", "@@ … @@"), or one from "*** Begin Patch" to "*** End Patch".',
    ),
});

export function applyPatchTool(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'apply_patch',
    effect: 'write',
    description:
      'Applies a patch that changes, adds, moves or removes files of the workspace: all of it, or nothing when a hunk does not fit.',
    input: applyPatchInput,
    title: ({ patch }) => titleOf(patch),
    async execute({ patch }) {
      const patches = readPatch(patch);
      if (patches.length > maxFiles) throw new WorkspaceError(`A patch changes at most ${maxFiles} files.`);
      const plan = new PlannedFiles(workspace);
      for (const file of patches) await plan.add(file);
      await plan.write();
      return { output: patches.map(describe).join('\n') };
    },
  });
}

function titleOf(patch: string): string {
  try {
    const [first, ...others] = readPatch(patch).map(({ from, to }) => to ?? from ?? '');
    return others.length === 0 ? `Patch ${first}` : `Patch ${first} and ${others.length} more`;
  } catch {
    return 'Apply a patch';
  }
}

function describe({ from, to }: FilePatch): string {
  if (from === null) return `Added ${to}.`;
  if (to === null) return `Removed ${from}.`;
  return from === to ? `Changed ${to}.` : `Moved ${from} to ${to}.`;
}

/** Files as a patch will leave them, worked out in memory before the first is written. Null: there is no such file. */
class PlannedFiles {
  readonly #workspace: Workspace;
  readonly #before = new Map<string, string | null>();
  readonly #after = new Map<string, string | null>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** @throws WorkspaceError when the patch does not fit what is there. */
  async add({ from, to, apply }: FilePatch): Promise<void> {
    const old = from === null ? '' : await this.#current(from);
    if (old === null) throw new WorkspaceError(`There is no file ${from}. Nothing was changed.`);
    if (to !== null && to !== from && (await this.#current(to)) !== null) {
      throw new WorkspaceError(`${to} exists already. Nothing was changed.`);
    }
    const text = apply(old);
    if (from !== null && from !== to) this.#after.set(from, null);
    if (to !== null) this.#after.set(to, text);
  }

  /** All of it. What was written is put back when something cannot be. */
  async write(): Promise<void> {
    const done: string[] = [];
    try {
      for (const [path, text] of this.#after) {
        if (text === this.#before.get(path)) continue;
        done.push(path);
        await this.#put(path, text);
      }
    } catch (error) {
      for (const path of done) await this.#put(path, this.#before.get(path) ?? null).catch(() => undefined);
      throw error;
    }
  }

  async #put(path: string, text: string | null): Promise<void> {
    if (text === null) await this.#workspace.remove(path);
    else await this.#workspace.writeText(path, text);
  }

  async #current(path: string): Promise<string | null> {
    const planned = this.#after.get(path);
    if (planned !== undefined) return planned;
    const text = (await this.#isThere(path)) ? await this.#workspace.readText(path) : null;
    this.#before.set(path, text);
    return text;
  }

  async #isThere(path: string): Promise<boolean> {
    const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const entries = await this.#workspace.list(directory).catch((error: unknown) => {
      if (error instanceof WorkspaceError) return [];
      throw error;
    });
    return entries.some((entry) => entry.path === path);
  }
}
