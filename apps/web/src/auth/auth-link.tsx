import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface AuthLinkProps {
  readonly to: '/' | '/auth/sign-in' | '/auth/register' | '/auth/reset-request';
  readonly search?: { readonly next?: string | undefined };
  readonly children: ReactNode;
}

/** From one of these pages to another. */
export function AuthLink({ to, search = {}, children }: AuthLinkProps) {
  return (
    <Link to={to} search={search} className="text-accent underline underline-offset-2">
      {children}
    </Link>
  );
}
