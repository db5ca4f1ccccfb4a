import { AppError } from '@atelier/kernel/app-error';

const maxNameBytes = 200;
const maxDepth = 32;
/** Control characters, and the marks that turn text around: "gpj.exe" must not read as "exe.jpg". */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into a name
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
const unprintables = new RegExp(unprintable, 'gu');
/** Characters that some system or some decoder takes for a separator. */
const separatorLike = /[/\\\u2044\u2215\uff0f\uff3c]/gu;
const windowsDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The names of a path inside a workspace, '' being the workspace itself.
 * @throws AppError `file.name_invalid` for anything that could lead outside or mislead a reader.
 */
export function parsePath(path: string): readonly string[] {
  const names = path
    .normalize('NFC')
    .split('/')
    .filter((name) => name !== '' && name !== '.');
  const isBad = names.some((name) => name === '..' || unprintable.test(name) || Buffer.byteLength(name) > 255);
  if (isBad || path.startsWith('/') || names.length > maxDepth) throw new AppError('file.name_invalid');
  return names;
}

/** A name somebody's computer gave, made safe to store and to show. Never empty. */
export function cleanName(name: string): string {
  const last =
    name
      .normalize('NFC')
      .split(/[/\\]/)
      .findLast((part) => part.trim() !== '') ?? '';
  const visible = last
    .replace(unprintables, '')
    .replace(separatorLike, '_')
    .trim()
    .replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, '');
  const named = visible === '' ? 'file' : visible;
  return cut(windowsDevice.test(named) ? `_${named}` : named);
}

/** Cuts in the middle, so that the ending, by which people know files, stays. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= maxNameBytes) return name;
  const { stem, ending } = splitName(name);
  const characters = [...stem];
  while (Buffer.byteLength(characters.join('') + ending) > maxNameBytes) characters.pop();
  return characters.join('') + ending;
}

export function splitName(name: string): { readonly stem: string; readonly ending: string } {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 16
    ? { stem: name.slice(0, dot), ending: name.slice(dot) }
    : { stem: name, ending: '' };
}
