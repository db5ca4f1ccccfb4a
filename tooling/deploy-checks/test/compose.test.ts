import { describe, expect, test } from 'vitest';
import { all, composeVariables, configVariables, exampleDefaults, read, readYaml } from './repository.ts';

interface Service {
  readonly command?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly build?: { readonly dockerfile: string };
}
const compose = readYaml<{ services: Record<string, Service>; volumes: object }>('docker-compose.yml');
const names = Object.keys(compose.services);
const program = ['migrate', 'server', 'worker'];

function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

test('the services', () => {
  expect(names.sort()).toEqual(['migrate', 'postgres', 'redis', 'server', 'web', 'worker']);
});

test('every variable stands in .env.example', () => {
  expect([...exampleDefaults().keys()]).toEqual(expect.arrayContaining(composeVariables()));
});

test('secrets have no default: whoever forgets one is told its name', () => {
  const uses = all(read('docker-compose.yml'), /\$\{((?:AUTH_SECRET|ENCRYPTION_KEYS|POSTGRES_PASSWORD):[^}]*)\}/g);
  expect(uses).toHaveLength(4);
  for (const use of uses) expect(use).toMatch(/^(\w+):\?set \1/);
});

test('the commands are the documented roles', () => {
  const roles = all(read('tooling/scripts/start.mjs'), /npm start (\w+)/g);
  expect(roles.sort()).toEqual([...program].sort());
  for (const role of program) {
    expect(service(role).command).toEqual(['npm', 'start', role]);
    expect(read('docs/operations/deployment.md')).toContain(`npm start ${role}`);
  }
});

test('every variable of the program can be set', () => {
  expect(Object.keys(service('server').environment ?? {})).toEqual(expect.arrayContaining(configVariables()));
});

test('server and worker share the data folder, and the program starts on a new schema', () => {
  for (const role of program) expect(service(role).volumes).toEqual(['workspaces:/data']);
  for (const role of ['server', 'worker']) {
    expect(service(role).depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
    });
  }
  expect(service('web').depends_on).toEqual({ server: { condition: 'service_healthy' } });
});

test('the signal to stop reaches the program: the shell that npm starts steps aside for it', () => {
  const { scripts } = JSON.parse(read('package.json'));
  expect(scripts.start).toMatch(/^exec /);
});

test('only the web service is published', () => {
  expect(names.filter((name) => service(name).ports)).toEqual(['web']);
});

describe.each(names)('%s', (name) => {
  test('runs as an ordinary user on a read-only file system', () => {
    expect(service(name).user).toMatch(/^(node|postgres|redis|nginx)$/);
    expect(service(name).read_only).toBe(true);
  });

  test(name === 'migrate' ? 'runs once' : 'is watched and started again', () => {
    const { restart, healthcheck } = service(name);
    expect(restart).toBe(name === 'migrate' ? 'no' : 'unless-stopped');
    expect(healthcheck === undefined).toBe(name === 'migrate');
  });

  test('is built from a file that exists', () => {
    const file = service(name).build?.dockerfile;
    if (file) expect(read(file)).toContain('FROM ');
  });
});
