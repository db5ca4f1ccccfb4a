export { auditRouter } from './audit.router.ts';
export { AuditService } from './audit.service.ts';
export { AuditChain } from './audit-chain.ts';
export { auditExportRoutes } from './audit-export.routes.ts';
export { AuditLogRepository } from './audit-log.repository.ts';
export { type AuditFact, AuditLog, installationRecord } from './audit-log.ts';
export { AuditRetention } from './audit-retention.ts';
export { Refusals } from './refusals.ts';
