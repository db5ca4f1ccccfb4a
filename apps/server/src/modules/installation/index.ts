export { installationRouter } from './installation.router.ts';
export { SettingsRepository } from './settings.repository.ts';
export { SettingsService } from './settings.service.ts';
