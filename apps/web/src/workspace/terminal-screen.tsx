import type { WireError } from '@atelier/contracts/errors';
import type { SessionId } from '@atelier/contracts/ids';
import type { TerminalDto, TerminalEnd } from '@atelier/contracts/terminals';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalText } from '../i18n/error-text.ts';
import { attachTerminal } from './attach-terminal.ts';
import { leaveKeys } from './terminal-keys.ts';
import '@xterm/xterm/css/xterm.css';

interface TerminalScreenProps {
  readonly sessionId: SessionId;
  readonly terminal: TerminalDto;
  readonly isReader: boolean;
  readonly onLeave: () => void;
}

/** One terminal of the server, and how it ended. */
export function TerminalScreen({ sessionId, terminal, isReader, onLeave }: TerminalScreenProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [end, setEnd] = useState<TerminalEnd | null>(null);
  const [refusal, setRefusal] = useState<WireError | null>(null);
  const label = t('terminal.input', { number: terminal.number, leave: leaveKeys });
  const leave = useRef(onLeave);
  leave.current = onLeave;
  useEffect(() => {
    if (!place.current) return;
    return attachTerminal({
      place: place.current,
      ref: { sessionId, terminalId: terminal.id },
      label,
      isReader,
      onEnd: setEnd,
      onRefused: setRefusal,
      onLeave: () => leave.current(),
    });
  }, [sessionId, terminal.id, label, isReader]);
  const ended =
    end &&
    (end.message ?? (end.exitCode === null ? t('terminal.closed') : t('terminal.ended', { code: end.exitCode })));
  const note = ended ?? (refusal && refusalText(refusal));
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div ref={place} className="min-h-0 flex-1 overflow-hidden p-2" />
      {note !== null && (
        <p role="status" className="border-t border-line px-3 py-2 text-2 text-soft">
          {note}
        </p>
      )}
    </div>
  );
}
