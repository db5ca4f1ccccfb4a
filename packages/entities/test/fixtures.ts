import { newId } from '@atelier/kernel/ids';
import type { Database } from '../src/database.ts';
import { Message } from '../src/messages/message.entity.ts';
import { MessagePart } from '../src/messages/message-part.entity.ts';
import type { Operation } from '../src/operation.ts';
import { Organisation } from '../src/organisations/organisation.entity.ts';
import { Run } from '../src/runs/run.entity.ts';
import { AgentSession } from '../src/sessions/agent-session.entity.ts';
import { SessionEvent } from '../src/sessions/session-event.entity.ts';
import { SessionHead } from '../src/sessions/session-head.entity.ts';
import { SessionTodos } from '../src/sessions/session-todos.entity.ts';
import { Upload } from '../src/uploads/upload.entity.ts';
import { User } from '../src/users/user.entity.ts';

export const system: Operation = { principal: { kind: 'system' } };
export const at = new Date('2026-05-04T03:02:01.000Z');

export async function insertOwner(db: Database) {
  const manager = db.managerFor(system);
  const userId = newId();
  const organisationId = newId();
  await manager.insert(User, { id: userId, email: `${userId}@example.com`, name: 'Ada', createdAt: at });
  await manager.insert(Organisation, { id: organisationId, name: 'Lab', kind: 'shared', createdAt: at });
  return { userId, organisationId };
}

/** A session with at least one row in every table that hangs on it, and `events` entries in its log. */
export async function insertSession(db: Database, opts: { readonly events?: number } = {}) {
  const { userId, organisationId } = await insertOwner(db);
  const manager = db.managerFor(system);
  const id = newId();
  const [question, answer] = [newId(), newId()];
  const owned = { sessionId: id, organisationId };
  await manager.insert(AgentSession, {
    id,
    organisationId,
    ownerId: userId,
    clientId: newId(),
    createdAt: at,
    lastActivityAt: at,
  });
  await manager.insert(SessionHead, { sessionId: id, lastSeq: opts.events ?? 1 });
  await manager.insert(SessionTodos, { sessionId: id, items: [] });
  await manager.insert(Message, { id: question, sessionId: id, role: 'user', authorId: userId, seq: 1, createdAt: at });
  await manager.insert(Message, {
    id: answer,
    sessionId: id,
    parentId: question,
    role: 'agent',
    seq: 2,
    createdAt: at,
  });
  await manager.insert(MessagePart, { messageId: question, position: 0, part: { type: 'text', text: 'Hello' } });
  await manager.insert(Run, {
    ...owned,
    id: newId(),
    userMessageId: question,
    agentMessageId: answer,
    kind: 'answer',
    state: 'succeeded',
    queuedAt: at,
  });
  await manager.insert(Upload, {
    ...owned,
    id: newId(),
    ownerId: userId,
    name: 'a.txt',
    path: 'a.txt',
    size: 3,
    mediaType: 'text/plain',
    sha256: '00',
    createdAt: at,
  });
  for (let seq = 1; seq <= (opts.events ?? 1); seq += 1) {
    await manager.insert(SessionEvent, { sessionId: id, seq, type: 'text.delta', payload: { text: `${seq}` }, at });
  }
  return { id, question, answer, userId, organisationId };
}
