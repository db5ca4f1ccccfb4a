import path from 'node:path';
import { expect, test } from 'vitest';
import { read } from './repository.ts';

interface Rule {
  readonly held: { readonly roles: readonly string[] } | { readonly installation: readonly string[] };
  readonly scope?: string;
  readonly isDangerous?: true;
  readonly isAdministrative?: true;
}

interface Table {
  readonly permissions: Readonly<Record<string, Rule>>;
  readonly organisationRole: { readonly options: readonly string[] };
  readonly installationRole: { readonly options: readonly string[] };
}

test('permissions.md says of every permission who holds it and what it wants, and names no other', async () => {
  const file = path.resolve(import.meta.dirname, '../../../packages/contracts/src/permissions.ts');
  const { permissions, organisationRole, installationRole } = (await import(file)) as Table;
  const expected = Object.entries(permissions).map(([name, rule]) => {
    const [roles, held] =
      'roles' in rule.held
        ? [organisationRole.options, rule.held.roles]
        : [installationRole.options, rule.held.installation];
    const wants = [rule.isDangerous ? 'fresh' : '', rule.isAdministrative ? 'second factor' : ''].filter(Boolean);
    const cells = roles.map((role) => (held.includes(role) ? 'yes' : '-'));
    return [name, ...cells, rule.scope ? `\`${rule.scope}\`` : '-', wants.join(', ') || '-'].join(' | ');
  });
  const written = [...read('docs/architecture/permissions.md').matchAll(/^\| `([\w.]+)` \| (.+) \|$/gm)];
  expect(written.map(([, name, cells]) => `${name} | ${cells}`).sort()).toEqual(expected.sort());
});
