import type { SessionId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import { newId } from '@atelier/kernel/ids';
import { IconButton } from '@atelier/ui/icon-button';
import { Spinner } from '@atelier/ui/spinner';
import { useNavigate } from '@tanstack/react-router';
import { GitFork } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { showError } from '../shell/show-error.ts';
import { draftFor } from './drafts.ts';
import { textOf } from './shown.ts';

interface ForkButtonProps {
  readonly sessionId: SessionId;
  readonly message: MessageDto;
}

/**
 * Goes on from here in a session of its own, with the files as they were. A person's message is there to be changed and
 * sent; an answer stands, and something else may follow.
 */
export function ForkButton({ sessionId, message }: ForkButtonProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // One id until it has worked: a click that is tried again makes no second session.
  const [clientId, setClientId] = useState(newId);
  const fork = trpc.sessions.fork.useMutation({
    onError: showError,
    onSuccess: async (session) => {
      setClientId(newId());
      if (message.role === 'user') draftFor(session.id, textOf(message));
      await navigate({ to: '/s/$sessionId', params: { sessionId: session.id } });
    },
  });
  return (
    <IconButton
      label={message.role === 'user' ? t('chat.forkBefore') : t('chat.forkAfter')}
      disabled={fork.isPending}
      onClick={() => fork.mutate({ sessionId, messageId: message.id, clientId })}
    >
      {fork.isPending ? <Spinner /> : <GitFork aria-hidden className="size-4" />}
    </IconButton>
  );
}
