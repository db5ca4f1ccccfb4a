import type { FileEntry, FileListing } from '@atelier/contracts/files';
import { clsx } from 'clsx';
import { ChevronRight, File, Folder } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../platform/format.ts';
import { visibleText } from '../platform/visible-text.ts';
import { useDirectory } from './use-directory.ts';

interface FileTreeProps {
  readonly sessionId: string;
  readonly root: FileListing;
  readonly filesVersion: number;
  readonly onOpen: (path: string) => void;
}

type LevelProps = Omit<FileTreeProps, 'root'> & { readonly listing: FileListing; readonly depth: number };

/** A list in lists: folders open where they stand, and are read only when they do. */
export function FileTree({ root, ...rest }: FileTreeProps) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('files.tree')}>
      <Level {...rest} listing={root} depth={0} />
    </nav>
  );
}

function Level({ listing, depth, ...rest }: LevelProps) {
  const { t } = useTranslation();
  return (
    <ul>
      {listing.entries.map((entry) =>
        entry.kind === 'directory' ? (
          <FolderRow key={entry.path} entry={entry} depth={depth} {...rest} />
        ) : (
          <FileRow key={entry.path} entry={entry} depth={depth} onOpen={rest.onOpen} />
        ),
      )}
      {listing.isTruncated && <li className="px-2 py-1 text-1 text-faint">{t('files.listCut')}</li>}
    </ul>
  );
}

const rowClass = 'tap flex h-8 w-full items-center gap-1.5 rounded-2 pr-2 text-left text-2 hover:bg-hover';
const indent = (depth: number) => ({ paddingLeft: 8 + depth * 16 });

function FolderRow({ entry, depth, ...rest }: Omit<LevelProps, 'listing'> & { readonly entry: FileEntry }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={t('files.folder', { name: visibleText(entry.name) })}
        onClick={() => setOpen(!isOpen)}
        className={rowClass}
        style={indent(depth)}
      >
        <ChevronRight aria-hidden className={clsx('size-3.5 flex-none text-faint', isOpen && 'rotate-90')} />
        <Folder aria-hidden className="size-4 flex-none text-faint" />
        <span className="truncate">{visibleText(entry.name)}</span>
      </button>
      {isOpen && <OpenFolder path={entry.path} depth={depth + 1} {...rest} />}
    </li>
  );
}

function OpenFolder({ path, ...rest }: Omit<LevelProps, 'listing'> & { readonly path: string }) {
  const { t } = useTranslation();
  const { data, isError } = useDirectory(rest.sessionId, path, rest.filesVersion);
  if (isError) {
    return (
      <p role="alert" className="px-2 py-1 text-1 text-bad" style={indent(rest.depth)}>
        {t('files.loadFailed')}
      </p>
    );
  }
  return data ? <Level {...rest} listing={data} /> : null;
}

interface FileRowProps {
  readonly entry: FileEntry;
  readonly depth: number;
  readonly onOpen: (path: string) => void;
}

function FileRow({ entry, depth, onOpen }: FileRowProps) {
  const { i18n } = useTranslation();
  return (
    <li>
      <button
        type="button"
        title={visibleText(entry.path)}
        onClick={() => onOpen(entry.path)}
        className={rowClass}
        style={indent(depth + 1)}
      >
        <File aria-hidden className="size-4 flex-none text-faint" />
        <span className="min-w-0 flex-1 truncate">{visibleText(entry.name)}</span>
        <span className="flex-none text-1 text-faint tabular-nums">{formatBytes(entry.size, i18n.language)}</span>
      </button>
    </li>
  );
}
