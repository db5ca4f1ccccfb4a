export { ApprovalRulesRepository } from './approval-rules.repository.ts';
export { ApprovalRulesService } from './approval-rules.service.ts';
export { approvalsRouter } from './approvals.router.ts';
export type { Rule } from './judge-call.ts';
