export { ArchivedOrganisations } from './archived-organisations.ts';
export { InvitationsRepository } from './invitations.repository.ts';
export { InvitationsService } from './invitations.service.ts';
export { MembersRepository } from './members.repository.ts';
export { MembersService } from './members.service.ts';
export { OrganisationsRepository } from './organisations.repository.ts';
export { invitationsRouter, organisationsRouter } from './organisations.router.ts';
export { OrganisationsService } from './organisations.service.ts';
