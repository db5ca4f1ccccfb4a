import type { ModelChoice } from '@atelier/contracts/model-choice';
import type { Operation } from '@atelier/entities/operation';
import { AgentsRepository, RunAgents } from '../modules/agents/index.ts';
import { ApprovalRulesRepository, ApprovalRulesService } from '../modules/approvals/index.ts';
import {
  CheckpointsRepository,
  CheckpointsService,
  ForksRepository,
  ForksService,
  RestorationsRepository,
  RestorationsService,
} from '../modules/checkpoints/index.ts';
import { MessagesRepository, MessagesService } from '../modules/messages/index.ts';
import { latestPipeline, PipelineRunsRepository } from '../modules/pipelines/index.ts';
import { RunRequestsRepository, RunRequestsService, RunsRepository, RunsService } from '../modules/runs/index.ts';
import {
  SessionsRepository,
  SessionsService,
  TranscriptsRepository,
  TranscriptsService,
} from '../modules/sessions/index.ts';
import { OpenTerminals, TerminalRightsRepository, TerminalsService } from '../modules/terminals/index.ts';
import { UploadsRepository, WorkspacesService, WorkspaceUse } from '../modules/workspaces/index.ts';
import { PresenceRepository } from '../platform/realtime/presence.repository.ts';
import type { SignedIn } from '../platform/trpc/context.ts';
import type { Foundation } from './foundation.ts';
import type { Identity } from './identity.ts';
import type { Mcp } from './mcp.ts';
import type { Models } from './models.ts';
import type { Storage } from './storage.ts';

const system: Operation = { principal: { kind: 'system' } };

/** Sessions: their conversation, their files, and the runs that answer. */
export type Sessions = ReturnType<typeof composeSessions>;

export function composeSessions(
  foundation: Foundation,
  { standing }: Identity,
  storage: Storage,
  { modelServices }: Models,
  mcp: Mcp,
) {
  const { config, clock, log, db, hints, feeds, eventLog, jobs, auditLog, limiter } = foundation;
  const { files, sandbox, background, readyWorkspaces, snapshots } = storage;
  const sessionRows = new SessionsRepository(db);
  const messageRows = new MessagesRepository(db);
  const runRows = new RunsRepository(db);
  const uploads = new UploadsRepository(db);
  const chosenModel = (op: Operation, principal: SignedIn, choice: ModelChoice) =>
    modelServices.availableModels.chosen(op, principal, choice);
  const runs = new RunsService({
    db,
    runs: runRows,
    messages: messageRows,
    sessionRows,
    feeds,
    hints,
    jobs,
    limiter,
    clock,
    chosenModel,
  });
  const sessions = new SessionsService({
    db,
    sessions: sessionRows,
    feeds,
    hints,
    clock,
    audit: auditLog,
    chosenModel,
    endings: {
      stopRuns: (op, sessionId) => runs.stopAll(op, sessionId),
      removeWorkspace: async (sessionId) => {
        await haltHere(sessionId, 'Closed: the session was deleted.');
        await storage.remove(sessionId);
      },
    },
  });
  const pipelineRunRows = new PipelineRunsRepository(db);
  const transcripts = new TranscriptsService({
    db,
    sessions,
    sessionRows,
    transcripts: new TranscriptsRepository(db),
    eventLog,
    pipelineOf: (op, sessionId) => latestPipeline(pipelineRunRows, op, sessionId),
  });
  const messages = new MessagesService({
    db,
    sessions,
    sessionRows,
    messages: messageRows,
    uploads,
    runs,
    feeds,
    hints,
    clock,
  });
  const workspaces = new WorkspacesService({
    db,
    sessions,
    files,
    uploads,
    feeds,
    clock,
    limits: config.limits,
    stillHold: (principals) => standing.stillHold(system, principals),
  });

  const terminalRights = new TerminalRightsRepository(db);
  const terminals = new TerminalsService({
    sandbox,
    sessions,
    terminals: new OpenTerminals({ processId: hints.self, clock }),
    rights: terminalRights,
    workspaceOf: (sessionId) => readyWorkspaces.of(sessionId),
    announce: (sessionId) => workspaces.announce(system, sessionId, []),
    ...storage.ofSandbox,
    hints,
    log,
  });

  const haltHere = async (sessionId: string, reason: string) => {
    await background.stopAll(sessionId);
    await mcp.closeSession(sessionId);
    await terminals.endAll(sessionId, reason);
  };
  const presence = new PresenceRepository(db);
  const workspaceUse = new WorkspaceUse({
    hints,
    present: (processes) => presence.present(system, processes),
    inUse: () => [...background.running(), ...mcp.idleSessions()],
    halt: haltHere,
    // Whoever may use a terminal in a session may have its agent leave something running there.
    holding: (sessionIds) => terminalRights.holding(system, sessionIds),
    log,
  });

  const agentRows = new AgentsRepository(db);
  const runAgents = new RunAgents(agentRows);
  const approvalRules = new ApprovalRulesService({
    db,
    rules: new ApprovalRulesRepository(db),
    sessions,
    audit: auditLog,
    clock,
    rulesOfAgent: (op, runId) => runAgents.rulesOf(op, runId),
    waitMs: config.approvalHours * 3_600_000,
  });
  const checkpoints = new CheckpointsService({
    rows: new CheckpointsRepository(db),
    store: snapshots,
    sessions,
    isThere: async (op, sessionId) => (await sessionRows.ownerOf(op, sessionId)) !== null,
    clock,
    log,
  });
  const forkRows = new ForksRepository(db);
  const restorations = new RestorationsService({
    db,
    rows: new RestorationsRepository(db),
    points: forkRows,
    turns: checkpoints,
    store: snapshots,
    sessions,
    feeds,
    isBusy: async (op, sessionId) => (await runRows.unfinished(op, sessionId)).length > 0,
    stopProcesses: (sessionId) =>
      workspaceUse.haltEverywhere(sessionId, 'Closed: the files were put back to an earlier state.'),
    clock,
  });
  const forks = new ForksService({
    db,
    rows: forkRows,
    sessions,
    store: snapshots,
    openWorkspace: async (sessionId) => void (await files.of(sessionId)),
    removeWorkspace: storage.remove,
    limiter,
    clock,
  });
  const runRequests = new RunRequestsService({
    db,
    runs: runRows,
    requests: new RunRequestsRepository(db),
    messages: messageRows,
    transcripts,
    rules: approvalRules,
    service: runs,
    feeds,
    hints,
    audit: auditLog,
    clock,
    log,
  });
  return {
    sessionRows,
    messageRows,
    runRows,
    runs,
    sessions,
    transcripts,
    messages,
    workspaces,
    workspaceUse,
    terminals,
    agentRows,
    runAgents,
    pipelineRunRows,
    approvalRules,
    checkpoints,
    forks,
    restorations,
    runRequests,
  };
}
