import { newId } from '@atelier/kernel/ids';
import { password } from './people.ts';

/** The ids of one session with one of everything in it. */
export interface World {
  readonly sessionId: string;
  readonly runId: string;
  readonly uploadId: string;
  readonly path: string;
  readonly organisationId: string;
  /** A member of the organisation. */
  readonly memberId: string;
  readonly invitationId: string;
}

/** Ids as good as any, of nothing. */
export function nowhere(): World {
  return {
    sessionId: newId(),
    runId: newId(),
    uploadId: newId(),
    path: 'nowhere.txt',
    organisationId: newId(),
    memberId: newId(),
    invitationId: newId(),
  };
}

/** A passkey that nobody has. */
const credential = { id: 'AA', rawId: 'AA', type: 'public-key', clientExtensionResults: {} };
const assertion = { clientDataJSON: 'AA', authenticatorData: 'AA', signature: 'AA' };

/** Of a process that there is not. */
const noTerminal = `${newId()}.${newId()}`;

const anAgent = () => ({ content: { name: 'Reviewer' } });
const anAgentsChange = () => ({ ...anAgent(), agentId: newId(), revision: 1 });
const anAgentsVersion = () => ({ agentId: newId(), revision: 1, version: 1 });

const aPipeline = () => ({
  content: { name: 'Write and check', stages: ['Write', 'Check'].map((name) => ({ name, goal: 'Go.' })) },
});
const aPipelinesChange = () => ({ ...aPipeline(), pipelineId: newId(), revision: 1 });

