import type { AtelierClient } from '@atelier/client';
import type { SessionEvent } from '@atelier/contracts/events';
import { foldEvents } from '@atelier/contracts/fold';
import type { SessionId } from '@atelier/contracts/ids';
import { isTerminal } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import pg from 'pg';

/** What the clients believe: each intent with its outcome. `unknown`: no answer came. */
export interface Entry {
  readonly sessionId: SessionId;
  readonly clientId: string;
  readonly result: 'ok' | 'failed' | 'unknown';
}

export interface LedgerOptions {
  readonly database: pg.ClientConfig;
  readonly client: AtelierClient;
  readonly history: readonly Entry[];
}

/**
 * Checks a history against the database and the log: what was acknowledged is there once, what was refused is not, what
 * is unknown is there at most once; logs have no holes; replaying a log gives what a reader sees; every run has ended.
 * Returns what is wrong; empty is right.
 */
export async function audit({ database, client, history }: LedgerOptions): Promise<readonly string[]> {
  const wrong: string[] = [];
  const connection = new pg.Client(database);
  await connection.connect();
  try {
    const clientIds = await connection.query<{ client_id: string; count: number }>(
      `SELECT client_id, count(*)::int AS count FROM messages WHERE client_id = ANY($1::uuid[]) GROUP BY client_id`,
      [history.map(({ clientId }) => clientId)],
    );
    const counts = new Map(clientIds.rows.map((row) => [row.client_id, row.count]));
    for (const { clientId, result } of history) {
      const count = counts.get(clientId) ?? 0;
      const [least, most] = result === 'ok' ? [1, 1] : result === 'failed' ? [0, 0] : [0, 1];
      if (count < least || count > most) wrong.push(`message ${clientId} (${result}) is there ${count} times`);
    }
    for (const sessionId of new Set(history.map((entry) => entry.sessionId))) {
      wrong.push(...(await auditSession(connection, client, sessionId)));
    }
  } finally {
    await connection.end();
  }
  return wrong;
}

async function auditSession(connection: pg.Client, client: AtelierClient, sessionId: SessionId): Promise<string[]> {
  const wrong: string[] = [];
  const rows = await connection.query<{ seq: string }>(
    'SELECT seq FROM session_events WHERE session_id = $1 ORDER BY seq',
    [sessionId],
  );
  const seqs = rows.rows.map((row) => Number(row.seq));
  const hole = seqs.findIndex((seq, index) => seq !== index + 1);
  if (hole !== -1) wrong.push(`the log of ${sessionId} has a hole at ${hole + 1}`);

  const runs = await connection.query<{ id: string; state: string }>(
    'SELECT id, state FROM runs WHERE session_id = $1',
    [sessionId],
  );
  for (const run of runs.rows) {
    if (!['succeeded', 'failed', 'cancelled', 'interrupted'].includes(run.state))
      wrong.push(`run ${run.id} is ${run.state}`);
  }
  const seen = await client.api.sessions.open.query({ sessionId });
  const replayed = await replay(client, seen);
  const [folded, stored] = [replayed, seen].map((view) => entriesOf(view).map((entry) => JSON.stringify(entry)));
  const other = stored?.findIndex((entry, index) => entry !== folded?.[index]) ?? -1;
  if (other !== -1 || folded?.length !== stored?.length) {
    wrong.push(`replaying the log of ${sessionId} gives ${folded?.at(other)} for ${stored?.at(other)}`);
  }
  if (seen.messages.some(({ run }) => run && !isTerminal(run.state)))
    wrong.push(`${sessionId} shows a run that never ends`);
  return wrong;
}

/** The whole log from its first entry, folded as a client folds it. */
async function replay(client: AtelierClient, seen: Transcript): Promise<Transcript> {
  const nothing = { messages: [], queue: [], todos: [], usage: { inputTokens: 0, outputTokens: 0 } };
  const empty: Transcript = { ...seen, ...nothing, hasOlder: false, filesVersion: 0, seq: 0 };
  const events: SessionEvent[] = [];
  await new Promise<void>((resolve, reject) => {
    const subscription = client.api.sessions.events.subscribe(
      { sessionId: seen.session.id, lastEventId: '0' },
      {
        onData({ data }) {
          if (data.kind === 'reset') return reject(new Error('The log was compacted: set COMPACT_AFTER_SECONDS.'));
          events.push(...data.events);
          if ((events.at(-1)?.seq ?? 0) < seen.seq) return;
          subscription.unsubscribe();
          resolve();
        },
        onError: reject,
      },
    );
  });
  return foldEvents(empty, events);
}

function entriesOf(view: Transcript): readonly unknown[] {
  const { todos, usage, messages } = essence(view);
  return [todos, usage, ...messages];
}

/** What a reader sees: who said what, in which order, how it ended, what it took, and how full the window is. */
export function essence({ messages, todos, usage }: Transcript) {
  return {
    todos,
    usage,
    messages: messages.map(({ id, role, seq, run, parts }) => ({
      id,
      role,
      seq,
      run: run?.state ?? null,
      context: run?.context ?? null,
      parts,
    })),
  };
}
