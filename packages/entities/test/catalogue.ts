import type pg from 'pg';

/** What PostgreSQL says a schema is, one line a thing, sorted: equal lines are equal schemas. */
export async function catalogue(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ line: string }>(`
    SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
             || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
             || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migrations'
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('migrations'), 0) AND contype <> 'n'
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
    UNION ALL
    SELECT 'options ' || relname || ' ' || reloptions::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'policy ' || tablename || '.' || policyname || ' ' || roles::text || ' ' || coalesce(qual, '') || ' / ' || coalesce(with_check, '')
      FROM pg_policies WHERE schemaname = 'public'
    UNION ALL
    SELECT 'row security ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
    UNION ALL
    SELECT 'grant ' || table_schema || '.' || table_name || ' ' || grantee || ' ' || privilege_type
      FROM information_schema.role_table_grants WHERE grantee = 'atelier_member'`);
  // PostgreSQL keeps how a default was written: 0 and '0'::bigint are the same.
  return rows.map(({ line }) => line.replace(/'(\d+)'::bigint/, '$1')).sort();
}
