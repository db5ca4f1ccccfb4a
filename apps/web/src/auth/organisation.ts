import type { IdentityDto, OrganisationDto } from '@atelier/contracts/auth';
import { type OrganisationId, organisationId, userId } from '@atelier/contracts/ids';
import i18next from 'i18next';
import * as z from 'zod/mini';
import { client, queryClient } from '../api.ts';
import { showToast } from '../shell/toast-store.ts';
import { onLeave, personId } from './identity.ts';

/** What a tab tells the others of the same browser. Never a token: each renews for itself. */
const switched = z.object({ userId, organisationId });

const store = client.signInStore;
const channel = new BroadcastChannel('atelier.organisation');
/** Where this tab is on its way to because somebody wants to. Any other arrival was not asked for. */
let wanted: OrganisationId | null = null;

/** Goes to another of the person's organisations, in this tab and in the others. @throws what the server refuses with. */
export async function switchOrganisation(organisation: string): Promise<void> {
  const id = organisationId.parse(organisation);
  if (id === store.organisationId) return;
  const grant = await client.api.organisations.switch.mutate({ organisationId: id });
  wanted = id;
  store.accept(grant);
  channel.postMessage({ userId: grant.identity.user.id, organisationId: id });
}

/** After leaving or deleting the organisation that is shown: the server says where the person is now. */
export async function goElsewhere(): Promise<void> {
  await store.renew();
}

/** The same person has gone to another organisation in another tab. A tab that does not hear of it stays in its own. */
async function follow(message: unknown): Promise<void> {
  const told = switched.safeParse(message);
  if (!told.success || told.data.userId !== personId() || told.data.organisationId === store.organisationId) return;
  wanted = told.data.organisationId;
  // The tab stays where it is when the server cannot be reached.
  await store.show(told.data.organisationId).catch(() => undefined);
}

/**
 * Begins the tab anew whenever it shows another organisation, says where it is, and if nobody asked for it, why.
 * Returns how to stop.
 */
export function followOrganisation(toStart: () => void): () => void {
  let before = organisationIn(store.state);
  const onMessage = ({ data }: MessageEvent<unknown>) => void follow(data);
  channel.addEventListener('message', onMessage);
  const stopForgetting = onLeave(() => queryClient.clear());
  const stop = store.subscribe(() => {
    const left = before;
    before = organisationIn(store.state);
    if (left === null || before === null || left.id === before.id) return;
    const isWanted = wanted === before.id;
    wanted = null;
    toStart();
    showToast({
      text: isWanted
        ? i18next.t('organisation.arrived', { name: before.name })
        : i18next.t('organisation.moved', { before: left.name, name: before.name }),
    });
  });
  return () => {
    stop();
    stopForgetting();
    channel.removeEventListener('message', onMessage);
  };
}

function organisationIn(state: { readonly status: string; readonly identity?: IdentityDto }): OrganisationDto | null {
  return state.identity?.organisation ?? null;
}
