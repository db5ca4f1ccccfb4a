export { BudgetsRepository } from './budgets.repository.ts';
export { budgetsRouter } from './budgets.router.ts';
export { BudgetsService } from './budgets.service.ts';
export { UsageRepository } from './usage.repository.ts';
export { usageRouter } from './usage.router.ts';
export { UsageService } from './usage.service.ts';
export { usageExportRoutes } from './usage-export.routes.ts';
