import type { ProviderId } from '@atelier/contracts/oauth';
import { KeyRound } from 'lucide-react';

const paths = {
  google: [
    'M21.6 12.2c0-.7-.1-1.4-.2-2H12v3.9h5.4a4.6 4.6 0 0 1-2 3v2.5h3.2c1.9-1.7 3-4.3 3-7.4z',
    'M12 22c2.7 0 5-.9 6.6-2.4l-3.2-2.5c-.9.6-2 1-3.4 1a6 6 0 0 1-5.6-4.1H3.1v2.6A10 10 0 0 0 12 22z',
    'M6.4 14a6 6 0 0 1 0-3.9V7.5H3.1a10 10 0 0 0 0 9z',
    'M12 6a5.4 5.4 0 0 1 3.8 1.5l2.9-2.9A10 10 0 0 0 3.1 7.5L6.4 10A6 6 0 0 1 12 6z',
  ],
  github: [
    'M12 2a10 10 0 0 0-3.2 19.5c.5.1.7-.2.7-.5v-1.7c-2.8.6-3.4-1.3-3.4-1.3-.4-1.2-1.1-1.5-1.1-1.5-.9-.6.1-.6.1-.6 1 .1 1.5 1 1.5 1 .9 1.6 2.4 1.1 3 .8.1-.6.3-1.1.6-1.3-2.2-.3-4.6-1.1-4.6-5 0-1.1.4-2 1-2.7-.1-.2-.4-1.3.1-2.7 0 0 .9-.3 2.8 1a9.600 9.600 0 0 1 5 0c1.900-1.300 2.800-1 2.800-1 .5 1.400.2 2.500.1 2.700.6.7 1 1.600 1 2.700 0 3.900-2.400 4.700-4.600 5 .4.3.7.9.7 1.900V21c0 .3.2.6.7.5A10 10 0 0 0 12 2z',
  ],
} as const;

export function ProviderIcon({ id }: { readonly id: ProviderId }) {
  if (id === 'oidc') return <KeyRound aria-hidden className="size-[17px] flex-none" />;
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="currentColor" className="size-[17px] flex-none">
      {paths[id].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
