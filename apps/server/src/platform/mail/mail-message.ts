import type { SendMailOptions } from 'nodemailer';
import type { Sender } from './mail-transport.ts';
import type { Mail } from './mailer.ts';

/** A mail in the form that nodemailer takes. Addresses are given in parts, so that none is read as a list. */
export function messageOf(id: string, mail: Mail, from: Sender): SendMailOptions {
  return {
    messageId: `<${id}@${from.address.split('@')[1]}>`,
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    // Nobody's holiday answers this: https://www.rfc-editor.org/rfc/rfc3834#section-5
    headers: { 'Auto-Submitted': 'auto-generated' },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
