import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { client } from './api.ts';
import { ErrorPage } from './shell/error-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

interface NextSearch {
  /** Where the visitor wanted to go: a path of this app, never another site. */
  readonly next?: string;
}
function validateNext({ next }: Record<string, unknown>): NextSearch {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {};
}

const authRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-out',
  validateSearch: validateNext,
  beforeLoad: ({ search }) => {
    if (client.signInStore.state.status === 'signed_in') throw redirect({ to: search.next ?? '/' });
  },
  component: lazyRouteComponent(() => import('./auth/auth-layout.tsx'), 'AuthLayout'),
});
const signInRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/auth/sign-in',
  component: lazyRouteComponent(() => import('./auth/sign-in-page.tsx'), 'SignInPage'),
});
const registerRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/auth/register',
  component: lazyRouteComponent(() => import('./auth/register-page.tsx'), 'RegisterPage'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: ({ location }) => {
    if (client.signInStore.state.status === 'signed_in') return;
    const search = location.href === '/' ? {} : { next: location.href };
    throw redirect({ to: '/auth/sign-in', search });
  },
  component: lazyRouteComponent(() => import('./shell/app-shell.tsx'), 'AppShell'),
});
const newChatRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./conversation/new-chat-page.tsx'), 'NewChatPage'),
});

export interface SessionSearch {
  /** The workspace file that is open in the panel. */
  readonly file?: string;
}
const sessionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/s/$sessionId',
  validateSearch: ({ file }: Record<string, unknown>): SessionSearch =>
    typeof file === 'string' && file !== '' ? { file } : {},
  component: lazyRouteComponent(() => import('./conversation/session-page.tsx'), 'SessionPage'),
});
const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    authRoute.addChildren([signInRoute, registerRoute]),
    shellRoute.addChildren([newChatRoute, sessionRoute, settingsRoute]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
