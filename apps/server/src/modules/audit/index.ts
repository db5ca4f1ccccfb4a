export { AuditChain } from './audit-chain.ts';
export { AuditLogRepository } from './audit-log.repository.ts';
export { AuditLog, installationRecord } from './audit-log.ts';
