import { agentDetail } from '@atelier/contracts/agents';
import { installationSettings } from '@atelier/contracts/installation';
import { type McpServerDto, mcpCheck, mcpServerDto, mcpToolList } from '@atelier/contracts/mcp';
import type { Part } from '@atelier/contracts/parts';
import { sessionDto } from '@atelier/contracts/sessions';
import { transcript } from '@atelier/contracts/transcript';
import { type McpServer, sampleTools, startMcpServer } from '@atelier/mcp-server/mcp-server';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { ask, refusal } from './calls.ts';
import { newOwner, newPerson, newSession, type Person, send, signInTo, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

let running: RunningProgram;
let models: ModelServer;
let mcp: McpServer;
let owner: Person;
let ada: Person;

beforeAll(async () => {
  [models, mcp] = await Promise.all([startModelServer(), startMcpServer()]);
  running = await startProgram({
    env: { OPENAI_BASE_URL: models.url, OPENAI_API_KEY: models.key, MODEL: 'scripted' },
  });
  owner = await newOwner(running);
  const settings = { mcp: { commands: [], internalHosts: mcp.hosts } };
  await ask(running, owner, 'installation.changeSettings', settings, installationSettings);
});
beforeEach(async () => {
  ada = await newPerson(running);
  mcp.setTools(sampleTools);
});
afterAll(async () => {
  await running.stop();
  await Promise.all([models[Symbol.asyncDispose](), mcp.stop()]);
  expect(running.errors).toEqual([]);
});

/** A server that was looked at, with those of its tools agreed to that are named; all of them where none are. */
async function server(
  name: string,
  opts: { readonly agreed?: readonly string[]; readonly who?: Person; readonly router?: string } = {},
): Promise<McpServerDto> {
  const { who = ada, router = 'mcp', agreed } = opts;
  const added = await ask(running, who, `${router}.add`, { kind: 'http', name, url: mcp.url }, mcpServerDto);
  const checked = await ask(running, who, 'mcp.check', { serverId: added.id }, mcpCheck);
  const tools = checked.server.tools
    .filter((tool) => agreed?.includes(tool.name) ?? true)
    .map(({ name, pin }) => ({ name, pin }));
  return await ask(running, who, `${router}.approve`, { serverId: added.id, tools }, mcpServerDto);
}

const anything = z.unknown();
const toolNames = z.object({ tools: z.array(z.object({ function: z.object({ name: z.string() }) })) });

/** What a model is offered, and what the answer holds, in a run of an agent with these tools. */
async function runWith(
  tools: readonly string[] | null,
  who: { readonly token: string } = ada,
  router = 'agents',
): Promise<{ readonly offered: readonly string[]; readonly parts: readonly Part[] }> {
  const agent = await ask(running, who, `${router}.create`, { content: { name: 'Clerk', tools } }, agentDetail);
  const { id: sessionId } = await newSession(running, who);
  await ask(running, who, 'agents.use', { sessionId, agentId: agent.id }, sessionDto);
  const { runId } = await send(running, who, sessionId, '[[say done]]');
  await untilRun(running, runId, 'succeeded');
  const offered = toolNames.safeParse(models.requests.at(-1)?.body).data?.tools ?? [];
  const { messages } = await ask(running, who, 'sessions.open', { sessionId }, transcript);
  return { offered: offered.map((tool) => tool.function.name).toSorted(), parts: messages.at(-1)?.parts ?? [] };
}

const noticesIn = (parts: readonly Part[]) =>
  parts.flatMap((part) => (part.type === 'notice' ? [`${part.kind} ${part.text}`] : []));

test('an agent has exactly those MCP tools that it was given, by name or by server', async () => {
  await server('docs');
  await server('docs-2', { agreed: ['echo', 'fail'] });

  const single = await runWith(['read_file', 'mcp__docs__echo']);
  const whole = await runWith(['mcp__docs-2__*', 'mcp__docs__whoami']);
  const none = await runWith(['read_file']);

  expect([single.offered, noticesIn(single.parts)]).toEqual([['mcp__docs__echo', 'read_file'], []]);
  expect(whole.offered).toEqual(['mcp__docs-2__echo', 'mcp__docs-2__fail', 'mcp__docs__whoami']);
  expect(none.offered).toEqual(['read_file']);
  expect((await runWith(null)).offered).toEqual(expect.arrayContaining(['mcp__docs__long', 'mcp__docs-2__fail']));
});

test('all tools of a server are also those that somebody agrees to later', async () => {
  const { id, tools } = await server('docs', { agreed: ['echo'] });
  expect((await runWith(['mcp__docs__*'])).offered).toEqual(['mcp__docs__echo']);

  const later = tools.filter(({ name }) => name === 'fail').map(({ name, pin }) => ({ name, pin }));
  await ask(running, ada, 'mcp.approve', { serverId: id, tools: later }, mcpServerDto);

  expect((await runWith(['mcp__docs__*'])).offered).toEqual(['mcp__docs__echo', 'mcp__docs__fail']);
});

test('few tools are not crowded out by the many that others have', async () => {
  for (const letter of ['a', 'b']) {
    mcp.setTools(
      Array.from({ length: 100 }, (_, n) => ({ name: `tool${n}`, description: '', inputSchema: { type: 'object' } })),
    );
    await server(letter);
  }

  const names = ['mcp__a__tool1', 'mcp__b__tool99'];
  expect(await runWith(names)).toMatchObject({ offered: names, parts: [{ type: 'text' }] });
});

test('what nobody agrees to now, or whose server is off or gone, is not there, and the answer says so', async () => {
  const { id } = await server('docs', { agreed: ['echo', 'fail'] });
  const listed = ['mcp__docs__echo', 'mcp__docs__fail', 'mcp__lost__*'];
  await ask(running, ada, 'mcp.revoke', { serverId: id, names: ['fail'] }, mcpServerDto);

  const revoked = await runWith(listed);
  await ask(running, ada, 'mcp.update', { serverId: id, isEnabled: false }, mcpServerDto);
  const off = await runWith(listed);

  const words = (names: string) =>
    `tools_gone "Clerk" goes without tools that it should have, for nobody agrees to them now, or their server is off or gone: ${names}.`;
  expect(revoked.offered).toEqual(['mcp__docs__echo']);
  expect(noticesIn(revoked.parts)).toEqual([words('mcp__docs__fail, mcp__lost__*')]);
  expect(off.offered).toEqual([]);
  expect(noticesIn(off.parts)).toEqual([words('mcp__docs__echo, mcp__docs__fail, mcp__lost__*')]);
});

test("an organisation's agent has the organisation's tools, whoever it answers", async () => {
  const shared = await server('shared', { who: owner, router: 'organisationMcp', agreed: ['echo'] });
  const member = { token: await signInTo(running, ada, owner.organisationId) };
  const content = { name: 'Ours', tools: ['mcp__shared__*'] };
  const agent = await ask(running, owner, 'organisationAgents.create', { content }, agentDetail);
  const { id: sessionId } = await newSession(running, member);
  await ask(running, member, 'agents.use', { sessionId, agentId: agent.id }, sessionDto);
  const { runId } = await send(running, member, sessionId, '[[say done]]');
  await untilRun(running, runId, 'succeeded');

  expect(toolNames.parse(models.requests.at(-1)?.body).tools).toMatchObject([
    { function: { name: 'mcp__shared__echo' } },
  ]);
  await ask(running, owner, 'organisationMcp.remove', { serverId: shared.id }, anything);
});

test('what can be chosen says how each tool stands, and is nobody else’s', async () => {
  const { id } = await server('docs', { agreed: ['echo'] });
  await ask(running, ada, 'mcp.update', { serverId: id, isEnabled: false }, mcpServerDto);

  const { items } = await ask(running, ada, 'mcp.listTools', undefined, mcpToolList);

  expect(items.map(({ name, owner, isEnabled }) => [name, owner, isEnabled])).toEqual([['docs', 'person', false]]);
  expect(items[0]?.tools).toContainEqual({
    ...{ name: 'echo', callName: 'mcp__docs__echo', state: 'approved' },
    description: 'Says a text again.',
  });
  expect(items[0]?.tools.find(({ name }) => name === 'fail')?.state).toBe('new');
  expect(await ask(running, await newPerson(running), 'mcp.listTools', undefined, mcpToolList)).toEqual({ items: [] });
});

test.each(['mcp__docs__e*', 'mcp__*', '*', 'mcp__Docs__*', 'mcp__a_b__*', 'a b'])(
  'a list of tools holds no other pattern than all of a server: %j',
  async (tool) => {
    const content = { name: 'Odd', tools: [tool] };
    expect(await refusal(running, ada, 'agents.create', { content })).toMatchObject({ code: 'request.invalid' });
  },
);
