/** Who may import whom. A rule's comment is what its author would say to whoever broke it. */

const ours = '^(apps|packages|tooling)/';
const test = '(\\.test\\.tsx?|\\.test-d\\.ts|/test/|/test-[a-z-]+\\.ts|vitest\\.config\\.ts|vitest\\.global\\.ts)';

/** A package of ours may import only these others. */
const mayImport = {
  'packages/kernel': [],
  'packages/contracts': ['packages/kernel'],
  'packages/entities': ['packages/kernel', 'packages/contracts'],
  'packages/agent': ['packages/kernel', 'packages/contracts'],
  'packages/sandbox': ['packages/kernel', 'packages/contracts'],
  'packages/client': ['packages/kernel', 'packages/contracts', 'apps/server/src/app-router\\.ts'],
  'packages/ui': [],
  'apps/server': ['packages/kernel', 'packages/contracts', 'packages/entities', 'packages/agent', 'packages/sandbox'],
  'apps/web': ['packages/kernel', 'packages/contracts', 'packages/client', 'packages/ui'],
  'tooling/model-server': [],
  'tooling/identity-provider': [],
  'tooling/mcp-server': [],
  'tooling/testing': [],
};

const layers = Object.entries(mayImport).map(([from, to]) => ({
  name: `layer-${from.replace('/', '-')}`,
  comment: `${from} may import ${to.join(', ') || 'nothing of ours'}: dependencies point inwards, to what changes least.`,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: test },
  to: { path: ours, pathNot: [`^${from}/`, ...to.map((allowed) => `^${allowed}`)] },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'no-circular',
      comment: 'Two files that import each other are one idea cut in the wrong place.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'client-takes-only-types-from-the-server',
      comment: 'The browser must never load the server.',
      severity: 'error',
      from: { path: '^packages/client/src', pathNot: test },
      to: { path: '^apps/server', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'platform-knows-no-module',
      comment: 'The platform serves the modules; it does not know them.',
      severity: 'error',
      from: { path: '^apps/server/src/platform/', pathNot: test },
      to: { path: '^apps/server/src/(modules/|composition|app-router|services)' },
    },
    {
      name: 'modules-meet-at-their-index',
      comment: 'What a module offers to others stands in its index.ts.',
      severity: 'error',
      from: { path: '^apps/server/src/modules/([^/]+)/', pathNot: test },
      to: { path: '^apps/server/src/modules/([^/]+)/', pathNot: ['^apps/server/src/modules/$1/', '/index\\.ts$'] },
    },
    {
      name: 'outside-a-module-its-index-only',
      comment: 'What a module offers to others stands in its index.ts.',
      severity: 'error',
      from: { path: '^apps/server/src/(composition/)?[^/]+\\.ts$' },
      to: { path: '^apps/server/src/modules/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'only-the-composition-composes',
      comment: 'Things are constructed in composition.ts and beside it, and handed in.',
      severity: 'error',
      from: { path: '^apps/server/src/(modules|platform)/', pathNot: test },
      to: { path: '^apps/server/src/composition(/|\\.ts$)' },
    },
    {
      name: 'only-repositories-speak-typeorm',
      comment: 'SQL and TypeORM stand in repositories and in packages/entities.',
      severity: 'error',
      from: { path: '^(apps|packages|tooling)/', pathNot: ['^packages/entities/', '\\.repository\\.ts$', test] },
      to: { path: 'node_modules/typeorm/' },
    },
    {
      name: 'only-repositories-use-entity-classes',
      comment: 'A row leaves its repository as a plain value.',
      severity: 'error',
      from: { path: '^apps/server/src', pathNot: ['\\.repository\\.ts$', test] },
      to: { path: '^packages/entities/src/.*\\.entity\\.ts$' },
    },
    {
      name: 'services-know-no-transport',
      comment: 'A service can be called from a job or a test: it knows no request, socket or router.',
      severity: 'error',
      from: { path: '^apps/server/src/modules/.*\\.(service|repository)\\.ts$' },
      to: { path: 'node_modules/(express|ws|@trpc)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tests-stay-outside',
      comment: 'What runs in production imports no test.',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: test },
      to: { path: '\\.test\\.tsx?$|/test/' },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'A package names what it imports in its own package.json.',
      severity: 'error',
      from: { path: '^(apps|packages|tooling)/', pathNot: test },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-dependency-in-production',
      comment: 'What the program imports is a dependency, not a development one.',
      severity: 'error',
      from: { path: '^(apps/server|packages/(kernel|contracts|entities|agent|sandbox))/src', pathNot: test },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|results)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
