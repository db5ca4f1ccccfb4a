import { makeAdministrator } from '../src/administrators.ts';
import { expect, register, test } from './fixtures.ts';
import { openModels } from './models-visit.ts';

test('the page of models says that the model answers which the program was started with', async ({
  page,
  account,
  program,
  model,
}) => {
  await register(page, account);
  await makeAdministrator(program, account.email);
  await page.reload();
  await openModels(page);
  await expect(page.getByText(`No provider here yet. ${model.model} answers`)).toBeVisible();
  await expect(page.getByText('the offline model answers')).toBeHidden();
});
