export { installationRouter } from './installation.router.ts';
export { OwnerRepository } from './owner.repository.ts';
export { OwnerService } from './owner.service.ts';
export { PeopleRepository } from './people.repository.ts';
export { PeopleService } from './people.service.ts';
export { SettingsRepository } from './settings.repository.ts';
export { SettingsService } from './settings.service.ts';
