import { createHash } from 'node:crypto';
import pg from 'pg';
import { AnsweringClient } from './answering-client.ts';

/** So many different statements are prepared on a connection at most; what comes after them is planned each time. */
const maxStatements = 500;
const names = new Map<string, string>();

/**
 * `pg` whose connections prepare every statement that has parameters: PostgreSQL parses and plans it once a connection
 * instead of once a call, which halves its work. For SQL that is written down in the program: its text is the key.
 * https://node-postgres.com/features/queries#prepared-statements
 */
export const preparingPg = {
  ...pg,
  Pool: class extends pg.Pool {
    constructor(config: pg.PoolConfig) {
      super({ ...config, Client: PreparingClient });
    }
  },
};

class PreparingClient extends AnsweringClient {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const plain = this.query.bind(this);
    // `query` is a family of overloads: only the form (text, values, …) changes, all others go through as they are.
    const prepared = (...args: unknown[]): unknown => {
      const [text, values, ...rest] = args;
      const isPreparable = typeof text === 'string' && Array.isArray(values) && values.length > 0;
      const name = isPreparable ? nameOf(text) : null;
      return Reflect.apply(plain, this, name === null ? args : [{ name, text, values }, ...rest]);
    };
    Object.defineProperty(this, 'query', { value: prepared });
  }
}

function nameOf(text: string): string | null {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= maxStatements) return null;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
  names.set(text, name);
  return name;
}
