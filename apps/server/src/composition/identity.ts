import {
  AccessTokens,
  AccountThrottle,
  ApiKeysRepository,
  ApiKeysService,
  Authentication,
  AuthService,
  ChallengeCookie,
  ConfirmationService,
  CredentialsRepository,
  DevicesService,
  ExpiredSignIns,
  ExternalAccountsRepository,
  ExternalTokens,
  FailedCodes,
  LinkedAccountsService,
  OauthSignInService,
  OauthStatesRepository,
  OneTimeTokens,
  OneTimeTokensRepository,
  OwnAccountService,
  PasskeyCeremonies,
  PasskeysRepository,
  PasskeysService,
  PasswordHasher,
  PasswordPolicy,
  PasswordResetService,
  Policy,
  RecoveryCodesRepository,
  type RegistrationDeps,
  RegistrationService,
  SecondFactorSignInService,
  SecondFactorsService,
  SecondFactorTriesRepository,
  SignInFailuresRepository,
  SignInsRepository,
  SignInsService,
  StandingCredentials,
  TotpSecretsRepository,
  UsersRepository,
  WaysInRepository,
} from '../modules/auth/index.ts';
import { OwnerRepository, OwnerService, PeopleRepository, PeopleService } from '../modules/installation/index.ts';
import { BrowserCookie } from '../platform/oauth/browser-cookie.ts';
import { IdentityProviders } from '../platform/oauth/identity-providers.ts';
import { OauthFlow } from '../platform/oauth/oauth-flow.ts';
import type { Foundation } from './foundation.ts';

/** Who people are and how they come in. */
export type Identity = ReturnType<typeof composeIdentity>;

/** @param invitationFor what an invitation's link offers; organisations are put together after this. */
export function composeIdentity(foundation: Foundation, invitationFor: RegistrationDeps['invitationFor']) {
  const { config, clock, log, db, keys, signingKeys, hints, mailer, auditLog, settings, limiter, publicUrl, isSecure } =
    foundation;
  const users = new UsersRepository(db);
  const signInRows = new SignInsRepository(db);
  const oauthStates = new OauthStatesRepository(db);
  const oneTimeRows = new OneTimeTokensRepository(db);
  const failedSignIns = new SignInFailuresRepository(db);
  const expiredSignIns = new ExpiredSignIns([signInRows, oauthStates, oneTimeRows, failedSignIns], log);
  const signIns = new SignInsService({
    db,
    users,
    signIns: signInRows,
    tokens: new AccessTokens(signingKeys.keysFor('access-token'), config.auth.accessTokenSeconds),
    signingKeys,
    settings,
    audit: auditLog,
    hints,
    mailer,
    clock,
    log,
    publicUrl,
  });
  const cookiePrefix = isSecure ? '__Host-' : '';
  const refreshCookie = `${cookiePrefix}atelier_refresh`;
  const factorCookie = new ChallengeCookie({ name: 'second_factor', isSecure });
  const passkeyCookie = new ChallengeCookie({ name: 'passkey', isSecure });
  const hasher = new PasswordHasher();
  const ways = new WaysInRepository(db);
  const passkeyRows = new PasskeysRepository(db);
  const totp = new TotpSecretsRepository(db);
  const recoveryCodes = new RecoveryCodesRepository(db);
  const failedCodes = new FailedCodes({
    db,
    rows: failedSignIns,
    clock,
    key: signingKeys.newest('limit-subject').key,
  });
  const ceremonies = new PasskeyCeremonies({
    tokens: oneTimeRows,
    passkeys: passkeyRows,
    audit: auditLog,
    clock,
    publicUrl,
  });
  const secondFactors = new SecondFactorsService({
    db,
    totp,
    recoveryCodes,
    passkeys: passkeyRows,
    ways,
    failedCodes,
    signIns,
    keys,
    audit: auditLog,
    mailer,
    clock,
    publicUrl,
  });
  const secondFactor = new SecondFactorSignInService({
    tokens: oneTimeRows,
    tries: new SecondFactorTriesRepository(db),
    factors: secondFactors,
    ceremonies,
    signIns,
    audit: auditLog,
    clock,
  });
  const passkeys = new PasskeysService({
    db,
    passkeys: passkeyRows,
    ceremonies,
    ways,
    totp,
    recoveryCodes,
    audit: auditLog,
    mailer,
    clock,
    publicUrl,
  });
  const confirmation = new ConfirmationService({
    db,
    signIns,
    ways,
    factors: secondFactors,
    ceremonies,
    failedCodes,
    hasher,
    audit: auditLog,
  });
  const apiKeys = new ApiKeysService({ db, keys: new ApiKeysRepository(db), audit: auditLog, hints, clock });
  const external = new ExternalTokens({
    issuers: config.externalIssuers,
    accounts: new ExternalAccountsRepository(db),
    log,
  });
  const authentication = new Authentication({
    signIns,
    apiKeys,
    external,
    count: (userId) => limiter.consume('procedures', userId),
  });
  const passwordPolicy = new PasswordPolicy();
  const oneTimeTokens = new OneTimeTokens(oneTimeRows, clock);
  const throttle = new AccountThrottle({
    db,
    failures: failedSignIns,
    audit: auditLog,
    clock,
    key: signingKeys.newest('failed-sign-in').key,
  });
  const auth = new AuthService({ db, users, secondFactor, hasher, throttle, audit: auditLog });
  /** What everything needs that makes or changes an account. */
  const accountDeps = {
    db,
    users,
    signIns,
    tokens: oneTimeTokens,
    hasher,
    policy: passwordPolicy,
    audit: auditLog,
    clock,
    publicUrl,
  };
  const registration = new RegistrationService({
    ...accountDeps,
    settings,
    mailer,
    invitationFor,
  });
  const passwordReset = new PasswordResetService({
    ...accountDeps,
    credentials: new CredentialsRepository(db),
    throttle,
    mailer,
  });
  const ownAccount = new OwnAccountService({ ...accountDeps, throttle, mailer });
  const owner = new OwnerService({ ...accountDeps, owner: new OwnerRepository(db), hints });
  const people = new PeopleService({
    db,
    people: new PeopleRepository(db),
    signIns,
    resets: passwordReset,
    audit: auditLog,
    hints,
  });
  const providers = new IdentityProviders(config.oauth);
  const oauth = new OauthFlow({
    providers,
    limiter,
    states: oauthStates,
    outcome: new OauthSignInService({
      db,
      users,
      signIns,
      secondFactor,
      keys,
      settings,
      clock,
      refreshCookie,
      factorCookie,
    }),
    cookie: new BrowserCookie({ isSecure }),
    publicUrl,
    clock,
    log,
  });
  const policy = new Policy(clock, async () => (await settings.current()).adminsNeedSecondFactor);
  const standing = new StandingCredentials(new CredentialsRepository(db));
  return {
    users,
    signIns,
    refreshCookie,
    registrationCookie: `${cookiePrefix}atelier_registration`,
    factorCookie,
    passkeyCookie,
    ceremonies,
    secondFactors,
    secondFactor,
    passkeys,
    confirmation,
    apiKeys,
    authentication,
    auth,
    registration,
    passwordReset,
    ownAccount,
    owner,
    people,
    providers,
    oauth,
    policy,
    standing,
    expiredSignIns,
    devices: new DevicesService({ db, signIns, audit: auditLog }),
    linkedAccounts: new LinkedAccountsService({ db, ways, audit: auditLog }),
  };
}
