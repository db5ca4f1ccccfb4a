export { healthRoutes } from './health.routes.ts';
export { policyReportsRoutes } from './policy-reports.routes.ts';
export { PolicyReports } from './policy-reports.ts';
export { systemRouter } from './system.router.ts';
export { SystemService } from './system.service.ts';
