export { healthRoutes } from './health.routes.ts';
export { systemRouter } from './system.router.ts';
export { SystemService } from './system.service.ts';
