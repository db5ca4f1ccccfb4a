import { composer, expect, expectAccessible, register, say, test, thread } from './fixtures.ts';

const tool = (name: string, input: object) => `[[tool ${name} ${JSON.stringify(input)}]]`;

/** A small package with a fault: what is left over of a division is taken from the wrong side. */
const source = 'export function lastDigit(n) {\n  return n / 10;\n}\n';
const check =
  "import assert from 'node:assert/strict';\nimport test from 'node:test';\nimport { lastDigit } from './last-digit.js';\n\ntest('the last digit', () => assert.equal(lastDigit(123), 3));\n";

test('the agent reads, mends, runs the tests in the sandbox, and its turn can be taken back', async ({
  page,
  account,
}) => {
  await register(page, account);
  await test.step('it makes a package with a fault, and its test fails', async () => {
    await say(
      page,
      [
        tool('write_file', { path: 'package.json', text: '{"type":"module"}' }),
        tool('write_file', { path: 'last-digit.js', text: source }),
        tool('write_file', { path: 'last-digit.test.js', text: check }),
        tool('run_command', { command: 'node --test' }),
        '[[say The test fails.]]',
      ].join(' '),
    );
    const card = page.getByRole('region', { name: /May the agent do this\?/ });
    await expect(card).toContainText('node --test');
    await expect(page.getByRole('link', { name: /Waits/ })).toBeVisible();
    await expectAccessible(page);
    await page.reload();
    await card.getByRole('button', { name: 'For this session' }).click();
    await expect(thread(page)).toContainText('The test fails.', { timeout: 30_000 });
    await page.getByRole('button', { name: /node --test/ }).click();
    await expect(thread(page)).toContainText('fail 1');
  });

  await test.step('it mends the fault, and the same command runs without asking', async () => {
    await say(
      page,
      [
        tool('read_file', { path: 'last-digit.js' }),
        tool('edit_file', { path: 'last-digit.js', oldText: 'n / 10', newText: 'n % 10' }),
        tool('run_command', { command: 'node --test' }),
        '[[say It is mended.]]',
      ].join(' '),
    );
    await expect(thread(page)).toContainText('It is mended.', { timeout: 30_000 });
  });

  await test.step('what the turn did is in the panel, line by line', async () => {
    await page.getByRole('tab', { name: 'Changes' }).click();
    const file = page.getByRole('article', { name: 'last-digit.js', exact: true });
    await expect(file.first()).toContainText('-  return n / 10;');
    await expect(file.first()).toContainText('+  return n % 10;');
    await expectAccessible(page);
  });

  await test.step('it is taken back', async () => {
    await page.getByRole('button', { name: 'Put back to before this turn' }).first().click();
    await page.getByRole('button', { name: 'Put back', exact: true }).click();
    await expect(page.getByText('The workspace is as it was.')).toBeVisible();
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('button', { name: /^last-digit\.js/ }).click();
    await expect(page.locator('code', { hasText: 'return n / 10;' })).toBeVisible();
  });

  await test.step('a new chat goes on from the answer, with the files as it left them', async () => {
    await page.getByRole('button', { name: 'Go on from here in a new chat' }).last().click();
    await expect(page.getByRole('heading', { name: /\(fork\)/ })).toBeVisible();
    await expect(thread(page)).toContainText('It is mended.');
    await page.getByRole('button', { name: /^last-digit\.js/ }).click();
    await expect(page.locator('code', { hasText: 'return n % 10;' })).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('and one from a question has it to be asked in other words', async () => {
    await page.getByRole('article').first().hover();
    await page.getByRole('button', { name: 'Ask something else here, in a new chat' }).last().click();
    await expect(composer(page)).toHaveValue(/It is mended\./);
    await expect(thread(page)).not.toContainText('It is mended.');
  });
});

test('a running command is stopped, and leave is denied with a reason', async ({ page, account }) => {
  await register(page, account);
  await say(page, `${tool('run_command', { command: 'echo begun; sleep 600' })} [[say Never said.]]`);
  const card = page.getByRole('region', { name: /May the agent do this\?/ });
  await card.getByRole('button', { name: 'Edit arguments' }).click();
  await card.getByRole('textbox').fill(JSON.stringify({ command: 'echo edited; sleep 600' }));
  await card.getByRole('button', { name: 'Approve as edited' }).click();
  const row = page.getByRole('button', { name: /echo edited/ });
  await row.click();
  await expect(thread(page)).toContainText('edited\n');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(thread(page).getByText('Stopped.')).toBeVisible();

  await say(page, `${tool('run_command', { command: 'rm -rf everything' })} [[say As you wish.]]`);
  await card.getByRole('button', { name: 'Deny' }).click();
  await card.getByRole('textbox').fill('Not that.');
  await card.getByRole('textbox').press('Enter');
  await expect(thread(page)).toContainText('As you wish.');
  await page.getByRole('button', { name: /rm -rf everything/ }).click();
  await expect(thread(page)).toContainText('The person did not allow this: Not that.');
  await expect(composer(page)).toBeEnabled();
});
