import type { Mail } from '../../platform/mail/mailer.ts';

/** A mail without its address. */
export type MailText = Omit<Mail, 'to'>;

interface Letter {
  readonly subject: string;
  readonly before: readonly string[];
  readonly link?: { readonly label: string; readonly url: string };
  readonly after: readonly string[];
}

const ignoreIt = 'If it was not you, ignore this mail: nothing happens then.';
const notYou = 'If it was not you, set a new password at once, and ask whoever runs this Atelier for help.';

/** To prove that an address is somebody's. */
export function verifyAddressMail(link: string): MailText {
  return written({
    subject: 'Confirm your email address',
    before: ['Somebody registered at Atelier with this address. Open this link to go on:'],
    link: { label: 'Confirm this address', url: link },
    after: ['It is good for 30 minutes, and once.', ignoreIt],
  });
}

/** To prove the address of an account that is there already. */
export function confirmAddressMail(link: string): MailText {
  return written({
    subject: 'Confirm your email address',
    before: ['Open this link, in a browser where you are signed in to Atelier, to show that this address is yours:'],
    link: { label: 'Confirm this address', url: link },
    after: ['It is good for 30 minutes, and once.', ignoreIt],
  });
}

/** To whoever has an account already, when somebody registers with the same address. */
export function addressTakenMail(signInUrl: string): MailText {
  return written({
    subject: 'You already have an account',
    before: [
      'Somebody tried to register at Atelier with your address. You have an account already, so no other was made.',
      'If it was you, sign in instead. There you can also ask for a new password.',
    ],
    link: { label: 'Sign in', url: signInUrl },
    after: ['If it was not you, there is nothing to do.'],
  });
}

export function resetPasswordMail(link: string): MailText {
  return written({
    subject: 'Set a new password',
    before: ['Somebody asked for a new password for your account at Atelier. Open this link to choose one:'],
    link: { label: 'Set a new password', url: link },
    after: ['It is good for 30 minutes, and once.', ignoreIt],
  });
}

export function passwordChangedMail(signInUrl: string): MailText {
  return written({
    subject: 'Your password was changed',
    before: ['The password of your account at Atelier was changed. Every other sign-in was ended.'],
    link: { label: 'Atelier', url: signInUrl },
    after: [notYou],
  });
}

/** After the token of a sign-in was used a second time. */
export function signInEndedMail(signInUrl: string): MailText {
  return written({
    subject: 'A sign-in was ended for your safety',
    before: [
      'What keeps you signed in to Atelier was used from two places, as if somebody had copied it. That sign-in was ended.',
      'Sign in again, and look at the list of your sign-ins.',
    ],
    link: { label: 'Sign in', url: signInUrl },
    after: ['If you see one that you do not know, set a new password.'],
  });
}

export function invitationMail(invitation: {
  readonly organisation: string;
  readonly inviter: string;
  readonly role: string;
  readonly link: string;
}): MailText {
  const organisation = named(invitation.organisation);
  return written({
    subject: `You are invited to ${organisation}`,
    before: [`${named(invitation.inviter)} invites you to ${organisation} at Atelier, as ${named(invitation.role)}.`],
    link: { label: 'Accept the invitation', url: invitation.link },
    after: [
      'It is good for 7 days, and once.',
      'If you do not know who this is, ignore this mail: nothing happens then.',
    ],
  });
}

export function secondFactorChangedMail(change: 'added' | 'removed', signInUrl: string): MailText {
  return written({
    subject: change === 'added' ? 'A second factor was added' : 'A second factor was removed',
    before: [`A second factor was ${change} for signing in to your account at Atelier.`],
    link: { label: 'Atelier', url: signInUrl },
    after: [notYou],
  });
}

/** After one of the codes for a lost second factor was used. */
export function recoveryCodeUsedMail(left: number, signInUrl: string): MailText {
  return written({
    subject: 'A recovery code was used',
    before: [
      'One of the recovery codes of your account at Atelier was used in the place of a second factor.',
      left === 1 ? 'One code is left.' : `${left} codes are left.`,
    ],
    link: { label: 'Atelier', url: signInUrl },
    after: [notYou],
  });
}

/**
 * A name somebody gave, as part of a sentence of ours: on one line, short, in the order it is written, in quotation marks.
 * Mail programs make links of what looks like an address, so nothing in it does: the only link is ours.
 */
function named(name: string): string {
  const line = name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  const short = [...line.trim()].slice(0, 80).join('');
  return `“${short.replace(/([.:/@])(?=\S)/g, '$1\u200b')}”`;
}

function written({ subject, before, link, after }: Letter): MailText {
  if (link && !/^https?:$/.test(new URL(link.url).protocol)) throw new Error('A link of a mail leads to no page.');
  const text = ['Hello,', ...before, ...(link ? [link.url] : []), ...after].join('\n\n');
  const paragraph = (line: string) => `<p>${escaped(line)}</p>`;
  const html = [
    '<!doctype html><html lang="en"><body style="font-family: sans-serif; max-width: 36em">',
    ...['Hello,', ...before].map(paragraph),
    ...(link ? [`<p><a href="${escaped(link.url)}">${escaped(link.label)}</a></p>`] : []),
    ...after.map(paragraph),
    '</body></html>',
  ].join('\n');
  return { subject, text: `${text}\n`, html };
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
