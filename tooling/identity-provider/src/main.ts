import { startIdentityProvider } from './identity-provider.ts';

const { issuer, googleUrls, githubUrls, clientId, clientSecret } = await startIdentityProvider({ port: 4455 });
const settings = {
  OIDC_ISSUER: issuer,
  OIDC_NAME: 'Example',
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
  GOOGLE_URL: googleUrls.base,
  GOOGLE_CLIENT_ID: clientId,
  GOOGLE_CLIENT_SECRET: clientSecret,
  GITHUB_URL: githubUrls.base,
  GITHUB_CLIENT_ID: clientId,
  GITHUB_CLIENT_SECRET: clientSecret,
};
const line = Object.entries(settings)
  .map(([name, value]) => `${name}=${value}`)
  .join(' ');
process.stdout.write(`The identity provider listens at ${issuer}. In another terminal:\n\n${line} npm start\n`);
