import type { SealPurpose } from './key-ring.ts';

/** A column that holds sealed texts, or NULL. The owner they are sealed for is the row's id in `idColumn`, a UUID. */
export interface SealedColumn {
  readonly table: string;
  readonly idColumn: string;
  readonly column: string;
  readonly purpose: SealPurpose;
}

/** Everything that is sealed and stays. `rotate-keys` rewrites these; a column that is missing here keeps its old key. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'accounts', idColumn: 'id', column: 'access_token_sealed', purpose: 'provider-token' },
  { table: 'accounts', idColumn: 'id', column: 'refresh_token_sealed', purpose: 'provider-token' },
  { table: 'totp_secrets', idColumn: 'user_id', column: 'secret_sealed', purpose: 'totp' },
  { table: 'model_providers', idColumn: 'id', column: 'key_sealed', purpose: 'model-key' },
  { table: 'mcp_servers', idColumn: 'id', column: 'headers_sealed', purpose: 'mcp-header' },
  { table: 'mcp_credentials', idColumn: 'id', column: 'credential_sealed', purpose: 'mcp-token' },
  { table: 'mcp_credentials', idColumn: 'id', column: 'pending_sealed', purpose: 'mcp-token' },
];
