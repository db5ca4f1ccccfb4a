import { type BudgetDto, budgetList, ownBudgets, type SetBudgetInput } from '@atelier/contracts/budgets';
import { pipelineDetail, startedPipeline } from '@atelier/contracts/pipelines';
import { transcript } from '@atelier/contracts/transcript';
import { type OrganisationUsage, organisationUsage, ownUsage } from '@atelier/contracts/usage';
import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ask, call, refusal, request } from './calls.ts';
import { addModels, newProvider } from './model-arrangements.ts';
import { newOwner, newPerson, newSession, type Person, send, signInTo, takeOver, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

/** A micro-dollar for each token of input, two for each of output. */
const price = { input: 1_000_000, output: 2_000_000, cachedInput: null };
const noLimits = { monthlyCost: null, dailyTokens: null };

let running: RunningProgram;
let server: ModelServer;
/** Owns the installation. */
let ada: Person;
/** Somebody new for each test, owner of an organisation of their own. */
let bea: Person;
let session: string;

beforeAll(async () => {
  running = await startProgram();
  server = await startModelServer({ models: ['priced', 'free'] });
  ada = await newOwner(running);
  const { id } = await newProvider(running, ada, { baseUrl: server.url, apiKey: server.key });
  const [priced] = await addModels(running, ada, id, 'priced', 'free');
  await call(running, 'models.update', { modelId: priced?.id, price }, ada);
});
beforeEach(async () => {
  bea = await newPerson(running, 'Bea');
  session = (await newSession(running, bea)).id;
});
afterAll(async () => {
  await running.stop();
  await server[Symbol.asyncDispose]();
  expect(running.errors).toEqual([]);
});

const set = (input: SetBudgetInput | object, by: { readonly token: string } = bea) =>
  ask(running, by, 'budgets.set', input, z.strictObject({}));
const own = (by: { readonly token: string } = bea) => ask(running, by, 'usage.own', {}, ownUsage);
const ofAll = (by: { readonly token: string } = bea): Promise<OrganisationUsage> =>
  ask(running, by, 'usage.organisation', {}, organisationUsage);

async function answered(words = '[[say hello]]', where: string = session, who: { readonly token: string } = bea) {
  const { runId } = await send(running, who, where, words);
  await untilRun(running, runId, 'succeeded');
  return runId;
}

/** What the log says that a run's model calls took. */
async function loggedUsage(runId: string) {
  const { rows } = await running.database.pool.query<{ calls: number; tokens: number; cost: number }>(
    `SELECT count(*)::int AS calls, sum((payload->'usage'->>'cost')::int)::int AS cost,
            sum((payload->'usage'->>'inputTokens')::int + (payload->'usage'->>'outputTokens')::int)::int AS tokens
       FROM session_events WHERE type = 'step.finished' AND payload->>'runId' = $1`,
    [runId],
  );
  return rows[0];
}

async function storedUsage(runId: string) {
  const { rows } = await running.database.pool.query<{ tokens: number; cost: number | null }>(
    `SELECT input_tokens + output_tokens AS tokens, cost::int AS cost FROM runs WHERE id = $1`,
    [runId],
  );
  return rows[0];
}

/** How a run failed, in its own words. */
async function failure(runId: string): Promise<{ readonly code: string; readonly message: string }> {
  await untilRun(running, runId, 'failed');
  const { rows } = await running.database.pool.query(`SELECT error FROM runs WHERE id = $1`, [runId]);
  return rows[0]?.error;
}

async function notices(kind: string): Promise<readonly string[]> {
  const { rows } = await running.database.pool.query<{ text: string }>(
    `SELECT payload->>'text' AS text FROM session_events
      WHERE session_id = $1 AND type = 'run.noticed' AND payload->>'kind' = $2 ORDER BY seq`,
    [session, kind],
  );
  return rows.map(({ text }) => text);
}

describe('usage', () => {
  test('is what the calls of a run took, by day and by model, for whose it is', async () => {
    const runId = await answered();
    const logged = await loggedUsage(runId);
    const usage = await own();

    expect(logged).toMatchObject({ calls: 1 });
    expect(usage.total).toMatchObject({ calls: 1, unpricedCalls: 0, cost: logged?.cost });
    expect(usage.total.inputTokens + usage.total.outputTokens).toBe(logged?.tokens);
    expect(usage.byDay).toEqual([{ day: new Date().toISOString().slice(0, 10), ...usage.total }]);
    expect(usage.byModel).toEqual([{ provider: 'Lab', model: 'priced', label: 'priced', ...usage.total }]);
    expect((await own(ada)).total.calls).toBe(0);
    expect(await storedUsage(runId)).toEqual({ tokens: logged?.tokens, cost: logged?.cost });
  });

  test.each([
    ['is stopped', '[[tokens 500 @20]]', true],
    ['breaks off', '[[tokens 500 @0]] [[cut 40]]', false],
  ])('of an answer that %s is estimated, for the run, the person and the log alike', async (_how, words, isStopped) => {
    const { runId } = await send(running, bea, session, words);
    if (isStopped) {
      await expect.poll(() => server.requests.at(-1)?.written ?? 0).toBeGreaterThan(1000);
      await call(running, 'runs.stop', { runId }, bea);
    }
    await untilRun(running, runId, isStopped ? 'cancelled' : 'failed');

    const logged = await loggedUsage(runId);
    const { total } = await own();
    expect(logged).toMatchObject({ calls: 1 });
    expect(total).toMatchObject({ calls: 1, unpricedCalls: 0, cost: logged?.cost });
    expect(await storedUsage(runId)).toEqual({ tokens: logged?.tokens, cost: logged?.cost });
    // The tools alone are told in thousands of characters.
    expect(total.inputTokens).toBeGreaterThan(1000);
    expect(total.outputTokens).toBeGreaterThan(5);
    expect(total.cost).toBe(total.inputTokens + 2 * total.outputTokens);
  });

  test('says of a model without a price that nobody knows what it cost', async () => {
    const { models } = await ask(running, bea, 'models.available', undefined, z.any());
    const free = models.find(({ label }: { readonly label: string }) => label === 'free').id;
    await call(running, 'sessions.setModel', { sessionId: session, model: { kind: 'model', modelId: free } }, bea);
    await answered();
    expect((await own()).total).toMatchObject({ calls: 1, unpricedCalls: 1, cost: null });
    await answered('[[say hello]]', (await newSession(running, bea)).id);
    const { total, byModel } = await own();
    expect(total).toMatchObject({ calls: 2, unpricedCalls: 1 });
    expect(total.cost).toBeGreaterThan(0);
    expect(byModel.map(({ label, cost }) => [label, cost === null])).toEqual([
      ['priced', false],
      ['free', true],
    ]);
  });

  test('of everybody is for administrators, by member; and what was spent stays when a session goes', async () => {
    const cleo = await newPerson(running, 'Cleo');
    const member = { token: await signInTo(running, cleo, bea.organisationId) };
    await answered();
    await answered('[[tokens 200 @0]]', (await newSession(running, member)).id, member);
    await call(running, 'sessions.remove', { sessionId: session }, bea);

    expect((await ofAll()).byMember.map(({ name, calls }) => [name, calls])).toEqual([
      ['Cleo', 1],
      ['Bea', 1],
    ]);
    expect((await ofAll()).total.calls).toBe(2);
    expect((await own(member)).total.calls).toBe(1);
    expect((await refusal(running, member, 'usage.organisation', {})).code).toBe('permission.denied');
    expect((await own(cleo)).total.calls).toBe(0);
  });

  test('is exported as CSV: my own, or for administrators everybody’s', async () => {
    const runId = await answered();
    const logged = await loggedUsage(runId);
    const [ownFile, file] = [
      await request(running, '/api/usage/own.csv?days=7', {}, bea),
      await request(running, '/api/usage/organisation.csv', {}, bea),
    ];
    expect(file.headers.get('content-disposition')).toContain('usage.csv');
    const [heading = '', line = '', ...rest] = file.text.trimEnd().split('\n');
    expect(rest).toEqual([]);
    const row = Object.fromEntries(heading.split(',').map((name, index) => [name, line.split(',')[index]]));
    expect(row).toMatchObject({
      user_id: bea.userId,
      user_name: 'Bea',
      model: 'priced',
      calls: '1',
      cost_microdollars: String(logged?.cost),
    });
    expect(ownFile.text).toBe(file.text);
    expect((await request(running, '/api/usage/own.csv?days=0', {}, bea)).status).toBe(400);
  });

  test('is counted once for each call when a worker loses a run in the middle', async () => {
    await using other = await startProgram({ beside: running, roles: { server: false, worker: true } });
    const write = JSON.stringify({ path: 'a.txt', content: 'x' });
    await call(
      running,
      'approvals.putRule',
      { sessionId: session, tool: 'write_file', pattern: '*', action: 'allow' },
      bea,
    );
    const { runId } = await send(running, bea, session, `[[tool write_file ${write}]] [[tokens 60 @20/s]]`);
    await expect.poll(async () => (await loggedUsage(runId))?.calls, { timeout: 10_000 }).toBe(1);
    expect(await storedUsage(runId)).toMatchObject({ tokens: (await loggedUsage(runId))?.tokens });

    await takeOver(other, runId);
    await untilRun(running, runId, 'succeeded');

    const { rows } = await running.database.pool.query(`SELECT attempt FROM runs WHERE id = $1`, [runId]);
    expect(rows).toEqual([{ attempt: 2 }]);
    const logged = await loggedUsage(runId);
    expect(logged?.calls).toBe(2);
    const { total } = await own();
    expect([total.calls, total.inputTokens + total.outputTokens, total.cost]).toEqual([
      2,
      logged?.tokens,
      logged?.cost,
    ]);
    expect(await storedUsage(runId)).toEqual({ tokens: logged?.tokens, cost: logged?.cost });
  });
});

describe('a budget', () => {
  test('that is spent ends a run before its model is asked, and says whose it is, when it renews and who can raise it', async () => {
    await answered();
    await set({ scope: 'organisation', monthlyCost: 1, dailyTokens: null });
    const { runId, messageId } = await send(running, bea, session, 'Hello?');
    const asked = server.count();

    const { code, message } = await failure(runId);

    expect(code).toBe('run.budget');
    const name = (
      await running.database.pool.query(`SELECT name FROM organisations WHERE id = $1`, [bea.organisationId])
    ).rows[0]?.name;
    expect(message).toMatch(
      new RegExp(
        `^The budget of ${name}, \\$0\\.000001 a month, is used up \\(\\$0\\.\\d+\\)\\. It renews on 1 \\w+ \\d+ \\(UTC\\)\\. Bea can raise it\\.$`,
      ),
    );
    expect(server.count()).toBe(asked);
    const { rows } = await running.database.pool.query(`SELECT role FROM messages WHERE id = $1`, [messageId]);
    expect(rows).toEqual([{ role: 'user' }]);

    await set({ scope: 'organisation', ...noLimits });
    await answered();
  });

  test('that is spent stops a pipeline at its stage, which goes on when there is money again', async () => {
    const stages = [
      { name: 'One', goal: '[[say one]]', gate: { kind: 'person' } },
      { name: 'Two', goal: '[[say two]]' },
    ];
    const { id: pipelineId } = await ask(
      running,
      bea,
      'pipelines.create',
      { content: { name: 'P', stages } },
      pipelineDetail,
    );
    const input = { pipelineId, clientId: newId() };
    const { sessionId, pipelineRunId } = await ask(running, bea, 'pipelines.start', input, startedPipeline);
    const until = async (state: string) => {
      const view = async () => (await ask(running, bea, 'sessions.open', { sessionId }, transcript)).pipeline;
      await expect.poll(async () => (await view())?.state, { timeout: 10_000 }).toBe(state);
      return (await view())?.attempts ?? [];
    };
    const [first] = await until('waiting');
    await set({ scope: 'organisation', monthlyCost: 1, dailyTokens: null });
    const asked = server.count();
    const decision = { kind: 'approve' };
    await ask(running, bea, 'pipelines.decide', { pipelineRunId, stageRunId: first?.id, decision }, z.strictObject({}));

    const second = (await until('failed')).at(-1);
    expect([second?.position, second?.comment, server.count()]).toEqual([
      1,
      expect.stringContaining('is used up'),
      asked,
    ]);

    await set({ scope: 'organisation', ...noLimits });
    await ask(running, bea, 'pipelines.runAgain', { pipelineRunId }, z.strictObject({}));
    await until('succeeded');
    expect(JSON.stringify(server.requests.at(-1)?.body)).not.toContain('is used up');
  });

  test('stops a loop that is under way when it is spent, and the answer so far is kept', async () => {
    const calls = Array.from({ length: 3 }, () => `[[tool list_files {"path":"."}]] [[tokens 40 @0]]`).join(' ');
    await set({ scope: 'each_member', monthlyCost: null, dailyTokens: 60 });
    const { runId } = await send(running, bea, session, calls);

    expect(await failure(runId)).toMatchObject({
      code: 'run.budget',
      message: expect.stringMatching(/^Your budget in .*, 60 tokens a day, is used up \(/),
    });
    const logged = await loggedUsage(runId);
    expect(logged?.calls).toBeGreaterThan(0);
    expect(logged?.tokens).toBeGreaterThanOrEqual(60);
    expect(await storedUsage(runId)).toMatchObject({ tokens: logged?.tokens });
  });

  test('that runs low is said once in an answer, from four fifths on', async () => {
    await answered('[[tokens 4000 @0]]');
    const { total } = await own();
    const dailyTokens = Math.floor((total.inputTokens + total.outputTokens) / 0.82);
    await set({ scope: 'organisation', monthlyCost: null, dailyTokens });
    session = (await newSession(running, bea)).id;
    const runId = await answered(`[[tool list_files {"path":"."}]] [[say done]]`);

    expect((await loggedUsage(runId))?.calls).toBe(2);
    expect(await notices('budget')).toEqual([
      expect.stringMatching(/^8\d % of the budget of .*, [\d,]+ tokens a day, is used\. It renews on /),
    ]);
  });

  test('is seen by runs side by side: neither goes on with what the other has spent', async () => {
    const other = (await newSession(running, bea)).id;
    await set({ scope: 'organisation', monthlyCost: null, dailyTokens: 300 });
    const long = '[[tokens 320 @400/s]] [[tool list_files {"path":"."}]] [[say on]]';
    const short = '[[tokens 1 @0]] [[tool list_files {"path":"."}]] [[tokens 1 @0]] [[delay 2500]]';
    const first = await send(running, bea, session, long);
    const second = await send(running, bea, other, `[[delay 1500]] ${short}`);

    expect((await failure(first.runId)).code).toBe('run.budget');
    expect((await failure(second.runId)).code).toBe('run.budget');
    const logged = await loggedUsage(second.runId);
    expect(logged?.tokens).toBeLessThan(300);
  });

  test('of a member of their own comes before that of each member, and is shown to whom it concerns', async () => {
    const cleo = await newPerson(running, 'Cleo');
    const member = { token: await signInTo(running, cleo, bea.organisationId) };
    const each = { scope: 'each_member', monthlyCost: 5_000_000, dailyTokens: 1000 } as const;
    const cleos = { scope: 'member', userId: cleo.userId, monthlyCost: null, dailyTokens: 50_000 } as const;
    await set(each);
    await set({ ...cleos, dailyTokens: 1 });
    await set(cleos);
    await set({ scope: 'organisation', monthlyCost: 9_000_000, dailyTokens: null });

    const { items } = await ask(running, bea, 'budgets.list', undefined, budgetList);
    const shown = items.map(({ scope, name, monthlyCost, dailyTokens }: BudgetDto) => [
      scope,
      name,
      monthlyCost,
      dailyTokens,
    ]);
    expect(shown).toEqual([
      ['organisation', null, 9_000_000, null],
      ['each_member', null, 5_000_000, 1000],
      ['member', 'Cleo', null, 50_000],
    ]);
    const held = async (who: { readonly token: string }) =>
      (await ask(running, who, 'budgets.own', undefined, ownBudgets)).items.map(({ of, dailyTokens }) => [
        of,
        dailyTokens,
      ]);
    expect(await held(member)).toEqual([
      ['organisation', null],
      ['person', 50_000],
    ]);
    expect(await held(bea)).toEqual([
      ['organisation', null],
      ['person', 1000],
    ]);
  });

  test('that the installation gives each organisation cannot be lifted by its owner', async () => {
    const give = (organisationBudget: object) =>
      call(running, 'installation.changeSettings', { organisationBudget }, ada);
    await set({ scope: 'organisation', monthlyCost: null, dailyTokens: 1_000_000 });
    await answered();
    expect((await give({ monthlyCost: null, dailyTokens: 10 })).status).toBe(200);
    const { runId } = await send(running, bea, session, 'Hello?');

    expect((await failure(runId)).message).toMatch(
      /^The budget that this installation gives .*, 10 tokens a day, is used up \(.*An administrator of the installation can raise it\.$/,
    );
    const { items } = await ask(running, bea, 'budgets.list', undefined, budgetList);
    expect(items.map(({ scope, dailyTokens }) => [scope, dailyTokens])).toEqual([
      ['installation', 10],
      ['organisation', 1_000_000],
    ]);
    const mine = await ask(running, bea, 'budgets.own', undefined, ownBudgets);
    expect(mine.items.map(({ of }) => of)).toEqual(['installation', 'organisation']);
    const lifted = { scope: 'installation', monthlyCost: null, dailyTokens: null };
    expect((await refusal(running, bea, 'budgets.set', lifted)).code).toBe('request.invalid');
    expect((await give(noLimits)).status).toBe(200);
    await answered();
  });

  test('is set by administrators, for members, and its record says so', async () => {
    const cleo = await newPerson(running, 'Cleo');
    const member = { token: await signInTo(running, cleo, bea.organisationId) };
    const input = { scope: 'member', userId: cleo.userId, monthlyCost: 1_000_000, dailyTokens: null };
    expect((await refusal(running, member, 'budgets.set', input)).code).toBe('permission.denied');
    expect((await refusal(running, member, 'budgets.list', undefined)).code).toBe('permission.denied');
    expect((await refusal(running, bea, 'budgets.set', { ...input, userId: newId() })).code).toBe('member.not_found');
    expect((await refusal(running, bea, 'budgets.set', { ...input, monthlyCost: 0 })).code).toBe('request.invalid');
    await set(input);
    await set({ ...input, ...noLimits });
    await set({ ...input, ...noLimits });

    const { rows } = await running.database.pool.query(
      `SELECT action, target_id AS target, change FROM audit_events
        WHERE organisation_id = $1 AND action LIKE 'budget.%' ORDER BY seq`,
      [bea.organisationId],
    );
    const recorded = { scope: 'member', monthlyCost: 1_000_000, dailyTokens: null };
    expect(rows).toEqual([
      { action: 'budget.changed', target: cleo.userId, change: { after: recorded } },
      { action: 'budget.removed', target: cleo.userId, change: { before: recorded } },
    ]);
  });
});
