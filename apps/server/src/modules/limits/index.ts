export { limitsRouter } from './limits.router.ts';
export { LimitsService } from './limits.service.ts';
