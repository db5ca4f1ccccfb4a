import { composer, expect, register, say, test, thread } from './fixtures.ts';
import { visitSafety, visitSignedOut } from './identity-visit.ts';
import { lookAs, sizes, walked } from './look.ts';
import { furnish, openOrganisations, switchTo, visitSettings } from './settings-visit.ts';

for (const size of walked) {
  test(`no page has an accessibility fault or scrolls sideways: ${size}`, async ({ page, account }) => {
    const look = await lookAs(page, size);

    await page.goto('/auth/register');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('This is not an email address.')).toBeVisible();
    await look('register-error');

    await register(page, account);
    await look('new-chat');
    await say(
      page,
      '[[reason 12 @0]] [[tool update_todos {"items":[{"text":"Read the notes","state":"done"},{"text":"Write the summary","state":"doing"},{"text":"Check the figures","state":"open"}]}]] [[tool write_file {"path":"src/notes.md","text":"# Notes\\n\\n- one\\n- two\\n"}]] [[say ## What I found\n\nThe totals are **off by a cent** when there are `three` discounts.\n\n| line | expected | got |\n| --- | --- | --- |\n| 1 | 118.43 | 118.44 |\n\n```ts\nexport function lineTotal(line: Line): Money {\n  return cents(line.price * line.qty);\n}\n```\n\n1. Round once\n2. Keep integers\n\nDone.]]',
    );
    await expect(thread(page).getByText('Done.', { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible();
    await look('conversation');

    const panel = page.getByRole('complementary', { name: 'Workspace panel' });
    if (!(await panel.isVisible())) await page.getByRole('button', { name: 'Workspace panel' }).click();
    await panel.getByRole('button', { name: 'Folder src' }).click();
    await expect(panel.getByRole('button', { name: /notes\.md/ })).toBeVisible();
    await look('files');
    await panel.getByRole('button', { name: /notes\.md/ }).click();
    await expect(panel.getByText('# Notes')).toBeVisible();
    await look('file');
    await panel.getByRole('tab', { name: 'To-do' }).click();
    await expect(panel.getByText('Check the figures')).toBeVisible();
    await look('todo');
    await panel.getByRole('button', { name: 'Close the workspace panel' }).click();

    await say(page, '[[tokens 8 @0]] [[cut 4]]');
    await expect(thread(page).getByRole('alert')).toBeVisible();
    await look('conversation-error');

    await page.keyboard.press('Control+k');
    await expect(page.getByPlaceholder('Search sessions and commands…')).toBeFocused();
    await look('palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+/');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await look('shortcuts');
    await page.keyboard.press('Escape');

    await page.goto('/s/0192aaaa-0000-7000-8000-000000000000');
    await expect(page.getByText('There is no such session, or it is not yours.')).toBeVisible();
    await look('not-found');
  });

  test(`no settings have an accessibility fault or scroll sideways: ${size}`, async ({ page, account, program }) => {
    test.slow();
    const look = await lookAs(page, size);
    await register(page, account);
    await furnish(program, account, 'Northwind');
    await page.reload();
    await switchTo(page, 'Northwind');
    await openOrganisations(page);
    await expect(page.getByRole('menuitem', { name: 'New organisation…' })).toBeVisible();
    await look('organisations');
    await page.getByRole('menuitem', { name: 'New organisation…' }).click();
    await expect(page.getByRole('dialog', { name: 'New organisation' })).toBeVisible();
    await look('new-organisation');
    await page.keyboard.press('Escape');
    await page.goto('/settings');
    await expect(page.getByRole('link', { name: 'Members' })).toBeVisible();
    await look('settings');
    await visitSettings(page, look);
    await page.goto('/invitation');
    await expect(page.getByText('Open the link of your invitation again')).toBeVisible();
    await look('invitation-missing');
  });
}

for (const size of walked) {
  test(`nor has one about signing in and its safety: ${size}`, async ({ page, account }) => {
    test.slow();
    const look = await lookAs(page, size);
    await visitSignedOut(page, look);
    await register(page, account);
    await visitSafety(page, account, look);
  });
}

test('on a phone the sidebar is a drawer, and the panel covers the conversation until it is closed', async ({
  page,
  account,
}) => {
  await page.setViewportSize(sizes.phone);
  await register(page, account);
  await say(page, '[[say hello]]');
  await expect(thread(page).getByText('hello', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Open the sidebar' }).click();
  await page.getByRole('link', { name: 'New chat' }).click();
  await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible();
  await expect(composer(page)).toBeInViewport();
});

test('every word of the app is there in German', async ({ page, account }) => {
  await register(page, account);
  await page.goto('/settings/appearance');
  await page.getByText('Deutsch').click();
  await expect(page.getByRole('heading', { name: 'Einstellungen', exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Einstellungen', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('the longer words fit on a phone, and refusals are German, too', async ({ page, account }) => {
    const look = await lookAs(page, 'phone', 'phone-german');
    await page.goto('/auth/register');
    await page.getByLabel('Ihr Name').fill(account.name);
    await page.getByLabel('E-Mail').fill(account.email);
    await page.getByLabel('Passwort').fill(account.password);
    await expect(page.getByText('Stark')).toBeVisible();
    await look('register');
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await expect(page.getByRole('textbox', { name: 'Nachricht' })).toBeVisible();
    await page.goto('/settings/security');
    await expect(page.getByRole('button', { name: 'Passwort ändern' })).toBeVisible();
    await look('security');
    await page.getByRole('button', { name: 'Einrichten' }).click();
    await page.getByLabel('Code der App').fill('000000');
    await page.getByRole('button', { name: 'Einschalten' }).click();
    await expect(page.getByText('Dieser Code stimmt nicht')).toBeVisible();
    await look('authenticator');
    await page.goto('/settings/devices');
    await expect(page.getByText('Dieses Gerät')).toBeVisible();
    await look('devices');
    await page.goto('/settings/api-keys');
    await page.getByRole('button', { name: 'Neuer Schlüssel' }).click();
    await look('new-api-key');

    await page.context().clearCookies();
    await page.goto('/auth/sign-in');
    await page.getByLabel('E-Mail').fill(account.email);
    await page.getByLabel('Passwort').fill('nicht das richtige');
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await expect(page.getByText('E-Mail-Adresse und Passwort passen nicht zusammen.')).toBeVisible();
    await look('sign-in');
  });
});
