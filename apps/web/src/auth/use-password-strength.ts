import { useEffect, useState } from 'react';
import type { Strength } from './password-strength.ts';

/** Nobody needs to know while they type. */
const quietMs = 250;
const load = () => import('./password-strength.ts');

/** How strong a password is that is being typed; null while that is not known. Never in the way of the typing. */
export function usePasswordStrength(password: string, known: readonly string[]): Strength | null {
  const [found, setFound] = useState<{ readonly of: string; readonly strength: Strength } | null>(null);
  const context = known.join('\n');

  // The lists are fetched with the first key, so that they are there when it is quiet.
  const isBegun = password !== '';
  useEffect(() => {
    if (isBegun) void load().catch(() => undefined);
  }, [isBegun]);

  useEffect(() => {
    if (password === '') return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      load().then(
        ({ strengthOf }) =>
          isCurrent && setFound({ of: password, strength: strengthOf(password, context.split('\n')) }),
        // Without the lists there is no hint; the server decides anyway.
        () => undefined,
      );
    }, quietMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [password, context]);

  return password !== '' && found !== null ? found.strength : null;
}