const inputs: Readonly<Record<string, (world: World) => object>> = {
  'agents.archive': () => ({ agentId: newId() }),
  'agents.create': anAgent,
  'agents.get': () => ({ agentId: newId() }),
  'agents.restoreVersion': anAgentsVersion,
  'agents.update': anAgentsChange,
  'agents.use': ({ sessionId }) => ({ sessionId, agentId: null }),
  'agents.versions': () => ({ agentId: newId() }),
  'apiKeys.create': () => ({ name: 'Script', scopes: ['read'], expiresAt: null }),
  'apiKeys.revoke': () => ({ apiKeyId: newId() }),
  'apiKeys.revokeAny': () => ({ apiKeyId: newId() }),
  'approvals.putOrganisationRule': () => ({ tool: 'run_command', pattern: 'npm test*', action: 'allow' }),
  'approvals.putRule': ({ sessionId }) => ({ sessionId, tool: 'run_command', pattern: 'ls*', action: 'allow' }),
  'approvals.removeOrganisationRule': () => ({ ruleId: newId() }),
  'approvals.removeRule': () => ({ ruleId: newId() }),
  'approvals.rules': ({ sessionId }) => ({ sessionId }),
  'audit.list': () => ({}),
  'audit.statistics': () => ({}),
  'audit.verify': () => ({}),
  'auth.changePassword': () => ({ current: 'not this one', password: `${password}-too` }),
  'auth.completeRegistration': () => ({ token: 'A'.repeat(43), password }),
  'auth.confirm': () => ({ code: '000000' }),
  'auth.endDevice': () => ({ signInId: newId() }),
  'auth.passkeySignIn': () => ({ response: { ...credential, response: assertion } }),
  'auth.secondFactor': () => ({ code: '000000' }),
  'auth.signOut': () => ({}),
  'auth.signOutEverywhere': () => ({}),
  'auth.startPasskeyFactor': () => ({}),
  'auth.unlink': () => ({ accountId: newId() }),
  'auth.register': () => ({ email: `${newId()}@example.com`, password, name: 'Bea' }),
  'auth.renew': ({ organisationId }) => ({ organisationId }),
  'auth.requestReset': () => ({ email: 'nobody@example.com' }),
  'auth.resetPassword': () => ({ token: 'A'.repeat(43), password }),
  'auth.signIn': () => ({ email: 'nobody@example.com', password }),
  'auth.startLink': () => ({ provider: 'github' }),
  'auth.updateProfile': () => ({ name: 'Ada' }),
  'auth.verifyEmail': () => ({ token: 'A'.repeat(43) }),
  'budgets.set': () => ({ scope: 'organisation', monthlyCost: 20_000_000, dailyTokens: null }),
  'chains.create': () => ({ name: 'Chain', modelIds: [newId()] }),
  'chains.remove': () => ({ chainId: newId() }),
  'chains.setDefault': () => ({ chainId: newId() }),
  'chains.update': () => ({ chainId: newId(), name: 'Chain', modelIds: [newId()] }),
  'checkpoints.diff': ({ runId }) => ({ runId }),
  'checkpoints.list': ({ sessionId }) => ({ sessionId }),
  'checkpoints.previewRestore': ({ sessionId }) => ({ sessionId, messageId: newId() }),
  'checkpoints.restorations': ({ sessionId }) => ({ sessionId }),
  'checkpoints.restore': ({ runId }) => ({ runId, to: 'before' }),
  'checkpoints.restoreToMessage': ({ sessionId }) => ({ sessionId, messageId: newId() }),
  'checkpoints.undoRestoration': () => ({ restorationId: newId() }),
  'files.list': ({ sessionId }) => ({ sessionId, path: '' }),
  'files.read': ({ sessionId, path }) => ({ sessionId, path }),
  'files.remove': ({ sessionId, path }) => ({ sessionId, path }),
  'installation.changeRole': () => ({ userId: newId(), role: 'admin' }),
  'installation.changeSettings': () => ({ adminsNeedSecondFactor: false }),
  'invitations.create': () => ({ email: `${newId()}@example.com`, role: 'viewer', delivery: 'link' }),
  'invitations.resend': ({ invitationId }) => ({ invitationId }),
  'invitations.revoke': ({ invitationId }) => ({ invitationId }),
  'invitations.preview': () => ({ token: 'A'.repeat(43) }),
  'invitations.accept': () => ({ token: 'A'.repeat(43) }),
  'invitations.decline': () => ({ token: 'A'.repeat(43) }),
  'installation.claim': () => ({ token: 'A'.repeat(43) }),
  'installation.endSignIns': () => ({ userId: newId() }),
  'installation.people': () => ({}),
  'installation.restore': () => ({ userId: newId() }),
  'installation.setUp': () => ({ token: 'A'.repeat(43), email: `${newId()}@example.com`, name: 'Ada', password }),
  'installation.startReset': () => ({ userId: newId() }),
  'installation.suspend': () => ({ userId: newId() }),
  'installationChains.create': () => ({ name: 'Chain', modelIds: [newId()] }),
  'installationChains.remove': () => ({ chainId: newId() }),
  'installationChains.setDefault': () => ({ chainId: newId() }),
  'installationChains.update': () => ({ chainId: newId(), name: 'Chain', modelIds: [newId()] }),
  'mcp.add': () => ({ kind: 'http', name: 'docs', url: 'https://mcp.example/mcp' }),
  'mcp.approve': () => ({ serverId: newId(), tools: [{ name: 'echo', pin: 'a'.repeat(64) }] }),
  'mcp.beginAuthorisation': () => ({ serverId: newId() }),
  'mcp.check': () => ({ serverId: newId() }),
  'mcp.connect': () => ({ serverId: newId(), url: 'https://mcp.example/mcp' }),
  'mcp.finishAuthorisation': () => ({ state: 'A'.repeat(43), code: 'code' }),
  'mcp.forgetAuthorisation': () => ({ serverId: newId() }),
  'mcp.remove': () => ({ serverId: newId() }),
  'mcp.revoke': () => ({ serverId: newId(), names: ['echo'] }),
  'mcp.update': () => ({ serverId: newId(), isEnabled: false }),
  'messages.send': ({ sessionId, uploadId }) => ({
    sessionId,
    clientId: newId(),
    parts: [
      { type: 'text', text: 'count to 2' },
      { type: 'file', uploadId },
    ],
  }),
  'organisationAgents.archive': () => ({ agentId: newId() }),
  'organisationAgents.create': anAgent,
  'organisationAgents.restoreVersion': anAgentsVersion,
  'organisationAgents.update': anAgentsChange,
  'organisationPipelines.archive': () => ({ pipelineId: newId() }),
  'organisationPipelines.create': aPipeline,
  'organisationPipelines.update': aPipelinesChange,
  'pipelines.archive': () => ({ pipelineId: newId() }),
  'pipelines.create': aPipeline,
  'pipelines.decide': () => ({ pipelineRunId: newId(), stageRunId: newId(), decision: { kind: 'approve' } }),
  'pipelines.get': () => ({ pipelineId: newId() }),
  'pipelines.result': () => ({ pipelineRunId: newId(), format: 'json' }),
  'pipelines.runAgain': () => ({ pipelineRunId: newId() }),
  'pipelines.start': ({ sessionId }) => ({ pipelineId: newId(), clientId: newId(), sessionId, input: '' }),
  'pipelines.stop': () => ({ pipelineRunId: newId() }),
  'pipelines.update': aPipelinesChange,
  'messages.history': ({ sessionId }) => ({ sessionId, before: 1000 }),
  'models.add': () => ({ providerId: newId(), models: [{ name: 'a-model' }] }),
  'models.list': () => ({ providerId: newId() }),
  'models.remove': () => ({ modelId: newId() }),
  'models.update': () => ({
    modelId: newId(),
    label: 'A model',
    contextWindow: 1000,
    maxOutputTokens: 100,
    price: { input: 1, output: 2, cachedInput: null },
    features: { tools: true, images: false, reasoning: false },
    isEnabled: true,
  }),
  'organisationMcp.add': () => ({ kind: 'http', name: 'docs', url: 'https://mcp.example/mcp' }),
  'organisationMcp.approve': () => ({ serverId: newId(), tools: [{ name: 'echo', pin: 'a'.repeat(64) }] }),
  'organisationMcp.connect': () => ({ serverId: newId(), url: 'https://mcp.example/mcp' }),
  'organisationMcp.remove': () => ({ serverId: newId() }),
  'organisationMcp.revoke': () => ({ serverId: newId(), names: ['echo'] }),
  'organisationMcp.update': () => ({ serverId: newId(), isEnabled: false }),
  'organisations.create': () => ({ name: 'New' }),
  'organisations.switch': ({ organisationId }) => ({ organisationId }),
  'organisations.rename': () => ({ name: 'Renamed' }),
  'organisations.restore': ({ organisationId }) => ({ organisationId }),
  'organisations.transfer': ({ memberId }) => ({ userId: memberId }),
  'organisations.members': () => ({}),
  'organisations.changeRole': ({ memberId }) => ({ userId: memberId, role: 'viewer' }),
  'organisations.removeMember': ({ memberId }) => ({ userId: memberId }),
  'organisations.changes': () => ({}),
  'passkeys.finishRegistration': () => ({
    name: 'Key',
    response: { ...credential, response: { clientDataJSON: 'AA', attestationObject: 'AA' } },
  }),
  'passkeys.remove': () => ({ passkeyId: newId() }),
  'passkeys.rename': () => ({ passkeyId: newId(), name: 'Key' }),
  'providers.access': () => ({ providerId: newId() }),
  'providers.connect': () => ({ providerId: newId(), baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'a-key' }),
  'providers.create': () => ({
    name: 'Provider',
    kind: 'openai_compatible',
    preset: 'ollama',
    baseUrl: 'http://127.0.0.1:9/v1',
    apiKey: 'a-key',
    access: 'some',
  }),
  'providers.fetchModels': () => ({ providerId: newId() }),
  'providers.findOrganisations': () => ({ search: 'lab' }),
  'providers.remove': () => ({ providerId: newId() }),
  'providers.setAccess': () => ({ providerId: newId(), access: 'some', organisationIds: [newId()] }),
  'providers.test': () => ({ providerId: newId(), model: 'a-model' }),
  'providers.update': () => ({ providerId: newId(), name: 'Provider', isEnabled: true }),
  'runs.decide': ({ runId }) => ({ runId, callId: '0-a', decision: { kind: 'deny' } }),
  'runs.steer': ({ runId }) => ({ runId, steers: true }),
  'runs.stop': ({ runId }) => ({ runId }),
  'runs.retry': ({ runId }) => ({ runId, clientId: newId() }),
  'runs.continue': ({ runId }) => ({ runId, clientId: newId() }),
  'secondFactor.confirmTotp': () => ({ code: '000000' }),
  'secondFactor.newRecoveryCodes': () => ({ code: '000000' }),
  'secondFactor.removeTotp': () => ({ code: '000000' }),
  'sessions.create': () => ({ clientId: newId(), title: 'Mine' }),
  'sessions.list': () => ({ status: 'all' }),
  'sessions.open': ({ sessionId }) => ({ sessionId }),
  'sessions.fork': ({ sessionId }) => ({ sessionId, messageId: newId(), clientId: newId() }),
  'sessions.rename': ({ sessionId }) => ({ sessionId, title: 'Taken' }),
  'sessions.setModel': ({ sessionId }) => ({ sessionId, model: null }),
  'sessions.archive': ({ sessionId }) => ({ sessionId }),
  'sessions.restore': ({ sessionId }) => ({ sessionId }),
  'sessions.remove': ({ sessionId }) => ({ sessionId }),
  'sessions.events': ({ sessionId }) => ({ sessionId, lastEventId: '0' }),
  'sessions.changes': () => ({}),
  'terminals.close': ({ sessionId }) => ({ sessionId, terminalId: noTerminal }),
  'terminals.list': ({ sessionId }) => ({ sessionId }),
  'terminals.open': ({ sessionId }) => ({ sessionId, columns: 80, rows: 24 }),
  'terminals.output': ({ sessionId }) => ({ sessionId, terminalId: noTerminal, lastEventId: '0' }),
  'terminals.resize': ({ sessionId }) => ({ sessionId, terminalId: noTerminal, columns: 80, rows: 24 }),
  'terminals.write': ({ sessionId }) => ({ sessionId, terminalId: noTerminal, writerId: newId(), seq: 1, data: 'ls' }),
  'traces.ofRun': ({ runId }) => ({ runId }),
  'traces.ofFoundRun': ({ runId }) => ({ runId }),
  'traces.search': () => ({ isFailed: true, userId: newId() }),
  'usage.organisation': () => ({}),
  'usage.own': () => ({}),
};

/** What a procedure takes, about the things of this world; undefined: nothing. */
export function validInput(procedure: string, world: World): object | undefined {
  return inputs[procedure]?.(world);
}
