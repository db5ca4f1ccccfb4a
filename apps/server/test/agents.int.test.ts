import { type AgentDetail, agentDetail, agentList, agentVersions } from '@atelier/contracts/agents';
import { approvalRuleDto } from '@atelier/contracts/approvals';
import { sentDto } from '@atelier/contracts/messages';
import type { ToolPart } from '@atelier/contracts/parts';
import { isTerminal } from '@atelier/contracts/runs';
import { type SessionDto, sessionDto } from '@atelier/contracts/sessions';
import { traceDto } from '@atelier/contracts/traces';
import { transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ask, call, refusal } from './calls.ts';
import { addModels, newProvider } from './model-arrangements.ts';
import { newOwner, newPerson, newSession, type Person, runStateOf, send, signInTo, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

const nothing = z.strictObject({});

let running: RunningProgram;
/** Owns the installation, and the organisation that the others are in. */
let ada: Person;
/** A member of it. */
let bea: { readonly token: string };
/** Only looks. */
let viewer: { readonly token: string };
beforeAll(async () => {
  running = await startProgram();
  ada = await newOwner(running);
  bea = { token: await signInTo(running, await newPerson(running, 'Bea'), ada.organisationId) };
  viewer = { token: await signInTo(running, await newPerson(running, 'Vic'), ada.organisationId, { role: 'viewer' }) };
});
beforeEach(async () => void (await running.database.pool.query('DELETE FROM agents')));
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const make = (content: object, router = 'agents', who: { readonly token: string } = ada) =>
  ask(running, who, `${router}.create`, { content: { name: 'Writer', ...content } }, agentDetail);
const update = ({ id, revision, content }: AgentDetail, change: object) =>
  ask(running, ada, 'agents.update', { agentId: id, revision, content: { ...content, ...change } }, agentDetail);
const list = async (who: { readonly token: string }) =>
  (await ask(running, who, 'agents.list', undefined, agentList)).items.map(({ name }) => name);
const use = (sessionId: string, agentId: string | null, who: { readonly token: string } = ada) =>
  ask(running, who, 'agents.use', { sessionId, agentId }, sessionDto);
const open = (sessionId: string, who: { readonly token: string } = ada) =>
  ask(running, who, 'sessions.open', { sessionId }, transcript);

async function sessionWith(agent: AgentDetail, who: { readonly token: string } = ada): Promise<SessionDto> {
  return await use((await newSession(running, who)).id, agent.id, who);
}

async function toolIn(sessionId: string, who: { readonly token: string } = ada): Promise<ToolPart | undefined> {
  const parts = (await open(sessionId, who)).messages.flatMap((message) => message.parts);
  return parts.findLast((part): part is ToolPart => part.type === 'tool');
}

describe('versions', () => {
  test('each change makes one, an older one can be put in use again, and none is ever changed', async () => {
    const made = await make({ instructions: 'Be brief.' });
    const changed = await update(made, { instructions: 'Be very brief.' });
    const same = await update(changed, {});
    const restored = await ask(
      running,
      ada,
      'agents.restoreVersion',
      { agentId: made.id, revision: changed.revision, version: 1 },
      agentDetail,
    );
    const later = await update(restored, { name: 'Poet' });

    expect([made, changed, same, restored, later].map(({ version }) => version)).toEqual([1, 2, 2, 1, 3]);
    const { items, hasOlder } = await ask(running, ada, 'agents.versions', { agentId: made.id }, agentVersions);
    expect(
      items.map(({ number, isCurrent, content }) => [number, isCurrent, content.name, content.instructions]),
    ).toEqual([
      [3, true, 'Poet', 'Be brief.'],
      [2, false, 'Writer', 'Be very brief.'],
      [1, false, 'Writer', 'Be brief.'],
    ]);
    expect([hasOlder, items[0]?.author?.name]).toEqual([false, 'Ada']);
    expect(items.map(({ patch }) => patch?.split('\n').filter((line) => /^[+-][^+-]/.test(line)) ?? null)).toEqual([
      ['-name: Writer', '+name: Poet', '-Be very brief.', '+Be brief.'],
      ['-Be brief.', '+Be very brief.'],
      null,
    ]);
  });

  test('who changes what somebody else has changed meanwhile is told', async () => {
    const made = await make({});
    await update(made, { name: 'Poet' });

    const input = { agentId: made.id, revision: made.revision, content: made.content };
    expect(await refusal(running, ada, 'agents.update', input)).toMatchObject({ code: 'agent.stale' });
  });
});

test('versions that have nothing in common hold up nobody', async () => {
  // As many lines as fit, none of them in the version before.
  const lines = (seed: number) =>
    Array.from({ length: 4900 }, (_, n) => ((n * 7919 + seed * 104_729) % 46_656).toString(36)).join('\n');
  let agent = await make({ instructions: lines(1) });
  for (let n = 2; n <= 31; n += 1) agent = await update(agent, { instructions: lines(n) });

  const { items } = await ask(running, ada, 'agents.versions', { agentId: agent.id }, agentVersions);

  expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, n) => 31 - n));
  // To compare them all would take a minute: those for which no time was left are shown without what they changed.
  expect(items.filter(({ patch }) => patch === null).length).toBeGreaterThan(10);
});

