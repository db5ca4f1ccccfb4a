import { type Person, people } from './person.ts';

/** The page on which somebody says who they are, or denies. `hidden` comes back with the answer. */
export function choicePage(action: string, hidden: Readonly<Record<string, string>>): string {
  const kept = Object.entries(hidden)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('');
  const form = (content: string) => `<form method="post" action="${escaped(action)}">${kept}${content}</form>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test identity provider</title>
<h1>Who are you?</h1>
${people.map((person) => form(`${fieldsOf(person)}<button name="choice" value="person">${escaped(labelOf(person))}</button>`)).join('\n')}
<h2>Somebody else</h2>
${form(`<p><label>Subject <input name="subject" required></label>
<p><label>Email <input name="email"></label>
<p><label>Verified <select name="email_verified"><option>true<option>false<option>missing<option>text</select></label>
<p><label>Name <input name="name"></label>
<p><button name="choice" value="person">Continue</button>`)}
${form('<button name="choice" value="deny">Deny</button>')}
</html>`;
}

function labelOf({ name, email, emailVerified }: Person): string {
  return `${name} (${email}, ${emailVerified === true ? 'verified' : 'not verified'})`;
}

function fieldsOf({ subject, email, emailVerified, name }: Person): string {
  return Object.entries({ subject, email: email ?? '', email_verified: String(emailVerified), name: name ?? '' })
    .map(([field, value]) => `<input type="hidden" name="${field}" value="${escaped(value)}">`)
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
