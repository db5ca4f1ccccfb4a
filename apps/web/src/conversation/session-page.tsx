import { useParams } from '@tanstack/react-router';
import { SessionView } from './session-view.tsx';

/** One view per session: nothing of one leaks into the next. */
export function SessionPage() {
  const { sessionId } = useParams({ from: '/signed-in/s/$sessionId' });
  return <SessionView key={sessionId} sessionId={sessionId} />;
}
