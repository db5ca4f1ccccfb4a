/** Somebody who can sign in at the provider. */
export interface Person {
  readonly subject: string;
  readonly email: string | null;
  /** `missing`: nothing is said about it. `text`: the word "true" instead of the boolean, which proves nothing. */
  readonly emailVerified: boolean | 'missing' | 'text';
  readonly name: string | null;
  /** GitHub only: addresses beside the primary one. */
  readonly otherEmails?: readonly { readonly email: string; readonly verified: boolean }[];
}

/** Who can be chosen by one click. */
export const people: readonly Person[] = [
  { subject: '1001', email: 'ada@example.com', emailVerified: true, name: 'Ada Lovelace' },
  { subject: '1002', email: 'bob@example.com', emailVerified: false, name: 'Bob' },
];

/** What the page's form was filled in with. */
export function personIn(form: URLSearchParams): Person {
  const verified = form.get('email_verified');
  return {
    subject: form.get('subject') || '1001',
    email: form.get('email') || null,
    emailVerified: verified === 'missing' || verified === 'text' ? verified : verified === 'true',
    name: form.get('name') || null,
  };
}

/** What OpenID Connect and Google say about somebody. https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
export function claimsOf(person: Person): Record<string, unknown> & { readonly sub: string } {
  const { subject, email, emailVerified, name } = person;
  return {
    sub: subject,
    ...(name === null ? {} : { name }),
    ...(email === null ? {} : { email }),
    ...(email === null || emailVerified === 'missing'
      ? {}
      : { email_verified: emailVerified === 'text' ? 'true' : emailVerified }),
  };
}