describe('whose they are', () => {
  test("one's own are nobody else's, and the organisation's are seen by all and changed by administrators", async () => {
    const own = await make({ name: 'Mine' });
    const shared = await make({ name: 'Ours' }, 'organisationAgents');

    expect([await list(ada), await list(bea), await list(viewer)]).toEqual([['Mine', 'Ours'], ['Ours'], ['Ours']]);
    const of = async (procedure: string, input: object, who: { readonly token: string }) =>
      (await refusal(running, who, procedure, input)).code;
    const { id: sessionId } = await newSession(running, bea);
    expect(await of('agents.use', { sessionId, agentId: own.id }, bea)).toBe('agent.not_found');
    expect(await of('agents.get', { agentId: own.id }, bea)).toBe('agent.not_found');
    expect(await of('agents.archive', { agentId: shared.id }, bea)).toBe('agent.not_found');
    expect(await of('organisationAgents.archive', { agentId: shared.id }, bea)).toBe('permission.denied');
    expect((await use(sessionId, shared.id, bea)).agent).toEqual({ id: shared.id, name: 'Ours' });
  });

  test("every change of the organisation's is in the record, without its instructions", async () => {
    const { id, revision, content } = await make({ instructions: 'canary-instructions' }, 'organisationAgents');
    await ask(
      running,
      ada,
      'organisationAgents.update',
      { agentId: id, revision, content: { ...content, name: 'Poet' } },
      agentDetail,
    );
    await ask(running, ada, 'organisationAgents.archive', { agentId: id }, nothing);

    const { rows } = await running.database.pool.query<{ action: string; text: string }>(
      `SELECT action, audit_events::text AS text FROM audit_events WHERE target_kind = 'agent' AND target_id = $1 ORDER BY seq`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['agent.created', 'agent.changed', 'agent.archived']);
    expect(JSON.stringify(rows)).not.toContain('canary-instructions');
  });

  test('there are a hundred at most', async () => {
    await running.database.pool.query(
      `INSERT INTO agents (id, organisation_id, user_id, current_version, created_at)
       SELECT gen_random_uuid(), $1, $2, 1, now() FROM generate_series(1, 100)`,
      [ada.organisationId, ada.userId],
    );

    expect(await refusal(running, ada, 'agents.create', { content: { name: 'One more' } })).toMatchObject({
      code: 'agent.too_many',
    });
  });
});

