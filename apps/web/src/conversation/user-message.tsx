import type { SessionId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import { memo } from 'react';
import { ForkButton } from './fork-button.tsx';
import { RestoreButton, type Restoring } from './restore-button.tsx';
import { textOf } from './shown.ts';
import { UserBubble } from './user-bubble.tsx';

interface UserMessageProps {
  readonly sessionId: SessionId;
  readonly message: MessageDto;
  readonly restoring: Restoring;
}

/** Around the buttons: one that is disabled has an opacity of its own. */
const quiet =
  'flex flex-none gap-1 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100';

export const UserMessage = memo(function UserMessage({ sessionId, message, restoring }: UserMessageProps) {
  const files = message.parts.flatMap((part) => (part.type === 'file' ? [part] : []));
  return (
    <div className="group flex items-center justify-end gap-1 text-faint">
      <span className={quiet}>
        <RestoreButton sessionId={sessionId} message={message} restoring={restoring} />
        <ForkButton sessionId={sessionId} message={message} />
      </span>
      <UserBubble text={textOf(message)} files={files} at={message.createdAt} />
    </div>
  );
});
