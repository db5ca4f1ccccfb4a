import { describe, expect, test } from 'vitest';
import { mailSchema } from '../../platform/mail/mailer.ts';
import {
  addressTakenMail,
  invitationMail,
  type MailText,
  passwordChangedMail,
  recoveryCodeUsedMail,
  resetPasswordMail,
  secondFactorChangedMail,
  signInEndedMail,
  verifyAddressMail,
} from './mails.ts';

const link = 'https://atelier.example.com/auth/reset#token=a&b="\'<c>';
const page = 'https://atelier.example.com/sign-in';
const inviting = (change: Partial<Parameters<typeof invitationMail>[0]> = {}) =>
  invitationMail({ organisation: 'Acme', inviter: 'Ada', role: 'member', link, ...change });

const all: readonly [string, MailText, string][] = [
  ['confirming an address', verifyAddressMail(link), link],
  ['a taken address', addressTakenMail(page), page],
  ['a new password', resetPasswordMail(link), link],
  ['a changed password', passwordChangedMail(page), page],
  ['an ended sign-in', signInEndedMail(page), page],
  ['an invitation', inviting(), link],
  ['a new second factor', secondFactorChangedMail('added', page), page],
  ['a recovery code that was used', recoveryCodeUsedMail(1, page), page],
  ['a second factor that is gone', secondFactorChangedMail('removed', page), page],
];

const linksIn = (text: string) => text.match(/https?:\/\/\S+/g) ?? [];

describe('a mail about', () => {
  test.each(all)('%s can be sent, and holds our link and no other, as text and as a page', (_name, mail, url) => {
    expect(mailSchema.safeParse({ to: 'ada@example.com', ...mail }).error).toBeUndefined();
    expect(linksIn(mail.text)).toEqual([url]);
    const escaped = url.replace(
      /[&<>"']/g,
      (character) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[character]};`,
    );
    expect(mail.html?.match(/(?:href|src)="[^"]*"/g)).toEqual([`href="${escaped}"`]);
  });

  test('something that ends says when', () => {
    expect(verifyAddressMail(link).text).toContain('30 minutes');
    expect(resetPasswordMail(link).text).toContain('30 minutes');
    expect(inviting().text).toContain('7 days');
  });

  test('an invitation says who, where and as what', () => {
    expect(inviting().subject).toBe('You are invited to “Acme”');
    expect(inviting().text).toContain('“Ada” invites you to “Acme” at Atelier, as “member”.');
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'atelier', ''])('the link %s is not written', (url) => {
    expect(() => verifyAddressMail(url)).toThrow();
  });
});

describe('a name in a mail', () => {
  test('is text, whatever it looks like', () => {
    const name = `<img src="https://evil.example/x"><a href='//evil.example'>&amp;`;
    const { html = '', text } = inviting({ organisation: name, inviter: name, role: name });

    expect(html.match(/<\/?(\w+)/g)?.filter((tag) => !/^<\/?(html|body|p|a)$/.test(tag))).toEqual([]);
    expect(html.match(/<a /g)).toHaveLength(1);
    expect(linksIn(text)).toEqual([link]);
  });

  test('leads nowhere: a mail program finds no address in it', () => {
    const name = 'Win at https://evil.example/now or www.evil.example or eve@evil.example';
    const { subject, text, html = '' } = inviting({ organisation: name, inviter: name });

    for (const part of [subject, text, html]) {
      expect(part).not.toMatch(/evil\.example|https?:\/\/evil|www\.evil|eve@evil/);
      expect(part.replaceAll('\u200b', '')).toContain(name);
    }
  });

  test('begins no header and no line, and turns no text round', () => {
    const { subject, text } = inviting({
      organisation: 'A\r\nBcc: eve@example.com\n\nB\u2028C\u202eD',
      inviter: 'E\n\nF',
    });

    expect(subject.replaceAll('\u200b', '')).toBe('You are invited to “A Bcc: eve@example.com B CD”');
    expect(text).toContain('“E F” invites you');
  });

  test('is cut when it is long, between characters', () => {
    const { subject } = inviting({ organisation: '😀'.repeat(500) });
    expect(subject).toBe(`You are invited to “${'😀'.repeat(80)}”`);
  });
});
