import { systemPrompt } from '@atelier/agent/system-prompt';
import type { Operation } from '@atelier/entities/operation';
import { Compactor, RunSupervisor } from '../modules/runs/index.ts';
import { OtlpExport, SpanRecorder, SpansRepository } from '../modules/traces/index.ts';
import { SessionAttachments } from '../modules/workspaces/index.ts';
import type { Foundation } from './foundation.ts';
import type { Models } from './models.ts';
import type { ToolsFor } from './session-tools.ts';
import type { Sessions } from './sessions.ts';
import type { Storage } from './storage.ts';
import type { Usage } from './usage.ts';
import { version } from './version.ts';

const system: Operation = { principal: { kind: 'system' } };

/** The worker's side: what takes runs up, and their traces. */
export function composeAgent(
  foundation: Foundation,
  storage: Storage,
  sessions: Sessions,
  { runModels, breakers }: Models,
  { usage, budgets }: Usage,
  toolsFor: ToolsFor,
) {
  const { config, clock, log, metrics, db, hints, feeds, eventLog, writer } = foundation;
  const { sessionRows, messageRows, runRows, transcripts } = sessions;
  const { runAgents, approvalRules, checkpoints, runRequests, runs } = sessions;
  const spanRows = new SpansRepository(db);
  const { otlp } = config.traces;
  const spans = new SpanRecorder({
    store: async (rows) => await spanRows.insert(system, rows),
    exporter: otlp && new OtlpExport(otlp, { version, log, metrics }),
    recordsContent: config.traces.content,
    clock,
    log,
    metrics,
  });

  const supervisor = new RunSupervisor(
    {
      db,
      feeds,
      eventLog,
      writer,
      messages: messageRows,
      runs: runRows,
      transcripts,
      sessionRows,
      modelsFor: async (op, { id, organisationId, sessionId, chosen: once }) => {
        if (once) return await runModels.of(op, organisationId, once, 'this answer');
        // What somebody chose for the session comes before what its agent would have.
        const chosen = (await sessionRows.modelOf(op, sessionId)) ?? (await runAgents.modelOf(op, id));
        return await runModels.of(op, organisationId, chosen);
      },
      agents: runAgents,
      health: breakers,
      budgetOf: (run, signal) => budgets.budgetOf(run, signal),
      approvalsOf: (runId) => approvalRules.approvalsOf(runId),
      requests: runRequests,
      service: runs,
      usage,
      checkpoints,
      systemPrompt,
      agentLimits: { stallMs: config.modelStallMs },
      isElsewhere: (sessionId) => sessions.workspaceUse.isElsewhere(sessionId),
      hints,
      clock,
      log,
      metrics,
      spans,
      attachmentsOf: (sessionId) => new SessionAttachments(storage.files, sessionId),
      toolsFor,
    },
    { concurrency: config.limits.concurrentRuns },
  );
  const compactor = new Compactor({ db, runs: runRows, log, afterMs: config.compactAfterMs });
  return { spanRows, spans, supervisor, compactor };
}
