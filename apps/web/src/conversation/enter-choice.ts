import { readText, writeText } from '../platform/storage.ts';
import { ValueStore } from '../platform/value-store.ts';

/** What Enter does with a message while an answer is being written: it waits for its turn, or the answer reads it. */
export type EnterChoice = 'queue' | 'steer';
const key = 'atelier.enter';

function stored(): EnterChoice {
  return readText(key) === 'steer' ? 'steer' : 'queue';
}

export const enterChoice = new ValueStore<EnterChoice>(stored());

export function chooseEnter(choice: EnterChoice): void {
  writeText(key, choice === 'queue' ? null : choice);
  enterChoice.set(choice);
}

// What is chosen in one tab holds in all of them.
window.addEventListener('storage', () => enterChoice.set(stored()));
