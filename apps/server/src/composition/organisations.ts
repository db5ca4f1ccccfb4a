import {
  ArchivedOrganisations,
  InvitationsRepository,
  InvitationsService,
  MembersRepository,
  MembersService,
  OrganisationsRepository,
  OrganisationsService,
} from '../modules/organisations/index.ts';
import type { Foundation } from './foundation.ts';
import type { Identity } from './identity.ts';

/** Tenants, who belongs to them, and who is asked to. */
export function composeOrganisations(
  foundation: Foundation,
  { signIns }: Identity,
  removeWorkspace: (sessionId: string) => Promise<void>,
) {
  const { clock, log, db, hints, mailer, auditLog, limiter, publicUrl } = foundation;
  const organisationRows = new OrganisationsRepository(db);
  const memberRows = new MembersRepository(db);
  const organisations = new OrganisationsService({
    db,
    organisations: organisationRows,
    members: memberRows,
    signIns,
    audit: auditLog,
    hints,
    clock,
  });
  const members = new MembersService({
    db,
    organisations: organisationRows,
    members: memberRows,
    audit: auditLog,
    hints,
  });
  const invitations = new InvitationsService({
    db,
    organisations: organisationRows,
    members: memberRows,
    invitations: new InvitationsRepository(db),
    signIns,
    audit: auditLog,
    mailer,
    limiter,
    hints,
    clock,
    publicUrl,
  });
  const archivedOrganisations = new ArchivedOrganisations({
    db,
    organisations: organisationRows,
    audit: auditLog,
    clock,
    log,
    removeWorkspace,
  });
  return { organisations, members, invitations, archivedOrganisations };
}
