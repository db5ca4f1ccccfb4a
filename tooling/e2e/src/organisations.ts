import type { AtelierClient } from '@atelier/client';
import { organisationId } from '@atelier/contracts/ids';
import type { InvitedRole } from '@atelier/contracts/organisations';
import type { Person } from './people.ts';

/** Goes to one of the person's organisations. */
export async function goTo(client: AtelierClient, id: string): Promise<void> {
  client.signInStore.accept(await client.api.organisations.switch.mutate({ organisationId: organisationId.parse(id) }));
}

/** A new organisation, shown from now on. Gives its id. */
export async function newOrganisation(client: AtelierClient, name: string): Promise<string> {
  const { id } = await client.api.organisations.create.mutate({ name });
  await goTo(client, id);
  return id;
}

/** An invitation to the organisation that is shown, by a link. Gives the link. */
export async function inviteByLink(client: AtelierClient, email: string, role: InvitedRole): Promise<string> {
  const { link } = await client.api.invitations.create.mutate({ email, role, delivery: 'link' });
  return link ?? '';
}

/** Accepts what a link invites to. */
export async function acceptLink({ client }: Person, link: string): Promise<void> {
  await client.api.invitations.accept.mutate({ token: link.split('#')[1] ?? '' });
}
