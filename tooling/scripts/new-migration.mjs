import { writeFileSync } from 'node:fs';

/** `npm run db:migration -- add-labels`: an empty migration with the next number. */
const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error('Name the migration in kebab case, for example: npm run db:migration -- add-labels');
  process.exit(1);
}
const stamp = Date.now();
const className = `${name.replace(/(^|-)([a-z0-9])/g, (_match, _dash, letter) => letter.toUpperCase())}${stamp}`;
const file = `packages/entities/src/migrations/${stamp}-${name}.ts`;
writeFileSync(
  file,
  `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`\`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`\`);
  }
}
`,
);
console.log(`Wrote ${file}. Add ${className} to packages/entities/src/migrations/index.ts.`);
