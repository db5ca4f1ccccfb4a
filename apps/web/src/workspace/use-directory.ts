import { sessionId as parseSessionId } from '@atelier/contracts/ids';
import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { trpc } from '../api.ts';

/** What changed while it was not shown was told to nobody: it is read again when it is. */
export const readWhenShown = { refetchOnMount: 'always' } as const;

/** One directory of the workspace, read again whenever the log says that files have changed. */
export function useDirectory(sessionId: string, path: string, filesVersion: number) {
  const query = trpc.files.list.useQuery(
    { sessionId: parseSessionId.parse(sessionId), path },
    { placeholderData: keepPreviousData, ...readWhenShown },
  );
  const { refetch } = query;
  useOnChange(filesVersion, () => void refetch());
  return query;
}

/** Calls `react` when the value has changed since it was first seen. */
export function useOnChange(value: number, react: () => void): void {
  const seen = useRef(value);
  const latest = useRef(react);
  latest.current = react;
  useEffect(() => {
    if (seen.current === value) return;
    seen.current = value;
    latest.current();
  }, [value]);
}
