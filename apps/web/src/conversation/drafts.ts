import { useState } from 'react';
import { personId } from '../auth/identity.ts';
import { readText, writeText } from '../platform/storage.ts';

/** Whoever signs in next in this browser does not see what this person was typing. */
const prefix = () => `atelier.draft.${personId()}.`;

/** What is being typed, per session, kept over refresh and sign-out. `new` is the page of a new chat. */
export function useDraft(place: string): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState({ place, text: readText(prefix() + place) ?? '' });
  const text = draft.place === place ? draft.text : (readText(prefix() + place) ?? '');
  return [
    text,
    (next) => {
      setDraft({ place, text: next });
      writeText(prefix() + place, next === '' ? null : next);
    },
  ];
}

/** Puts something into the composer of a session that is about to be opened. */
export function draftFor(place: string, text: string): void {
  writeText(prefix() + place, text === '' ? null : text);
}

/** A draft goes along when its chat becomes a session. */
export function moveDraft(from: string, to: string): void {
  const text = readText(prefix() + from);
  writeText(prefix() + to, text);
  writeText(prefix() + from, null);
}