describe('a run', () => {
  test('has the tools of its agent and no others', async () => {
    const { id } = await sessionWith(await make({ tools: ['list_files'] }));

    await untilRun(running, (await send(running, ada, id, 'write a.md: hello')).runId, 'succeeded');
    expect(await toolIn(id)).toMatchObject({ name: 'write_file', state: 'failed' });
    await untilRun(running, (await send(running, ada, id, 'list files')).runId, 'succeeded');
    expect(await toolIn(id)).toMatchObject({ name: 'list_files', state: 'succeeded' });

    const messageId = (await open(id)).messages.at(-1)?.id;
    const fork = await ask(running, ada, 'sessions.fork', { sessionId: id, messageId, clientId: newId() }, sessionDto);
    expect(fork.agent?.name).toBe('Writer');
  });

  test('that is continued goes on with the version it began with; asked again it is the one in use', async () => {
    const made = await make({});
    const { id } = await sessionWith(made);
    const { runId } = await send(running, ada, id, 'help');
    await untilRun(running, runId, 'succeeded');
    await update(made, { description: 'Changed' });
    const again = async (procedure: string, of: string) => {
      const input = { runId: of, clientId: newId() };
      const sent = await ask(running, ada, procedure, input, sentDto);
      await expect.poll(async () => isTerminal((await runStateOf(running, sent.runId)) ?? 'queued')).toBe(true);
      return sent.runId;
    };
    const continued = await again('runs.continue', runId);
    const retried = await again('runs.retry', continued);

    const { rows } = await running.database.pool.query(
      `SELECT v.number FROM runs r JOIN agent_versions v ON v.id = r.agent_version_id
        WHERE r.id = ANY($1) ORDER BY r.queued_at`,
      [[runId, continued, retried]],
    );
    expect(rows.map(({ number }) => number)).toEqual([1, 1, 2]);
  });

  test('keeps to the rules of its agent', async () => {
    const { id } = await sessionWith(
      await make({ rules: [{ tool: 'write_file', pattern: 'secret*', action: 'deny' }] }),
    );

    await untilRun(running, (await send(running, ada, id, 'write secret.md: hello')).runId, 'succeeded');

    expect(await toolIn(id)).toMatchObject({ state: 'failed', output: 'A rule denies this: write_file secret*.' });
  });

  test("is asked for what a person wants asked, whatever an agent of the organisation allows; one's own allows it", async () => {
    const rule = { tool: 'write_file', pattern: '*' };
    await ask(running, bea, 'approvals.putRule', { sessionId: null, ...rule, action: 'ask' }, approvalRuleDto);
    const rules = [{ ...rule, action: 'allow' }];
    const shared = await sessionWith(await make({ rules }, 'organisationAgents'), bea);
    const own = await sessionWith(await make({ rules }, 'agents', bea), bea);

    await untilRun(running, (await send(running, bea, shared.id, 'write a.md: hello')).runId, 'waiting');
    await untilRun(running, (await send(running, bea, own.id, 'write a.md: hello')).runId, 'succeeded');
    expect(await toolIn(own.id, bea)).toMatchObject({ state: 'succeeded' });
  });

  test('follows the version in use when it was queued, and the next one the next', async () => {
    const made = await make({});
    const { id } = await sessionWith(made);
    const first = await send(running, ada, id, 'help');
    await untilRun(running, first.runId, 'succeeded');
    await update(made, { description: 'Changed' });
    const second = await send(running, ada, id, 'help');
    await untilRun(running, second.runId, 'succeeded');
    await use(id, null);
    const third = await send(running, ada, id, 'help');
    await untilRun(running, third.runId, 'succeeded');

    const { rows } = await running.database.pool.query(
      `SELECT r.id, v.number FROM runs r LEFT JOIN agent_versions v ON v.id = r.agent_version_id
        WHERE r.session_id = $1 ORDER BY r.queued_at`,
      [id],
    );
    expect(rows).toEqual([
      { id: first.runId, number: 1 },
      { id: second.runId, number: 2 },
      { id: third.runId, number: null },
    ]);
  });

  test('hands a goal to a sub-agent, in the same workspace, and its spans lie below those of the call', async () => {
    const { id } = await newSession(running, ada);
    const ofDay = 'SELECT coalesce(sum(input_tokens), 0)::int AS used FROM daily_usage WHERE user_id = $1';
    const usedBefore = (await running.database.pool.query(ofDay, [ada.userId])).rows[0].used;
    const { runId } = await send(running, ada, id, 'delegate: write a.md: hello');
    await untilRun(running, runId, 'succeeded');

    expect(await toolIn(id)).toMatchObject({
      name: 'run_subagent',
      state: 'succeeded',
      output: expect.stringContaining('a.md'),
    });
    // What the sub-agent's model calls took is counted with those of the run.
    const ofRun = 'SELECT input_tokens AS used FROM runs WHERE id = $1';
    const usedByRun = (await running.database.pool.query(ofRun, [runId])).rows[0].used;
    const usedAfter = (await running.database.pool.query(ofDay, [ada.userId])).rows[0].used;
    expect(usedAfter - usedBefore).toBe(usedByRun);
    const file = await call(running, 'files.read', { sessionId: id, path: 'a.md' }, { token: ada.token });
    expect(file.text).toContain('hello');
    const kinds = async () => {
      const { spans } = await ask(running, ada, 'traces.ofRun', { runId }, traceDto);
      const kindOf = new Map(spans.map((span) => [span.id, span.kind]));
      return spans.map(({ kind, parentId }) => `${parentId === null ? '' : kindOf.get(parentId)} > ${kind}`);
    };
    await expect.poll(kinds).toContain('tool_call > agent_turn');
    expect((await kinds()).filter((path) => path === 'agent_turn > tool_call')).toHaveLength(2);
  });

  test('of an archived agent is the standard one’s, and the session says so', async () => {
    const made = await make({ tools: [] });
    const { id } = await sessionWith(made);
    await ask(running, ada, 'agents.archive', { agentId: made.id }, nothing);

    expect((await open(id)).session.agent).toBeNull();
    await untilRun(running, (await send(running, ada, id, 'list files')).runId, 'succeeded');
    expect(await toolIn(id)).toMatchObject({ name: 'list_files', state: 'succeeded' });
  });

  test('asks its agent’s model, with its instructions behind those that all get', async () => {
    await using server = await startModelServer({ models: ['other', 'chosen'] });
    const provider = await newProvider(running, ada, { baseUrl: server.url, apiKey: server.key });
    const chosen = (await addModels(running, ada, provider.id, 'other', 'chosen')).find(
      ({ name }) => name === 'chosen',
    );
    const agent = await make({
      instructions: 'Speak as a pirate.',
      model: { kind: 'model', modelId: chosen?.id },
      tools: ['read_file'],
    });
    const { id } = await sessionWith(agent);

    await untilRun(running, (await send(running, ada, id, '[[tokens 2]]')).runId, 'succeeded');

    const request = server.requests.at(-1);
    expect(request?.body).toMatchObject({ model: 'chosen' });
    const text = JSON.stringify(request?.body);
    expect(text).toContain('You are \\"Writer\\".\\nSpeak as a pirate.');
    expect(text).toContain('read_file');
    expect(text).not.toContain('write_file');
    expect(
      await refusal(running, ada, 'agents.create', {
        content: { name: 'Lost', model: { kind: 'model', modelId: newId() } },
      }),
    ).toMatchObject({ code: 'model.not_found' });
    await running.database.pool.query('DELETE FROM model_providers');
  });
});
