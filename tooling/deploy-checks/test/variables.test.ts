import { expect, test } from 'vitest';
import {
  composeVariables,
  configVariables,
  documentedDefaults,
  exampleDefaults,
  importServer,
  read,
} from './repository.ts';

/** Read by the start script and not by the program. */
const startScript = ['ATELIER_PREBUILT'];
const known = [...new Set([...configVariables(), ...composeVariables(), ...startScript])].sort();

test('the schema of config.ts was found', () => {
  expect(configVariables()).toEqual(expect.arrayContaining(['PORT', 'AUTH_SECRET', 'REGISTRATION']));
});

test('.env.example names every variable, and no other', () => {
  expect([...exampleDefaults().keys()].sort()).toEqual(known);
});

test('configuration.md names every variable, and no other', () => {
  expect([...documentedDefaults().keys()].sort()).toEqual(known);
});

test('.env.example sets nothing when it is copied as it is', () => {
  const settings = read('.env.example')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(settings).toEqual([]);
});

test('the defaults in .env.example are those of the program', async () => {
  const { readConfig } = await importServer<{ readConfig(env: object): object }>('config.ts');
  expect(readConfig(Object.fromEntries(exampleDefaults()))).toEqual(readConfig({}));
});

test('configuration.md and .env.example agree about the defaults', () => {
  expect(Object.fromEntries(documentedDefaults())).toEqual(Object.fromEntries(exampleDefaults()));
});
