import type { Page } from '@playwright/test';
import { expect, register, say, thread } from './fixtures.ts';
import { test } from './offline-program.ts';

test('a person is asked for leave, changes the call, denies another, and is asked no more once a rule allows it', async ({
  page,
  account,
}) => {
  await register(page, account);

  await test.step('a rule of their own makes agents ask before they write', async () => {
    await page.goto('/settings/approvals');
    await expect(page.getByText('No rule of your own yet.')).toBeVisible();
    await page.getByRole('button', { name: 'Add the rule' }).click();
    await expect(page.getByText('Say what the rule is about. * is everything.')).toBeVisible();
    await addRule(page, { tool: 'write_file', pattern: '*', action: 'Ask' });
    const rule = page.getByRole('list', { name: 'Your rules' }).getByRole('listitem');
    await expect(rule).toContainText('You · Asked each time.');
  });

  await test.step('the arguments are changed, and exactly those are done', async () => {
    await page.goto('/');
    await say(page, 'write notes.md: the first draft');
    await expect(card(page)).toContainText('the first draft');
    await card(page).getByRole('button', { name: 'Edit arguments' }).click();
    const input = card(page).getByRole('textbox', { name: 'Arguments' });
    await expect(input).toBeFocused();
    await input.fill('{"path": "notes.md"');
    await expect(card(page).getByText('This is not a JSON object.')).toBeVisible();
    await input.fill('{"path": "notes.md", "text": "as the person wants it"}');
    await card(page).getByRole('button', { name: 'Approve as edited' }).click();
    await expect(card(page)).toBeHidden();
    await page.getByRole('button', { name: /notes\.md \d+ bytes/ }).click();
    await expect(page.getByText('as the person wants it', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Back to the files' }).click();
  });

  await test.step('another is denied with a reason, and nothing is written', async () => {
    await say(page, 'write plan.md: world domination');
    await card(page).getByRole('button', { name: 'Deny' }).click();
    const why = card(page).getByRole('textbox', { name: 'Why not? (the agent is told)' });
    await expect(why).toBeFocused();
    await why.fill('Too ambitious for a Friday.');
    await why.press('Enter');
    await expect(card(page)).toBeHidden();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
    await page.getByRole('button', { name: /Write plan\.md/ }).click();
    await expect(
      thread(page)
        .getByText(/Too ambitious for a Friday\./)
        .first(),
    ).toBeVisible();
    await expect(page.getByRole('button', { name: /plan\.md \d+ bytes/ })).toBeHidden();
  });

  await test.step('a question is answered by one of its choices', async () => {
    await say(page, 'ask me which colour | red | blue');
    const question = thread(page).getByRole('region', { name: 'which colour' });
    await question.getByRole('button', { name: 'blue' }).click();
    await expect(question).toBeHidden();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
    await expect(thread(page)).toContainText('blue');
  });

  await test.step('a rule that says more allows drafts, and the next one is written at once', async () => {
    const session = page.url();
    await page.goto('/settings/approvals');
    await addRule(page, { tool: 'write_file', pattern: 'drafts/*', action: 'Allow' });
    await page.goto(session);
    await say(page, 'write drafts/one.md: no question');
    await expect(page.getByRole('button', { name: 'Folder drafts' })).toBeVisible();
    await expect(card(page)).toBeHidden();
  });

  await test.step('a rule that is removed holds no more', async () => {
    const session = page.url();
    await page.goto('/settings/approvals');
    await page.getByRole('button', { name: 'Remove the rule write_file drafts/*' }).click();
    await expect(page.getByRole('button', { name: 'Remove the rule write_file drafts/*' })).toBeHidden();
    await expect(page.getByText('The rule was removed.')).toBeVisible();
    await page.goto(session);
    await say(page, 'write drafts/two.md: a question');
    await expect(card(page)).toBeVisible();
    await card(page).getByRole('button', { name: 'Approve once' }).click();
    await expect(card(page)).toBeHidden();
  });
});

test('commands are asked for, and a rule allows them by their first words', async ({ page, account }) => {
  await register(page, account);
  await page.goto('/settings/about');
  await expect(page.getByText(/^On: Sandbox:|Off: No commands:/)).toBeVisible();
  const hasSandbox = await page.getByText(/Sandbox: the agent runs commands/).isVisible();
  if (!hasSandbox) return;

  await page.goto('/');
  await say(page, 'run echo hi');
  await expect(card(page)).toContainText('Commands are asked for.');
  await card(page).getByRole('button', { name: 'Approve once' }).click();
  await expect(card(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  const session = page.url();

  await page.goto('/settings/approvals');
  await addRule(page, { tool: 'run_command', pattern: 'echo *', action: 'Allow' });
  await page.goto(session);
  await say(page, 'run echo again');
  await expect(
    thread(page)
      .getByText(/echo again/)
      .last(),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  await expect(card(page)).toBeHidden();
  await say(page, 'run echo one && rm -f notes.md');
  await expect(card(page)).toContainText('rm -f notes.md');
});

test('what an organisation denies, nobody in it allows themselves', async ({ page, account }) => {
  await register(page, account);
  await page.goto('/settings/organisation-approvals');
  await page.getByRole('button', { name: 'Never write secrets' }).click();
  await expect(page.getByRole('textbox', { name: 'What it is about' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Remove the rule write_file .env*' })).toBeVisible();

  await page.goto('/settings/approvals');
  await expect(page.getByRole('list', { name: 'Rules of the organisation' })).toContainText(
    'Organisation · Never done',
  );
  await addRule(page, { tool: 'write_file', pattern: '.env*', action: 'Allow' });
  await page.goto('/');
  await say(page, 'write .env: SECRET=1');
  await page.getByRole('button', { name: /Write \.env/ }).click();
  await expect(
    thread(page)
      .getByText(/A rule denies this/)
      .first(),
  ).toBeVisible();
});

function card(page: Page) {
  return thread(page).getByRole('region', { name: /^May the agent do this\?/ });
}

interface Rule {
  readonly tool: string;
  readonly pattern: string;
  readonly action: 'Allow' | 'Ask' | 'Deny';
}

async function addRule(page: Page, { tool, pattern, action }: Rule): Promise<void> {
  await page.getByLabel('Tool', { exact: true }).fill(tool);
  await page.getByLabel('What it is about').fill(pattern);
  await page.getByLabel('What happens').selectOption(action);
  await page.getByRole('button', { name: 'Add the rule' }).click();
  await expect(page.getByRole('button', { name: `Remove the rule ${tool} ${pattern}` })).toBeVisible();
  await expect(page.getByLabel('What it is about')).toBeFocused();
}
