export { AllowedWebPages, maxPageBytes, maxPageMs } from './web-pages.ts';
