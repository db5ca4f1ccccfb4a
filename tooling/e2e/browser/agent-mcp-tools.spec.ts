import { startMcpServer } from '@atelier/mcp-server/mcp-server';
import { makeAdministrator } from '../src/administrators.ts';
import { expect, register, say, test, thread } from './fixtures.ts';
import { lookAs } from './look.ts';

test('an agent is given single tools of an MCP server, then all of them, and says what is missing when its server is off', async ({
  page,
  account,
  program,
  model,
}) => {
  test.slow();
  await using server = await startMcpServer();
  await register(page, account);
  await makeAdministrator(program, account.email);
  const dialog = page.getByRole('dialog');
  const ofServer = dialog.getByRole('group', { name: 'From the MCP server docs' });
  const offered = () => JSON.stringify(model.requests.at(-1)?.body ?? null);

  await test.step('a server of which two tools are agreed to', async () => {
    await page.goto('/settings/agent-tools');
    await page.getByLabel('Host and port').fill(server.hosts.join('\n'));
    await page.getByRole('button', { name: 'Save internal hosts' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.goto('/settings/mcp');
    await page.getByRole('button', { name: 'Add a server' }).click();
    await page.getByLabel('Name', { exact: true }).fill('docs');
    await page.getByLabel('Address').fill(server.url);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    for (const name of ['echo', 'whoami']) {
      await page.getByRole('button', { name: `Approve ${name}`, exact: true }).click();
      await expect(page.getByRole('button', { name: `Take back the approval of ${name}` })).toBeVisible();
    }
  });

  await test.step('one of them is chosen for an agent', async () => {
    await page.goto('/settings/agents');
    await page.getByRole('button', { name: 'New agent' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('Clerk');
    await dialog.getByLabel('All tools', { exact: true }).uncheck();
    await expect(ofServer.getByLabel('echo')).not.toBeChecked();
    await expect(ofServer).toContainText('Not approved: runs do without it');
    await ofServer.getByLabel('echo').check();
    await ofServer.getByLabel('refuse').scrollIntoViewIfNeeded();
    await (await lookAs(page, 'phone'))('agent-server-tools');
    await (await lookAs(page, 'desktop'))('agent-server-tools');
    await dialog.getByRole('button', { name: 'Make the agent' }).click();
    await expect(dialog).toBeHidden();

    await page.goto('/');
    await page.getByRole('button', { name: 'Agent: Standard agent' }).click();
    await page.getByRole('menuitem', { name: 'Clerk' }).click();
    await say(page, '[[say one]]');
    await expect(thread(page)).toContainText('one');
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
    expect(offered()).toContain('mcp__docs__echo');
    expect(offered()).not.toContain('mcp__docs__whoami');
  });

  const session = page.url();
  await test.step('then all of the server, and the server is turned off', async () => {
    await page.goto('/settings/agents');
    await page.getByRole('button', { name: 'What to do with Clerk' }).click();
    await page.getByRole('menuitem', { name: 'Change…' }).click();
    await ofServer.getByLabel('All tools of docs').check();
    await expect(ofServer.getByLabel('echo')).toBeHidden();
    await dialog.getByRole('button', { name: 'Save as a new version' }).click();
    await expect(dialog).toBeHidden();
    await page.goto('/settings/mcp');
    await page.getByRole('button', { name: 'Menu of docs' }).click();
    await page.getByRole('menuitem', { name: 'Turn off' }).click();
    await expect(page.getByRole('list', { name: 'Your servers' })).toContainText('Off');

    await page.goto(session);
    await say(page, '[[say two]]');
    await expect(thread(page)).toContainText('"Clerk" goes without tools that it should have');
    await expect(thread(page)).toContainText('two');
    expect(offered()).not.toContain('mcp__docs__');
    await (await lookAs(page, 'phone'))('tools-gone');
    await (await lookAs(page, 'desktop'))('tools-gone');
  });

  await test.step('and the form says so', async () => {
    await page.goto('/settings/agents');
    await page.getByRole('button', { name: 'What to do with Clerk' }).click();
    await page.getByRole('menuitem', { name: 'Change…' }).click();
    await expect(ofServer).toContainText('This server is turned off.');
    await expect(ofServer.getByLabel('All tools of docs')).toBeChecked();
    await page.keyboard.press('Escape');
    await page.goto('/settings/mcp');
    await page.getByRole('button', { name: 'Menu of docs' }).click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(dialog).toBeHidden();
    await page.goto('/settings/agents');
    await page.getByRole('button', { name: 'What to do with Clerk' }).click();
    await page.getByRole('menuitem', { name: 'Change…' }).click();
    const lost = dialog.getByRole('group', { name: 'Not there any more' });
    await expect(lost.getByLabel('mcp__docs__*')).toBeChecked();
    await lost.scrollIntoViewIfNeeded();
    await (await lookAs(page, 'phone'))('agent-lost-tools');
  });

  await test.step('a server with many tools shows them when it is asked to', async () => {
    server.setTools(
      Array.from({ length: 30 }, (_, n) => ({ name: `tool${n}`, description: '', inputSchema: { type: 'object' } })),
    );
    await page.goto('/settings/mcp');
    await page.getByRole('button', { name: 'Add a server' }).click();
    await page.getByLabel('Name', { exact: true }).fill('big');
    await page.getByLabel('Address').fill(server.url);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Approve all 30' })).toBeVisible();
    await page.goto('/settings/agents');
    await page.getByRole('button', { name: 'New agent' }).click();
    await dialog.getByLabel('All tools', { exact: true }).uncheck();
    const big = dialog.getByRole('group', { name: 'From the MCP server big' });
    await expect(big.getByRole('checkbox')).toHaveCount(1);
    await big.getByRole('button', { name: 'Choose among its 30 tools' }).scrollIntoViewIfNeeded();
    await (await lookAs(page, 'desktop'))('agent-many-tools');
    await big.getByRole('button', { name: 'Choose among its 30 tools' }).click();
    await expect(big.getByRole('checkbox')).toHaveCount(31);
  });
});
