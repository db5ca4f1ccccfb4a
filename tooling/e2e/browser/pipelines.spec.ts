import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { composer, expect, register, say, thread } from './fixtures.ts';
import { lookAs, sizes } from './look.ts';
import { test } from './offline-program.ts';

test('an agent is made, works in a pipeline with a gate, is sent back, approved, and the result is taken away', async ({
  page,
  account,
}) => {
  test.slow();
  await register(page, account);

  await test.step('an agent, with its versions', async () => {
    await page.goto('/settings/agents');
    await expect(page.getByText('No agent of your own yet.')).toBeVisible();
    await page.getByRole('button', { name: 'New agent' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make the agent' }).click();
    await expect(dialog.getByText('Give it a name that people recognise.')).toBeVisible();
    await dialog.getByLabel('Name', { exact: true }).fill('Writer');
    await dialog.getByLabel('What it is for').fill('Writes what it is told, and nothing else.');
    await dialog.getByLabel('Instructions').fill('Be brief.\nWrite plain words.');
    await dialog.getByLabel('All tools').uncheck();
    await dialog.getByLabel('write_file').check();
    await dialog.getByRole('button', { name: 'Add a rule' }).click();
    await lookAtBoth(page, 'agent-editor');
    await dialog.getByRole('button', { name: 'Make the agent' }).click();
    await expect(dialog).toBeHidden();

    await page.getByRole('button', { name: 'What to do with Writer' }).click();
    await page.getByRole('menuitem', { name: 'Change…' }).click();
    await dialog.getByLabel('Instructions').fill('Be very brief.\nWrite plain words.');
    await dialog.getByRole('button', { name: 'Save as a new version' }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole('button', { name: 'What to do with Writer' }).click();
    await page.getByRole('menuitem', { name: 'Versions' }).click();
    await expect(dialog.getByText('+Be very brief.')).toBeVisible();
    await lookAtBoth(page, 'agent-versions');
    await dialog.getByRole('button', { name: 'Use this version: 1' }).click();
    await expect(dialog.getByRole('button', { name: 'Use this version: 2' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('list', { name: 'Your agents' })).toContainText('Version 1');
  });

  await test.step('a pipeline of two stages', async () => {
    await page.goto('/settings/pipelines');
    await page.getByRole('button', { name: 'New pipeline' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Write and read');
    const [first, second] = [1, 2].map((number) => dialog.getByRole('group', { name: `Stage ${number}` }));
    await first?.getByLabel('Name of the stage').fill('Write');
    await first?.getByLabel('Goal').fill('write notes.md: {{input}}');
    await first?.getByLabel('Agent').selectOption('Writer');
    await first?.getByLabel('Before the next stage').selectOption('You approve the result');
    await dialog.getByRole('button', { name: 'Make the pipeline' }).click();
    await expect(second?.getByText('Say what is to be done.') ?? dialog).toBeVisible();
    await second?.getByLabel('Name of the stage').fill('Read');
    await second?.getByLabel('Goal').fill('read notes.md');
    await second?.getByLabel('Before the next stage').selectOption('A second agent checks the result');
    await second?.getByLabel('What to check').fill('verdict pass: it says what it should');
    await lookAtBoth(page, 'pipeline-editor');
    await dialog.getByRole('button', { name: 'Make the pipeline' }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('is started, and waits at its gate', async () => {
    await page.getByRole('button', { name: 'Start Write and read' }).click();
    await page.getByLabel('What it is started with').fill('the first draft');
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await expect(card(page)).toContainText('Waits for you');
    await expect(thread(page)).toContainText('write notes.md: the first draft');
    await card(page).getByRole('button', { name: 'Show the stages' }).click();
    await expect(card(page).getByRole('listitem').first()).toContainText('Writer');
    await lookAtBoth(page, 'pipeline-waits');
  });

  await test.step('the stage is sent back, done again, and approved', async () => {
    await card(page).getByRole('button', { name: 'Send back' }).click();
    await expect(card(page).getByRole('textbox', { name: 'What is to be different?' })).toBeFocused();
    await page.keyboard.type('Shorter.');
    await page.keyboard.press('Enter');
    await expect(thread(page)).toContainText('Your last result was not accepted: Shorter.');
    await expect(card(page).getByRole('listitem').first()).toContainText('2 tries');
    await card(page).getByRole('button', { name: 'Approve' }).click();
    await expect(card(page).getByRole('status')).toContainText('Stage 2 of 2: Read');
    await expect(card(page)).toContainText('it says what it should');
  });

  await test.step('the result is taken away', async () => {
    await expect(card(page).getByRole('button', { name: 'Stop the pipeline' })).toBeHidden();
    await page.getByRole('tab', { name: 'Pipeline' }).click();
    await lookAtBoth(page, 'pipeline-done');
    const download = page.waitForEvent('download');
    await card(page).getByRole('button', { name: 'Result' }).click();
    await page.getByRole('menuitem', { name: 'As Markdown' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('write-and-read.md');
    const text = await readFile(await file.path(), 'utf8');
    expect(text).toContain('# Write and read');
    expect(text).toContain('- Said: Shorter.');
    expect(text).toContain('- File created: `notes.md`');
  });

  await test.step('the agent answers in a chat, too', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Agent: Standard agent' }).click();
    await page.getByRole('menuitem', { name: 'Writer' }).click();
    await say(page, 'todo: something');
    await expect(thread(page)).toContainText('There is no tool update_todos.');
    await page.getByRole('button', { name: 'Agent: Writer' }).click();
    await page.getByRole('menuitem', { name: 'Standard agent' }).click();
    await expect(page.getByRole('button', { name: 'Agent: Standard agent' })).toBeVisible();
  });
});

test('a pipeline is started from a new chat, and a stage that was stopped goes on by its pipeline', async ({
  page,
  account,
}) => {
  test.slow();
  await register(page, account);
  await makePipeline(page, 'Ask and help', ['ask me {{input}}', 'help']);
  await makePipeline(page, 'As it is', ['help', 'list files']);
  const agent = page.getByRole('button', { name: 'Agent: Standard agent' });

  await test.step('it is chosen where the agent is, and what is written starts it', async () => {
    await page.goto('/');
    await agent.click();
    await expect(page.getByRole('menuitem', { name: /^Ask and help/ })).toContainText('2 stages');
    await lookAtBoth(page, 'new-chat-pipelines');
    await page.getByRole('menuitem', { name: /^Ask and help/ }).click();
    await expect(page.getByText('What you write starts Ask and help')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Start the pipeline' })).toBeDisabled();
    await composer(page).fill('which colour | red | blue');
    await lookAtBoth(page, 'new-chat-pipeline');
    await composer(page).press('Enter');
    await expect(card(page, 'Ask and help')).toContainText('Stage 1 of 2: ask me');
    await expect(thread(page)).toContainText('ask me which colour');
    await expect(composer(page)).toHaveValue('');
  });

  await test.step('below what was stopped stands how the pipeline goes on, and nothing beside it', async () => {
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(card(page, 'Ask and help')).toContainText('Stopped');
    const again = thread(page).getByRole('button', { name: 'Run this stage again' });
    await expect(again).toBeVisible();
    await expect(thread(page).getByRole('button', { name: 'Retry' })).toBeHidden();
    await expect(thread(page).getByRole('button', { name: 'Continue' })).toBeHidden();
    await lookAtBoth(page, 'stage-stopped');
    await again.click();
    await expect(card(page, 'Ask and help')).toContainText('Running');
    await expect(again).toBeHidden();
    await page.getByRole('button', { name: 'Stop the pipeline' }).click();
    await expect(card(page, 'Ask and help')).toContainText('Stopped');
  });

  await test.step('one that takes no text leaves it as a draft', async () => {
    await page.goto('/');
    await agent.click();
    await page.getByRole('menuitem', { name: /^As it is/ }).click();
    await expect(page.getByText('As it is is started as it is')).toBeVisible();
    await composer(page).fill('for later');
    await page.getByRole('button', { name: 'Start the pipeline' }).click();
    await expect(card(page, 'As it is')).toContainText('Done');
    await expect(composer(page)).toHaveValue('for later');
    await expect(thread(page).getByRole('button', { name: 'Retry' })).toBeVisible();
  });
});

async function makePipeline(page: Page, name: string, goals: readonly string[]): Promise<void> {
  await page.goto('/settings/pipelines');
  await page.getByRole('button', { name: 'New pipeline' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  for (const [index, goal] of goals.entries()) {
    const stage = dialog.getByRole('group', { name: `Stage ${index + 1}` });
    await stage.getByLabel('Name of the stage').fill(goal.slice(0, 8));
    await stage.getByLabel('Goal').fill(goal);
  }
  await dialog.getByRole('button', { name: 'Make the pipeline' }).click();
  await expect(dialog).toBeHidden();
}

function card(page: Page, name = 'Write and read') {
  return page.getByRole('region', { name: `Pipeline ${name}` });
}

/** The page as it stands on a narrow screen, where most goes wrong; with the pictures on a wide one, too. */
async function lookAtBoth(page: Page, name: string): Promise<void> {
  await (await lookAs(page, 'phone'))(name);
  if (process.env.PICTURES) await (await lookAs(page, 'desktop'))(name);
  else await page.setViewportSize(sizes.desktop);
}
