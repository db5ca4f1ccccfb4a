import { type OauthProblem, oauthProblem, type ProviderId, providerId } from '@atelier/contracts/oauth';
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

interface SignedOutSearch {
  /** Where the visitor wanted to go: a path of this app, never another site. */
  readonly next?: string | undefined;
  /** Why signing in at a provider came to nothing, and at which. */
  readonly problem?: OauthProblem | undefined;
  readonly provider?: ProviderId | undefined;
}
/** What is refused is said to be undefined: the router lays the answer over what stands in the address. */
function validateSignedOut({ next, problem, provider }: Record<string, unknown>): SignedOutSearch {
  return {
    next: typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined,
    problem: oauthProblem.safeParse(problem).data,
    provider: providerId.safeParse(provider).data,
  };
}

interface LinkOutcome {
  /** The provider that was linked. */
  readonly linked?: ProviderId | undefined;
  /** Why it was not. */
  readonly problem?: OauthProblem | undefined;
  readonly provider?: ProviderId | undefined;
}
function validateLinkOutcome({ linked, problem, provider }: Record<string, unknown>): LinkOutcome {
  return {
    linked: providerId.safeParse(linked).data,
    problem: oauthProblem.safeParse(problem).data,
    provider: providerId.safeParse(provider).data,
  };
}

const authRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-out',
  validateSearch: validateSignedOut,
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

const resetRequestRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/auth/reset-request',
  component: lazyRouteComponent(() => import('./auth/reset-request-page.tsx'), 'ResetRequestPage'),
});
const secondFactorRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/auth/second-factor',
  component: lazyRouteComponent(() => import('./auth/second-factor-page.tsx'), 'SecondFactorPage'),
});

/** Where links lead that carry a secret: they are for whoever holds them, signed in or not. */
const linkRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'by-link',
  component: lazyRouteComponent(() => import('./auth/auth-layout.tsx'), 'AuthLayout'),
});
const verifyRoute = createRoute({
  getParentRoute: () => linkRoute,
  path: '/auth/verify',
  component: lazyRouteComponent(() => import('./auth/verify-page.tsx'), 'VerifyPage'),
});
const confirmAddressRoute = createRoute({
  getParentRoute: () => linkRoute,
  path: '/auth/confirm',
  component: lazyRouteComponent(() => import('./auth/confirm-address-page.tsx'), 'ConfirmAddressPage'),
});
const resetRoute = createRoute({
  getParentRoute: () => linkRoute,
  path: '/auth/reset',
  component: lazyRouteComponent(() => import('./auth/reset-page.tsx'), 'ResetPage'),
});
const setupRoute = createRoute({
  getParentRoute: () => linkRoute,
  path: '/auth/setup',
  component: lazyRouteComponent(() => import('./auth/setup-page.tsx'), 'SetupPage'),
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
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsLayout'),
});
/** Which section it is, the settings' own table says. */
const settingsSectionRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '$section',
  validateSearch: validateLinkOutcome,
});
/** Where the authorisation server of an MCP server sends the browser back to. */
const mcpCallbackRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/mcp/callback',
  validateSearch: ({ code, state, iss }: Record<string, unknown>) => ({
    code: typeof code === 'string' ? code : undefined,
    state: typeof state === 'string' ? state : undefined,
    iss: typeof iss === 'string' ? iss : undefined,
  }),
  component: lazyRouteComponent(() => import('./settings/mcp/callback-page.tsx'), 'McpCallbackPage'),
});
const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./auth/invitation-page.tsx'), 'InvitationPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    authRoute.addChildren([signInRoute, registerRoute, resetRequestRoute, secondFactorRoute]),
    linkRoute.addChildren([verifyRoute, confirmAddressRoute, resetRoute, setupRoute]),
    shellRoute.addChildren([
      newChatRoute,
      sessionRoute,
      mcpCallbackRoute,
      settingsRoute.addChildren([settingsSectionRoute]),
    ]),
    invitationRoute,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
